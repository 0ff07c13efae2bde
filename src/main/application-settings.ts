import { isAbsolute, normalize, relative } from 'node:path'
import { z } from 'zod'
import type { Command } from '#adapters/application/command.ts'

const place = z.string().min(2).refine(path => isAbsolute(path) && normalize(path) === path && !path.endsWith('/'), 'is no whole path')
const word = z.string().max(10_000).refine(text => !text.includes('\0'), 'has a NUL in it')
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of a variable').refine(name => !name.startsWith('REHOME_'), 'is Rehome’s own')
const command = z.strictObject({
  /** The program by its whole path, and its words. No shell reads them. */
  run: z.tuple([place], word), user: z.string().min(1).max(100).exactOptional(), folder: place.exactOptional(), seconds: z.int().min(1).max(86_400).default(300),
  /** Which variables of this agent's surroundings it gets; of the others it sees none. */
  environment: z.array(variable).max(100).default([]),
})

/** An application beside this agent, of one tenant in one home. */
export const applicationSetting = z.strictObject({
  home: z.string().min(1), tenant: z.string().min(1).refine(name => name !== '*', 'is of all tenants: an application is of one'),
  commands: z.strictObject({ start: command, stop: command, test: command, version: command, upgrade: command.exactOptional() }),
  folders: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,59}$/, 'is no name of small letters, digits and hyphens'), place).refine(folders => Object.keys(folders).length > 0, 'has no folder'),
  scratch: place, recipient: z.string().regex(/^age1[0-9a-z]{40,120}$/, 'is no recipient as age has them').exactOptional(), identity: z.string().min(1).exactOptional(),
  /** How much of a back-up is in memory at a time, and is done again after a crash. */
  partBytes: z.int().min(65_536).max(2 ** 28).default(32 * 2 ** 20),
}).superRefine(({ folders, scratch }, context) => {
  const all = [...Object.values(folders), scratch]
  for (const [n, one] of all.entries()) for (const [m, other] of all.entries()) if (n !== m && isIn(one, other)) context.addIssue({ code: 'custom', message: `${one} lies in ${other}` })
})
type Setting = z.output<typeof applicationSetting>
export type CommandName = keyof Setting['commands']

/** What an agent may do with an application. `secrets`: what nobody is shown, whoever says it. */
export type Application = Pick<Setting, 'folders' | 'scratch' | 'partBytes'> & { readonly recipient: string | undefined; readonly secrets: readonly string[]; command(name: CommandName): Command | undefined; identity(): string | undefined }

/** Variables that hold no secrets. */
const plain = /^(PATH|HOME|LANG|LANGUAGE|LC_.*|TZ|USER|LOGNAME|SHELL|TERM|TMPDIR|PWD)$/

export const applicationOf = (setting: Setting, environment: Readonly<Record<string, string | undefined>>, secret: (text: string) => string, others: readonly string[]): Application => {
  const { commands, folders, scratch, recipient, identity, partBytes } = setting
  const names = new Set(Object.values(commands).flatMap(one => one?.environment ?? []))
  const given = [...names].flatMap(name => (plain.test(name) ? [] : [environment[name] ?? '']))
  return {
    folders, scratch, partBytes, recipient, secrets: [...others, ...given].filter(one => one !== ''),
    // A file of `age-keygen` has remarks above the key.
    identity: () => (identity === undefined ? undefined : /^AGE-SECRET-KEY-\S+/m.exec(secret(identity))?.[0]),
    command(name) {
      const found = commands[name]
      if (found === undefined) return undefined
      const { run, user, folder, seconds, environment: wanted } = found
      const variables = Object.fromEntries(wanted.flatMap(one => { const value = environment[one]; return value === undefined ? [] : [[one, value]] }))
      return { name, run, ...(user === undefined ? {} : { user }), folder: folder ?? '/', seconds, environment: variables }
    },
  }
}

const isIn = (inner: string, outer: string): boolean => { const way = relative(outer, inner); return way !== '..' && !way.startsWith('../') && !isAbsolute(way) }
