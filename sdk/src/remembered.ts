import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where a licence server was found last, with an activation that shows whose it is. */
export type Remembered = { readonly to: { readonly server: string; readonly publicKey: string; readonly url: string }; readonly activation: string; readonly at: number }

export const recall = async (folder: string, url: string): Promise<Remembered | undefined> => {
  const text = await readFile(fileOf(folder, url), 'utf8').catch(() => '')
  try {
    const { to, activation, at } = JSON.parse(text) as Partial<Remembered>
    return typeof to?.url === 'string' && typeof activation === 'string' && typeof at === 'number' ? { to, activation, at } : undefined
  } catch {
    return undefined
  }
}

/** A folder that cannot be written to costs the next start a detour, and nothing else. */
export const remember = async (folder: string, url: string, what: Remembered): Promise<void> => {
  const [file, draft] = [fileOf(folder, url), join(folder, `.${randomUUID()}`)]
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(draft, JSON.stringify(what), { mode: 0o600 })
    await rename(draft, file)
  } catch {
    await rm(draft, { force: true }).catch(() => undefined)
  }
}

const fileOf = (folder: string, url: string): string => join(folder, `licence-server-${createHash('sha256').update(url).digest('hex').slice(0, 16)}.json`)
