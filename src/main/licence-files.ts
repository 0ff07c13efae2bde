import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '#domain/faults.ts'
import { sha256 } from '#lib/hash.ts'
import { newToken } from '#lib/secret.ts'
import { newPrivateKey, type Signer, signerOf } from '#lib/sign.ts'

/** What a licence server has on its machine besides its book: made at the first start, for its owner alone. */
export type LicenceFiles = { readonly signer: Signer; readonly issuerSigner: () => Signer; readonly adminHash: string; readonly adminFile: string; readonly isNewAdmin: boolean; readonly anchor: string; readonly issuerAnchor: string; readonly issuerKey: string }

export const licenceFilesIn = (folder: string): LicenceFiles => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const adminFile = join(folder, 'admin-token')
  const isNewAdmin = !existsSync(adminFile)
  const token = kept(adminFile, newToken)
  return {
    signer: signerOf(kept(join(folder, 'server-key.pem'), newPrivateKey)), issuerSigner: () => signerOf(kept(join(folder, 'issuer-key.pem'), newPrivateKey)),
    adminHash: sha256(token), adminFile, isNewAdmin, anchor: join(folder, 'anchor.json'), issuerAnchor: join(folder, 'issuer-anchor'), issuerKey: join(folder, 'issuer-public-key'),
  }
}

/** Of processes that start together one makes it; the others read what that one made. */
const kept = (file: string, make: () => string): string => {
  try {
    if (!existsSync(file)) writeFileSync(file, `${make().trim()}\n`, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new Fault('SETTINGS_WRONG', { file, reason: 'it cannot be written' }, { cause: error })
  }
  const text = readFileSync(file, 'utf8').trim()
  if (text === '') throw new Fault('SETTINGS_WRONG', { file, reason: 'it is empty' })
  return text
}
