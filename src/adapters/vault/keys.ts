import { createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { open, readFile, stat } from 'node:fs/promises'
import { Fault } from '#domain/faults.ts'

/** A key of 256 bits, held so that neither a log nor JSON can show it. `id`: sixteen hexadecimal digits that stand in every text sealed under it. */
export type VaultKey = { readonly id: string; readonly key: KeyObject }

/** The key in force first; the others are kept to open what was sealed before. */
export type VaultKeys = readonly [VaultKey, ...VaultKey[]]

/** Keys from a text: base64 of 32 bytes each, on lines or between commas, `#` begins a comment. `where`: what a person would look at. */
export const keysOf = (text: string, where: string): VaultKeys => {
  const [first, ...others] = text.split('\n').map(line => line.replace(/#.*/, '')).join(',').split(',').map(part => part.trim()).filter(part => part !== '').map((part, n) => keyOf(part, n, where))
  if (first === undefined) throw new Fault('VAULT_KEY_BAD', { where, reason: 'there is none in it' })
  const all: VaultKeys = [first, ...others]
  if (new Set(all.map(one => one.id)).size !== all.length) throw new Fault('VAULT_KEY_BAD', { where, reason: 'the same key stands there twice' })
  return all
}

/** Keys from a file that only its owner may read. */
export const readKeyFile = async (path: string): Promise<VaultKeys> => {
  const found = await stat(path).catch((cause: unknown) => { throw new Fault('VAULT_KEY_MISSING', { reason: `${path} cannot be read` }, { cause }) })
  // Windows has no such bits.
  if (process.platform !== 'win32' && (found.mode & 0o007) !== 0) throw new Fault('VAULT_KEY_BAD', { where: path, reason: 'everybody on this machine may read it' })
  if (found.size > 65_536) throw new Fault('VAULT_KEY_BAD', { where: path, reason: 'it is too long for a file of keys' })
  return keysOf(await readFile(path, 'utf8').catch((cause: unknown) => { throw new Fault('VAULT_KEY_MISSING', { reason: `${path} cannot be read` }, { cause }) }), path)
}

/** Makes a file with a new key, unless there is one, and answers the keys in it. On disk before it answers: what is sealed under a key that is lost is lost. */
export const keyFileAt = async (path: string): Promise<VaultKeys> => {
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw new Fault('VAULT_KEY_MISSING', { reason: `${path} cannot be made (${error.code ?? 'no reason given'})` }, { cause: error })
  })
  if (file !== undefined) {
    await using made = file
    await made.writeFile(`# The key of Rehome. Without it no secret in the ledger can be read: keep a copy, not with the ledger.\n${newKey()}\n`)
    await made.sync()
  }
  return readKeyFile(path)
}

/** A new key, as it stands in a key file. */
export const newKey = (): string => randomBytes(32).toString('base64')

const keyOf = (text: string, n: number, where: string): VaultKey => {
  const bytes = Buffer.from(text, 'base64')
  // The text itself is not shown: what is nearly a key may be one.
  if (bytes.length !== 32 || bytes.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '')) throw new Fault('VAULT_KEY_BAD', { where, reason: `number ${n + 1} is not the base64 of 32 bytes` })
  return { id: createHash('sha256').update('rehome vault key').update(bytes).digest('hex').slice(0, 16), key: createSecretKey(bytes) }
}
