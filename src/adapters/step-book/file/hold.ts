import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#domain/faults.ts'

/** One process at a time works in this folder; one that is gone is taken over from. Faults: STEP_BOOK_HELD, STEP_BOOK_NOT_WRITTEN. */
export const holdFolder = async (folder: string): Promise<AsyncDisposable> => {
  const file = join(folder, 'held-by')
  const own = `${file}.${randomUUID()}`
  try {
    await writeFile(own, `${process.pid}\n${await startOf(process.pid)}\n`, { mode: 0o600 })
  } catch (cause) {
    throw new Fault('STEP_BOOK_NOT_WRITTEN', { folder, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
  try {
    for (let tries = 0; !(await taken(own, file)); tries++) {
      const [pid = '', start = ''] = (await readFile(file, 'utf8').catch(() => '')).split('\n')
      if (await isRunning(Number(pid), start) || tries > 5) throw new Fault('STEP_BOOK_HELD', { folder, process: pid === '' ? 'unknown' : pid })
      // Renamed before it is removed: of two that take over at once, one moves it away, and neither removes what the other has just put there.
      const gone = `${file}.${randomUUID()}`
      await rename(file, gone).catch(unlessMissing)
      const moved = await readFile(gone, 'utf8').catch(() => '')
      if (moved !== '' && moved.split('\n')[0] !== pid) await link(gone, file).catch(() => undefined)
      await rm(gone, { force: true })
    }
  } finally {
    await rm(own, { force: true })
  }
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) }
}

const taken = async (own: string, file: string): Promise<boolean> => {
  try {
    await link(own, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const unlessMissing = (error: unknown): void => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

const isRunning = async (pid: number, start: string): Promise<boolean> => {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  // Numbers of processes come round: another one with this number was started at another time.
  const now = await startOf(pid)
  return now === '' || start === '' || now === start
}

/** When a process was started, as far as the system tells. */
const startOf = async (pid: number): Promise<string> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
