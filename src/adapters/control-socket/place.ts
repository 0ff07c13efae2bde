import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a move's status file lies. */
export const statusFile = (directory: string, move: string): string => join(directory, `${move}.json`)

/** A socket's path may have 107 bytes; a long home directory is stood for by its hash in the system's temporary directory, in a folder of this user's alone. */
export const socketFile = (directory: string, move: string): string => {
  const plain = join(directory, `${move}.sock`)
  if (Buffer.byteLength(plain) <= 100) return plain
  const folder = join(tmpdir(), `rehome-${process.getuid?.() ?? 0}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid, mode } = lstatSync(folder)
  if (uid !== (process.getuid?.() ?? uid) || (mode & 0o077) !== 0) throw new Error(`${folder} must be a folder that only this user can enter: somebody else made it, or opened it`)
  return join(folder, `${createHash('sha256').update(plain).digest('hex').slice(0, 24)}.sock`)
}
