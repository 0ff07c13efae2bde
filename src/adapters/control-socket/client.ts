import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import type { Command } from '#domain/order.ts'
import { replySchema, statusSchema, type Status, type WireReply } from '#wire/control.ts'
import { socketFile, statusFile } from './place.ts'

/** A move that this machine knows of, and whether its mover runs. */
export type Known = Status & { readonly isRunning: boolean }

const patienceMs = 10_000

/** Every move with a status file here, the newest first. */
export const knownMoves = async (directory: string): Promise<Known[]> => {
  const known = await Promise.all(statusesIn(directory).map(async status => ({ ...status, isRunning: (await say(directory, status.move, { verb: 'status' })) !== undefined })))
  return known.sort((a, b) => (a.at < b.at ? 1 : -1))
}

/** What the status files here say, whether or not their movers run. */
export const statusesIn = (directory: string): Status[] =>
  listed(directory).filter(name => name.endsWith('.json')).flatMap(name => {
    const status = statusSchema.safeParse(parsed(readFileSync(statusFile(directory, name.slice(0, -5)), 'utf8')))
    return status.success ? [status.data] : []
  })

/** What the running mover answers; undefined: none runs. */
export const say = (directory: string, move: string, command: Command): Promise<WireReply | undefined> =>
  new Promise(resolve => {
    const socket = connect(socketFile(directory, move))
    const end = (reply: WireReply | undefined): void => {
      clearTimeout(late)
      socket.destroy()
      resolve(reply)
    }
    const late = setTimeout(() => end(undefined), patienceMs)
    socket.on('error', () => end(undefined)).on('close', () => end(undefined))
    socket.on('connect', () => socket.write(`${JSON.stringify(command)}\n`))
    createInterface({ input: socket }).on('line', line => {
      const reply = replySchema.safeParse(parsed(line))
      end(reply.success ? reply.data : undefined)
    }).on('error', () => end(undefined))
  })

const listed = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
