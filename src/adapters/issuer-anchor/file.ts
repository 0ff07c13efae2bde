import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '#domain/faults.ts'
import type { IssuerAnchor } from '#ports/issuer-anchor.ts'

/** A line for each generation that was given out. It only grows, by some fifty bytes each; several processes of one machine may write to it. */
export const issuerAnchorAt = (file: string): IssuerAnchor => {
  const known = new Map<string, number>()
  let read = 0
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => { /* whoever asked is told */ })
    return turn
  }
  /** What was written since, by us or by another process. A last line without its end is one that nobody was answered for. */
  const catchUp = async (): Promise<void> => {
    const text = await readFrom(file, read)
    const whole = text.subarray(0, text.lastIndexOf(10) + 1)
    for (const line of whole.toString('utf8').split('\n')) {
      if (line === '') continue
      const [, licence = '', generation = ''] = /^([0-9a-f-]{36}) (\d{1,9})$/.exec(line) ?? []
      if (licence === '') throw new Fault('ISSUER_ANCHOR_WRONG', { file, reason: 'it has a line that is not as it was written' })
      known.set(licence, Math.max(known.get(licence) ?? 0, Number(generation)))
    }
    read += whole.length
  }
  return {
    newest: licence => inTurn(async () => {
      await catchUp()
      return known.get(licence) ?? 0
    }),
    remember: given => inTurn(async () => {
      await catchUp()
      const news = given.filter(({ licence, generation }) => generation > (known.get(licence) ?? 0))
      if (news.length > 0) await append(file, read, news.map(({ licence, generation }) => `${licence} ${generation}\n`).join(''))
    }),
  }
}

const readFrom = async (file: string, from: number): Promise<Buffer> => {
  try {
    await using handle = await open(file, 'r')
    const { size } = await handle.stat()
    if (size < from) throw new Error('it is shorter than it was')
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && from === 0) return Buffer.alloc(0)
    throw wrong(file, error)
  }
}

/** What stands behind the last whole line was cut off when a process died: it is ended, so that the next one is a line of its own. */
const append = async (file: string, whole: number, text: string): Promise<void> => {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await using handle = await open(file, 'a', 0o600)
    if ((await handle.stat()).size > whole) await handle.truncate(whole)
    await handle.appendFile(text)
    await handle.sync()
  } catch (error) {
    throw wrong(file, error)
  }
}

const wrong = (file: string, error: unknown): Fault => (error instanceof Fault ? error : new Fault('ISSUER_ANCHOR_WRONG', { file, reason: error instanceof Error ? error.message : '' }, { cause: error }))
