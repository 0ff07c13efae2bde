import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { Fault } from '#domain/faults.ts'

const shape = {
  listen: z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port: z.int().min(0).max(65_535) }),
  /** Files, as PEM, where no proxy before it does TLS. */
  certificate: z.strictObject({ chain: z.string().min(1), key: z.string().min(1) }).exactOptional(),
  /** The folder for what must outlive this process. */
  keep: z.string().min(1).exactOptional(),
}
/** Of an agent, which knows its homes already. */
export const redirectOfAgent = z.strictObject({ ...shape, homes: z.array(z.string().min(1)).min(1).max(1_000).exactOptional() })
const alone = z.strictObject({ ...shape, homes: z.array(z.string().min(1)).min(1).max(1_000) })

/** Where old addresses are answered, and of which homes. */
export type RedirectSettings = z.output<typeof alone>

export const readRedirectSettings = (file: string): RedirectSettings => {
  const wrong = (reason: string, cause?: unknown): Fault => new Fault('AGENT_SETTINGS', { file, reason }, { cause })
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw wrong(cause instanceof SyntaxError ? 'it is no JSON' : 'it cannot be read', cause)
  }
  const settings = alone.safeParse(json)
  if (!settings.success) throw wrong(settings.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  return settings.data
}

/** The certificate as it is on disk now, and when it was changed last. */
export const readCertificate = ({ chain, key }: NonNullable<RedirectSettings['certificate']>): { readonly cert: string; readonly key: string; readonly changed: number } => {
  try {
    return { cert: readFileSync(chain, 'utf8'), key: readFileSync(key, 'utf8'), changed: Math.max(statSync(chain).mtimeMs, statSync(key).mtimeMs) }
  } catch (cause) {
    throw new Fault('AGENT_SETTINGS', { file: chain, reason: 'the certificate or its key cannot be read' }, { cause })
  }
}
