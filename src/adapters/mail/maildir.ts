import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** So many are taken at once; the others wait for the next time. */
const mostAtOnce = 200

/**
 * Takes what a mail server has delivered to a Maildir, one after the other: `handle` first, then it is marked as seen. What was handled when the process
 * died is handled again. How many there were.
 */
export const takeDelivered = async (folder: string, handle: (raw: Uint8Array) => Promise<void>): Promise<number> => {
  for (const part of ['new', 'cur', 'tmp']) await mkdir(join(folder, part), { recursive: true, mode: 0o700 })
  const names = (await readdir(join(folder, 'new'))).toSorted().slice(0, mostAtOnce)
  for (const name of names) {
    const raw = await readFile(join(folder, 'new', name)).catch(unlessGone)
    // Another worker has it.
    if (raw === undefined) continue
    await handle(raw)
    await rename(join(folder, 'new', name), join(folder, 'cur', `${name}:2,S`)).catch(unlessGone)
  }
  return names.length
}

const unlessGone = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error
  return undefined
}
