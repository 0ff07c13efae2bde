import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Command } from '#domain/order.ts'
import { commandSchema, type Status, type WireReply } from '#wire/control.ts'
import { socketFile, statusFile } from './place.ts'

export type ControlServer = AsyncDisposable & {
  /** Replaces the status file at once and whole. */
  keep(status: Status): void
}

/**
 * Listens for commands to one running move, on a socket that only this user can open. A socket left by a process that was killed is replaced: the
 * target's own book sees to it that no two movers work on one move.
 */
export const listenForCommands = async (directory: string, move: string, tell: (command: Command) => WireReply): Promise<ControlServer> => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = socketFile(directory, move)
  rmSync(path, { force: true })
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => { /* the terminal went away */ })
    createInterface({ input: socket }).on('line', line => socket.write(`${JSON.stringify(answer(line, tell))}\n`)).on('error', () => { /* likewise */ })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  chmodSync(path, 0o600)
  return {
    keep(status) {
      const file = statusFile(directory, move)
      writeFileSync(`${file}.new`, JSON.stringify(status), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise<void>(resolve => { server.close(() => resolve()) })
      rmSync(path, { force: true })
    },
  }
}

const answer = (line: string, tell: (command: Command) => WireReply): WireReply => {
  let said: unknown
  try {
    said = JSON.parse(line)
  } catch {
    return { ok: false, says: 'That is not JSON.', allowed: [] }
  }
  const command = commandSchema.safeParse(said)
  return command.success ? tell(command.data) : { ok: false, says: `That is no command: ${command.error.issues[0]?.message ?? ''}.`, allowed: [] }
}
