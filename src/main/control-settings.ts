import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { oidcSettings } from '#adapters/identity/oidc.ts'
import { smtpSettings } from '#adapters/mail/smtp.ts'
import { roles } from '#domain/access.ts'
import { Fault } from '#domain/faults.ts'
import type { GroupRoles } from '#domain/operator-sign-in.ts'

/** Where a secret is: never in the settings themselves. */
const reference = z.string().regex(/^(env|file):.+/, 'is a reference to a secret: env:NAME or file:PATH')

const schema = z.strictObject({
  /** What people type to reach this control. */
  site: z.url().exactOptional(),
  listen: z.strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65_535).default(7400), /** Addresses of the proxies before it: they are believed about whom they stand for. */ proxies: z.array(z.union([z.ipv4(), z.ipv6()])).default([]) }).prefault({}),
  /** PostgreSQL 15 or newer; without it one is run here. `DATABASE_URL` comes before it. */
  database: reference.exactOptional(),
  /** The key of the vault; without it a file is made beside the ledger. `REHOME_KEY` comes before it. */
  key: reference.exactOptional(),
  mail: z.strictObject({
    from: z.email(), name: z.string().default('Rehome'), server: z.record(z.string(), z.unknown()).exactOptional(), password: reference.exactOptional(),
    /** For trying things out: letters become files here, and nobody gets them. */
    folder: z.string().min(1).exactOptional(),
    /** A Maildir to which the mail server delivers what comes back to the return address. */
    returned: z.string().min(1).exactOptional(),
  }).refine(mail => (mail.server === undefined) !== (mail.folder === undefined), 'names either a server or a folder').exactOptional(),
  /** Whether jobs are done in control's own process as well. */
  works: z.boolean().default(true),
  signIn: z.strictObject({
    issuer: z.url(), id: z.string(), secret: reference, groupsClaim: z.string().exactOptional(), trustsAddresses: z.boolean().exactOptional(), scopes: z.string().exactOptional(),
    /** Which of its groups have which roles here; without it an administrator gives roles. */
    groups: z.record(z.string(), z.array(z.enum(roles))).exactOptional(),
  }).exactOptional(),
  /** The folder with the bundles that customers fetch; `bundles` beside the ledger if not named. */
  bundles: z.string().min(1).exactOptional(),
  /** Folders with playbooks of the vendor's own. */
  playbooks: z.array(z.string()).default([]),
})

type MailSettings = { readonly from: { readonly name: string; readonly address: string }; readonly server: z.output<typeof smtpSettings> | undefined; readonly folder: string | undefined; readonly returned: string | undefined }
export type ControlSettings = {
  readonly site: string
  readonly listen: { readonly host: string; readonly port: number; readonly proxies: readonly string[] }
  /** Undefined: one of our own is run in `ledger`. */
  readonly database: string | undefined
  readonly ledger: string
  readonly key: string | undefined
  readonly keyFile: string
  readonly mail: MailSettings | undefined
  readonly works: boolean
  readonly signIn: z.output<typeof oidcSettings> | undefined
  readonly groupRoles: GroupRoles
  readonly playbooks: readonly string[]
  readonly bundles: string
}

/** From `control.yaml` in Rehome's folder, and from the environment, which comes first. Fault SETTINGS_WRONG with everything that is wrong. */
export const readControlSettings = (home: string, environment: Readonly<Record<string, string | undefined>>): ControlSettings => {
  const file = join(home, 'control.yaml')
  const wrong = (reason: string, cause?: unknown): Fault => new Fault('SETTINGS_WRONG', { file, reason }, { cause })
  const secret = (name: string): string => {
    const [kind, where] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)]
    const found = kind === 'env' ? environment[where] : readSecret(where)
    if (found === undefined || found.trim() === '') throw wrong(`${name} gives no secret`)
    return found.trim()
  }
  const written = readSettings(file, wrong)
  const parsed = schema.safeParse(written ?? {})
  if (!parsed.success) throw wrong(parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; '))
  const { data } = parsed
  const listen = { ...data.listen, ...(environment['REHOME_PORT'] === undefined ? {} : { port: Number(environment['REHOME_PORT']) }), ...(environment['REHOME_HOST'] === undefined ? {} : { host: environment['REHOME_HOST'] }) }
  const site = (environment['REHOME_SITE'] ?? data.site ?? `http://${listen.host}:${listen.port}`).replace(/\/$/, '')
  const given = <T>(schemaOf: z.ZodType<T>, settings: unknown): T => {
    const read = schemaOf.safeParse(settings)
    if (!read.success) throw wrong(read.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; '))
    return read.data
  }
  const serviceOf = ({ groups: _, ...service }: NonNullable<typeof data.signIn>, redirect: string) => given(oidcSettings, { ...service, secret: secret(service.secret), redirect })
  return {
    site, listen, ledger: join(home, 'ledger'), keyFile: join(home, 'vault-key'), playbooks: data.playbooks, bundles: resolve(home, data.bundles ?? 'bundles'),
    database: environment['DATABASE_URL'] ?? (data.database === undefined ? undefined : secret(data.database)),
    key: environment['REHOME_KEY'] ?? (data.key === undefined ? undefined : secret(data.key)),
    works: data.works,
    mail: data.mail === undefined ? undefined : {
      from: { name: data.mail.name, address: data.mail.from }, folder: data.mail.folder === undefined ? undefined : resolve(home, data.mail.folder), returned: data.mail.returned === undefined ? undefined : resolve(home, data.mail.returned),
      server: data.mail.server === undefined ? undefined : given(smtpSettings, { ...data.mail.server, ...(data.mail.password === undefined ? {} : { password: secret(data.mail.password) }) }),
    },
    groupRoles: data.signIn?.groups ?? {},
    signIn: data.signIn === undefined ? undefined : serviceOf(data.signIn, `${site}/api/sign-in/return`),
  }
}

const readSettings = (file: string, wrong: (reason: string, cause?: unknown) => Fault): unknown => {
  try {
    return parse(readFileSync(file, 'utf8'), { strict: true, uniqueKeys: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw wrong(error instanceof Error ? error.message.split('\n')[0] ?? '' : 'it cannot be read', error)
  }
}

const readSecret = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
