import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#domain/faults.ts'
import type { BookLine } from '#domain/licence/move-book.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import type { StepBook } from '#ports/step-book.ts'
import { holdFolder } from './hold.ts'

const format = 'rehome-licence-move/1'
const newline = 10

/**
 * The book as a file, `book.jsonl` in a folder of its own, for its owner only: activation codes are in it. Each line has the hash of the one before and its own. A line is whole
 * once its end is there; what a dying process left of one is cut off, since what it was about had not been asked or is read back. A line that is whole and wrong is never touched.
 */
export const openStepBook = async (folder: string): Promise<StepBook> => {
  await writing(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }))
  const hold = holdFolder(folder)
  let handle: FileHandle | undefined
  try {
    handle = await writing(folder, () => open(join(folder, 'book.jsonl'), 'a+', 0o600))
    const bytes = await readFile(join(folder, 'book.jsonl'))
    const whole = wholeOf(bytes)
    const read = linesIn(folder, bytes.subarray(0, whole).toString('utf8'))
    const file = handle
    if (whole < bytes.length) await writing(folder, async () => { await file.truncate(whole); await file.sync() })
    const folderHandle = await open(folder, 'r')
    try {
      await folderHandle.sync()
    } finally {
      await folderHandle.close()
    }
    return new FileBook(folder, file, hold, read, bytes.length - whole)
  } catch (error) {
    await handle?.close()
    await hold[Symbol.asyncDispose]()
    throw error
  }
}

type Read = { readonly lines: readonly BookLine[]; readonly hash: string }
type Kept = { readonly n: number; readonly before: string; readonly hash: string; readonly says: unknown; readonly format?: unknown }

class FileBook implements StepBook {
  readonly label: string
  readonly cutBytes: number
  readonly #file: FileHandle
  readonly #hold: AsyncDisposable
  readonly #lines: BookLine[]
  #hash: string
  #isBroken = false

  constructor(folder: string, file: FileHandle, hold: AsyncDisposable, { lines, hash }: Read, cutBytes: number) {
    this.label = folder
    this.cutBytes = cutBytes
    this.#file = file
    this.#hold = hold
    this.#lines = [...lines]
    this.#hash = hash
  }

  get lines(): readonly BookLine[] {
    return this.#lines
  }

  async append(line: BookLine): Promise<void> {
    if (this.#isBroken) throw new Fault('STEP_BOOK_NOT_WRITTEN', { folder: this.label, reason: 'an earlier line could not be written' })
    const [n, before] = [this.#lines.length, this.#hash]
    const hash = hashOf(n, before, line)
    try {
      await writing(this.label, async () => {
        await this.#file.appendFile(`${canonical({ n, before, hash, says: line, ...(n === 0 ? { format } : {}) })}\n`)
        await this.#file.datasync()
      })
    } catch (error) {
      // What is on the disk is not known: whoever opens the book next reads it there.
      this.#isBroken = true
      throw error
    }
    this.#lines.push(line)
    this.#hash = hash
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
    await this.#hold[Symbol.asyncDispose]()
  }
}

const hashOf = (n: number, before: string, says: unknown): string => sha256(canonical([n, before, says]))

/** Up to the end of the last line that is whole. After a power cut a line may have its length and zeros in it: that one was never answered for either. */
const wholeOf = (bytes: Buffer): number => {
  const end = bytes.lastIndexOf(newline) + 1
  const start = end < 2 ? 0 : bytes.lastIndexOf(newline, end - 2) + 1
  return bytes.subarray(start, end).includes(0) ? start : end
}

const linesIn = (folder: string, text: string): Read => {
  let hash = ''
  const lines = text.split('\n').slice(0, -1).map((each, n) => {
    const kept = parsed(folder, each, n)
    if (n === 0 && kept.format !== format) throw new Fault('STEP_BOOK_NEWER', { folder, format: typeof kept.format === 'string' ? kept.format : 'unknown', known: format })
    if (kept.n !== n || kept.before !== hash || kept.hash !== hashOf(n, hash, kept.says)) throw new Fault('STEP_BOOK_BROKEN', { folder, reason: `line ${n + 1} does not follow from the one before, or was changed` })
    hash = kept.hash
    // Its hash holds, so it is what this format's writer wrote.
    return kept.says as BookLine
  })
  return { lines, hash }
}

const parsed = (folder: string, text: string, n: number): Kept => {
  try {
    const kept: unknown = JSON.parse(text)
    if (typeof kept === 'object' && kept !== null && 'n' in kept && 'hash' in kept && 'says' in kept) return kept as Kept
  } catch { /* told below */ }
  throw new Fault('STEP_BOOK_BROKEN', { folder, reason: `line ${n + 1} cannot be read` })
}

const writing = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (cause) {
    throw new Fault('STEP_BOOK_NOT_WRITTEN', { folder, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}
