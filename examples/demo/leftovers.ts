import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removePostgres, type EmbeddedPostgres } from '#adapters/embedded-postgres/launcher.ts'
import { isAlive } from '#adapters/embedded-postgres/process.ts'

const prefix = 'rehome-demo-'

/** A directory for one run, named after this process. What runs whose process is gone have left, servers included, is removed first. */
export const openDirectory = async (): Promise<{ readonly path: string } & AsyncDisposable> => {
  await removeLeftovers()
  const path = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
  // The servers may run as another user, who must be able to pass through it.
  await chmod(path, 0o711)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** For the end that leaves no time: a second Ctrl-C. Servers end at once, without writing anything down. */
export const endAtExit = (servers: readonly EmbeddedPostgres[], path: string): Disposable => {
  const end = (): void => {
    const running = servers.map(server => server.pid).filter(isAlive)
    for (const pid of running) process.kill(pid, 'SIGQUIT')
    // Nothing else of ours can run any more, so that waiting idly is all there is to do.
    for (let waits = 0; waits < 100 && running.some(isAlive); waits++) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
    } catch {
      // A server that is still ending wrote a file meanwhile: the next run removes it.
    }
  }
  process.on('exit', end)
  return { [Symbol.dispose]: () => { process.off('exit', end) } }
}

/** Files of a run that lie outside of its directory. */
export type Outside = AsyncDisposable & { /** Called before they are made. */ add(...files: readonly string[]): void }

/** Keeps their names in `folder`, which must be this user's own; they are removed in the end, or by the next run if this one is killed. */
export const openOutside = async (folder: string): Promise<Outside> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder)) {
    const pid = Number(/^demo-(\d+)\.left$/.exec(name)?.[1] ?? process.pid)
    if (isAlive(pid)) continue
    const files = JSON.parse(await readFile(join(folder, name), 'utf8')) as string[]
    for (const file of [...files, join(folder, name)]) await rm(file, { force: true })
  }
  const list = join(folder, `demo-${process.pid}.left`)
  const all: string[] = []
  return {
    add(...files) {
      all.push(...files)
      writeFileSync(list, JSON.stringify(all))
    },
    async [Symbol.asyncDispose]() { for (const file of [...all, list]) await rm(file, { force: true }) },
  }
}

const removeLeftovers = async (): Promise<void> => {
  for (const name of (await readdir(tmpdir())).filter(n => n.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length).split('-')[0])
    if (!Number.isInteger(pid) || pid <= 0 || isAlive(pid)) continue
    const path = join(tmpdir(), name)
    // Another user's are not ours to remove.
    const inside = await readdir(path).catch(() => [])
    for (const server of inside.filter(n => n.startsWith('postgres-'))) await removePostgres(join(path, server)).catch(() => { /* see above */ })
    await rm(path, { recursive: true, force: true }).catch(() => { /* see above */ })
  }
}
