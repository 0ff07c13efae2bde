import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/**
 * One process at a time does what this file stands for. Answers what lets go of it, or the number of the process that has it, where that is known. Throws what the system says when
 * the file cannot be written.
 *
 * It is the system's own lock, by way of SQLite, the only one that Node brings along: it ends with its process, however that ends, so nothing is ever left to be taken over.
 */
export const holdFile = (file: string): AsyncDisposable | { readonly heldBy: number | null } => {
  for (;;) {
    const before = identityOf(file) ?? made(file)
    const lock = new DatabaseSync(file)
    try {
      lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    } catch (error) {
      lock.close()
      if ((error as { errcode?: number }).errcode === isLocked) return { heldBy: holderOf(file) }
      throw error
    }
    if (before !== undefined && identityOf(file) === before) {
      writeFileSync(by(file), `${process.pid}\n`, { mode: 0o600 })
      return heldBy(file, lock)
    }
    // Who had it has just removed the file that was opened here.
    lock.close()
  }
}

const isLocked = 5

const heldBy = (file: string, lock: DatabaseSync): AsyncDisposable => ({
  [Symbol.asyncDispose]: async () => {
    if (!lock.isOpen) return
    rmSync(by(file), { force: true })
    rmSync(file, { force: true })
    lock.close()
  },
})

/** Which file has this name now: another one of the same name, made later, is another. */
const identityOf = (file: string): string | undefined => {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev} ${found.ino} ${found.birthtimeNs}`
}

/** Never opens a file that is there: to close it would end this process's own locks of it. */
const made = (file: string): string | undefined => {
  try {
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return identityOf(file)
}

const by = (file: string): string => `${file}.by`

const holderOf = (file: string): number | null => {
  try {
    return Number.parseInt(readFileSync(by(file), 'utf8'), 10) || null
  } catch {
    return null
  }
}
