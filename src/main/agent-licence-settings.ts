import { z } from 'zod'
import type { LicensorSettings } from '#adapters/registry.ts'
import type { PreparedMachine } from '#domain/licence/course.ts'

/** A licence server that this agent reaches, of a tenant in a home or (`*`) of all. */
export const licenceSetting = z.strictObject({
  home: z.string().min(1), tenant: z.string().min(1), url: z.string().min(1), kind: z.enum(['own', 'keygen']).default('own'), token: z.string().min(1),
  /** A file with the certificates of the authorities that its own may be of. */ ca: z.string().min(1).exactOptional(),
  /** By which products reach it, where that is another address. */ address: z.url().exactOptional(),
})
type Setting = z.output<typeof licenceSetting>

/** How to reach it, and where it sends products that ask the server before it. */
export type LicenceReach = LicensorSettings & { readonly address: string }

/** What is named in braces is filled in: the tenant, the new machine and its node lock as the customer named them. Why it cannot be used: thrown as what `wrong` makes of it. */
export const licenceReachOf = ({ url, kind, token, ca, address, home }: Setting, tenant: string, machine: PreparedMachine | null, secret: (text: string) => string, wrong: (reason: string) => Error): LicenceReach => {
  const filled = (text: string): string => [['tenant', tenant], ['machine', machine?.name ?? ''], ['node-lock', machine?.nodeLock ?? '']].reduce((so, [name = '', value = '']) => so.replaceAll(`{${name}}`, () => encodeURIComponent(value)), text)
  const plain = filled(secret(url)).replace(/^keygen\+/, '')
  if (!URL.canParse(plain) || !/^https?:$/.test(new URL(plain).protocol)) throw wrong(`the url of the licence server of ${home} is none`)
  const { protocol, hostname, username, password } = new URL(plain)
  if (protocol === 'http:' && !/^(?:localhost|\[::1\]|127(?:\.\d+){3})$/.test(hostname)) throw wrong(`the licence server of ${home} is on another machine: it is reached by https:// only, since its token and activation codes go over the line`)
  if (username !== '' || password !== '') throw wrong(`the token of the licence server of ${home} does not belong into its url`)
  return { url: plain, kind, token: secret(token), address: filled(address ?? plain), ...(ca === undefined ? {} : { ca: secret(ca.startsWith('env:') || ca.startsWith('file:') ? ca : `file:${ca}`) }) }
}
