import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { Fault } from '#domain/faults.ts'

/** One process at a time does what this file stands for. One whose process is gone is taken over. Faults: BUNDLE_OTHER. */
export const holdLock = async (file: string): Promise<AsyncDisposable> => {
  const own = `${file}.${randomUUID()}`
  await writeFile(own, `${process.pid}\n`, { mode: 0o600 })
  try {
    for (let tries = 0; ; tries++) {
      if (await taken(own, file)) break
      const holder = Number((await readFile(file, 'utf8').catch(() => '')).trim())
      if (isRunning(holder) || tries > 3) throw new Fault('BUNDLE_OTHER', { file, reason: `the process ${holder} is at work on it` })
      await rm(file, { force: true })
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

const isRunning = (pid: number): boolean => {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
