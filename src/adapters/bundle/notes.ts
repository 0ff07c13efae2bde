import { mkdir, open, readFile, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Lines of what was begun and done, each on disk before the next thing happens. */
export interface Notes<Note> {
  readonly all: readonly Note[]
  add(note: Note): Promise<void>
}

/** Reads what earlier processes noted; a last line that was torn was never said, and goes. */
export const openNotes = async <Note>(file: string): Promise<Notes<Note>> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const text = await readFile(file, 'utf8').catch(unlessMissing)
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) await truncate(file, Buffer.byteLength(whole))
  // Proof: nobody but us writes there.
  const all = whole.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Note)
  return {
    all,
    async add(note) {
      await using handle = await open(file, 'a', 0o600)
      await handle.appendFile(`${JSON.stringify(note)}\n`)
      await handle.datasync()
      all.push(note)
    },
  }
}

const unlessMissing = (error: unknown): string => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  return ''
}
