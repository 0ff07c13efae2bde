import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Config } from './config.ts'

/** Where `npm start` listens unless told otherwise. */
export const usualSite = 'http://127.0.0.1:7400'

const schema = z.strictObject({ site: z.url(), token: z.string() })

/** Where control is, and as whom it is asked: from the environment, or from the last sign-in on this machine. */
export const controlOf = ({ site, token, signedIn }: Pick<Config, 'site' | 'token' | 'signedIn'>): { readonly site: string; readonly token?: string } => {
  const kept = readKept(signedIn)
  const asked = site === '' ? kept?.site ?? usualSite : site
  // A token goes to nobody but the control that gave it.
  const known = token ?? (kept?.site === asked ? kept.token : undefined)
  return { site: asked, ...(known === undefined ? {} : { token: known }) }
}

/** For its owner alone. */
export const keepSignedIn = (file: string, site: string, token: string): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  // Anew, so that it has no more readers than now, whoever could read the one before.
  rmSync(file, { force: true })
  writeFileSync(file, JSON.stringify({ site, token }), { mode: 0o600 })
}

export const forgetSignedIn = (file: string): void => { rmSync(file, { force: true }) }

const readKept = (file: string): z.infer<typeof schema> | undefined => {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}
