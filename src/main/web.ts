import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Console and portal as the set-up built them; without them control answers all the same, and says at its front door how it can be asked. */
export const webOf = (): { readonly web?: { readonly folder: string } } => {
  const folder = join(import.meta.dirname, '../../web/dist')
  return existsSync(join(folder, 'console.html')) ? { web: { folder } } : {}
}
