import { readFileSync } from 'node:fs'
import { InvalidArgumentError, Option } from 'commander'
import { visible } from '#lib/visible.ts'
import { readDuration } from '#lib/quantity.ts'
import type { Desk } from '../../desk.ts'
import { licensorKinds, type LicensorAt, type LicensorKind } from '../../licence-services.ts'

/** What commands about one licence server have in common. */
export type AtOptions = { readonly at: string; readonly kind?: LicensorKind; readonly token: string; readonly json?: boolean }

const kinds = 'own, a licence server of Rehome, or keygen; a URL that begins with keygen+https:// says so itself'

export const licenceOption = {
  at: () => new Option('--at <url>', 'the licence server, such as https://licences.example').makeOptionMandatory(),
  kind: () => new Option('--kind <kind>', `what the server is: ${kinds}`).choices(licensorKinds),
  token: () => new Option('--token <reference>', 'the administrator’s token, as env:NAME or file:PATH').default('env:REHOME_LICENCE_TOKEN'),
  licence: () => new Option('--licence <id>', 'which licence, by its id').makeOptionMandatory(),
  rename: () => new Option('--rename <old=new>', 'a profile that has another name there; several times for several').argParser(readPairs).default([], 'none'),
  json: () => new Option('--json', 'for machines: one JSON object a line'),
} as const

/** The token stands where others on this machine cannot read it: never on the command line. Nothing in the default's variable: the server is asked without one. */
export const readReference = (what: string, reference: string, environment: Desk['environment']): string | undefined => {
  if (reference.startsWith('env:')) {
    const [name, value] = [reference.slice(4), environment[reference.slice(4)]?.trim()]
    if (value !== undefined && value !== '') return value
    if (name.startsWith('REHOME_')) return undefined
    throw new InvalidArgumentError(`The environment has no ${visible(name)}, where ${what} should be.`)
  }
  if (!reference.startsWith('file:')) throw new InvalidArgumentError(`Give ${what} as env:NAME or file:PATH: itself it would stand in the list of processes.`)
  return readText(reference.slice(5)).trim()
}

/** A licence server from its URL. REHOME_LICENCE_CA names the file of the authorities that its certificate may be of, where they are not the usual ones. */
export const licensorAt = (url: string, kind: LicensorKind | undefined, token: string, environment: Desk['environment']): LicensorAt => {
  const [plain, byScheme] = url.startsWith('keygen+') ? [url.slice('keygen+'.length), 'keygen' as const] : [url, undefined]
  if (!URL.canParse(plain) || !/^https?:$/.test(new URL(plain).protocol)) throw new InvalidArgumentError(`${visible(url)} is no address of a licence server. It looks like https://licences.example.`)
  const { protocol, hostname } = new URL(plain)
  if (protocol === 'http:' && !/^(?:localhost|\[::1\]|127(?:\.\d+){3})$/.test(hostname)) throw new InvalidArgumentError(`${visible(plain)} is on another machine: it is reached by https:// only, since its token and activation codes go over the line.`)
  if (new URL(plain).username !== '' || new URL(plain).password !== '') throw new InvalidArgumentError('Leave user and password out of the address of a licence server, and give its token by env:NAME or file:PATH.')
  if (byScheme !== undefined && kind !== undefined && kind !== byScheme) throw new InvalidArgumentError(`The address says ${byScheme}, --kind says ${kind}.`)
  const value = readReference('the token', token, environment)
  const ca = environment['REHOME_LICENCE_CA']
  return { url: plain, kind: byScheme ?? kind ?? 'own', ...(value === undefined ? {} : { token: value }), ...(ca === undefined || ca === '' ? {} : { ca: readText(ca) }) }
}

export const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new InvalidArgumentError(`The file ${visible(file)} cannot be read: ${error instanceof Error ? error.message : ''}.`)
  }
}

/** `old=new`. */
export function readPairs(text: string, before: readonly (readonly [string, string])[] | undefined): readonly (readonly [string, string])[] {
  const at = text.indexOf('=')
  const [from, to] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  if (at < 0 || from === '' || to === '') throw new InvalidArgumentError('Give two names with = between them, such as --rename "Solver=Solver 2027".')
  return [...(before ?? []), [from, to]]
}

export const readExpect = (text: string): number => {
  const ms = readDuration(text)
  if (ms === undefined) throw new InvalidArgumentError('Give a duration with its unit, such as 10m or 1h.')
  return ms
}

export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value]
