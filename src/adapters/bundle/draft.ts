import { createHash } from 'node:crypto'
import { open, readFile, rename, rm, truncate, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PartContent } from '#domain/bundle.ts'
import { Fault } from '#domain/faults.ts'
import type { Draft, Note, PartNote } from '#ports/bundle.ts'
import { endOf, magic } from './container.ts'
import { type Lock, newBundleKey, openerFor, sealed, sealerFor, unsealed } from './seal.ts'
import { holdLock } from './lock.ts'

/**
 * The bundle `file` while it is written: `file.draft` with the parts that are whole, `file.notes` with what is known of them, a line each. Begun before and stopped, it goes on;
 * what was half written is cut off. `newId` names a new bundle. Faults: BUNDLE_OTHER, BUNDLE_NOT_WRITTEN.
 */
export const openDraft = async (file: string, lock: Lock, newId: () => string): Promise<Draft & { readonly bundle: string }> => {
  const held = holdLock(`${file}.lock`)
  try {
    const [draft, notesFile] = [`${file}.draft`, `${file}.notes`]
    // A manifest whose bundle was not finished is made anew: what it says of the parts would be said twice.
    const known = (await notesIn(notesFile)).filter(note => note.note !== 'part' || note.content.kind !== 'manifest')
    const [first] = known
    if (first === undefined || first.note !== 'part' || first.content.kind !== 'key') {
      await writeFile(draft, magic, { mode: 0o600 })
      await writeFile(notesFile, '', { mode: 0o600 })
      const opened = await opening(file, draft, notesFile, [], held)
      return await beginAnew(opened, lock, newId())
    }
    await refuseOther(draft, first, lock)
    const end = known.reduce((sum, note) => sum + (note.note === 'part' ? note.bytes : 0), magic.length)
    await truncate(draft, end)
    await writeFile(`${notesFile}.new`, known.map(note => `${JSON.stringify(note)}\n`).join(''), { mode: 0o600 })
    await rename(`${notesFile}.new`, notesFile)
    return Object.assign(await opening(file, draft, notesFile, known, held, first.content.recipient), { bundle: first.content.bundle })
  } catch (error) {
    await held[Symbol.asyncDispose]()
    throw writing(file, error)
  }
}

const beginAnew = async (draft: DraftFile, lock: Lock, bundle: string): Promise<DraftFile & { bundle: string }> => {
  const { identity, recipient } = await newBundleKey()
  await draft.seal(lock)(once(Buffer.from(`${identity}\n`)), { kind: 'key', recipient, sealedFor: 'recipients' in lock ? lock.recipients : [], bundle })
  draft.sealFor(recipient)
  return Object.assign(draft, { bundle })
}

/** A draft goes on for the same people only: the part with the key is written. */
const refuseOther = async (draft: string, { content, bytes }: PartNote, lock: Lock): Promise<void> => {
  if (content.kind !== 'key') return
  const same = 'recipients' in lock ? content.sealedFor.length > 0 && [...content.sealedFor].sort().join() === [...lock.recipients].sort().join() : content.sealedFor.length === 0 && await opensWith(draft, bytes, lock.passphrase)
  if (!same) throw new Fault('BUNDLE_OTHER', { file: draft, reason: 'a bundle was begun there for other recipients, or with another passphrase' })
}

const opensWith = async (draft: string, bytes: number, passphrase: string): Promise<boolean> => {
  const part = (await readFile(draft)).subarray(magic.length, magic.length + bytes)
  try {
    for await (const piece of unsealed(once(part), openerFor({ passphrase }), false)) void piece
    return true
  } catch {
    return false
  }
}

const once = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}

/** A line that was not written whole is not there; nor is what comes after it. */
const notesIn = async (file: string): Promise<Note[]> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').slice(0, -1).map(line => JSON.parse(line) as Note)
}

type DraftFile = Draft & { sealFor(recipient: string): void; seal(lock: Lock): (bytes: AsyncIterable<Uint8Array>, content: PartContent) => Promise<PartNote> }

const opening = async (file: string, draft: string, notesFile: string, known: readonly Note[], held: AsyncDisposable, recipient = ''): Promise<DraftFile> => {
  const parts = await open(draft, 'r+')
  let notes = await open(notesFile, 'a')
  let written = [...known]
  let to = recipient
  let end = (await parts.stat()).size
  const put = async (bytes: AsyncIterable<Uint8Array>, lock: Lock, isCompressed: boolean, content: () => PartContent): Promise<PartNote> => {
    const { length, sha256 } = await append(parts, end, sealed(bytes, sealerFor(lock), isCompressed))
    await parts.datasync()
    const note: PartNote = { note: 'part', content: content(), bytes: length, sha256 }
    await writeNote(notes, note)
    written.push(note)
    end += length
    return note
  }
  const guarded = <T>(work: () => Promise<T>): Promise<T> => work().catch((error: unknown) => { throw writing(file, error) })
  return {
    get notes() { return written },
    sealFor(next) { to = next },
    seal: lock => (bytes, content) => guarded(() => put(bytes, lock, false, () => content)),
    add: (bytes, content) => guarded(() => put(bytes, { recipients: [to] }, true, content)),
    note: note => guarded(async () => {
      await writeNote(notes, note)
      written.push(note)
    }),
    restart: () => guarded(async () => {
      const kept = written.slice(0, 1)
      await writeFile(`${notesFile}.new`, kept.map(note => `${JSON.stringify(note)}\n`).join(''), { mode: 0o600 })
      await rename(`${notesFile}.new`, notesFile)
      await notes.close()
      notes = await open(notesFile, 'a')
      written = kept
      end = magic.length + (kept[0]?.note === 'part' ? kept[0].bytes : 0)
      await parts.truncate(end)
    }),
    finish: index => guarded(async () => {
      await parts.truncate(end)
      const bytes = endOf(index)
      await parts.write(bytes, 0, bytes.length, end)
      await parts.sync()
      await rename(draft, file)
      await secureFolder(dirname(file))
      await rm(notesFile, { force: true })
    }),
    async [Symbol.asyncDispose]() {
      await parts.close()
      await notes.close()
      await held[Symbol.asyncDispose]()
    },
  }
}

/** Pieces of age are 64 KiB; written together they cost a quarter of the calls. */
const gatheredBytes = 2 ** 18

const append = async (into: FileHandle, start: number, bytes: AsyncIterable<Uint8Array>): Promise<{ length: number; sha256: string }> => {
  const hash = createHash('sha256')
  let [length, held]: [number, number] = [0, 0]
  let gathered: Uint8Array[] = []
  const write = async (): Promise<void> => {
    const all = Buffer.concat(gathered)
    for (let done = 0; done < all.length;) done += (await into.write(all, done, all.length - done, start + length + done)).bytesWritten
    length += all.length
    gathered = []
    held = 0
  }
  for await (const piece of bytes) {
    hash.update(piece)
    gathered.push(piece)
    held += piece.length
    if (held >= gatheredBytes) await write()
  }
  await write()
  return { length, sha256: hash.digest('hex') }
}

const writeNote = async (notes: FileHandle, note: Note): Promise<void> => {
  await notes.appendFile(`${JSON.stringify(note)}\n`)
  await notes.datasync()
}

const secureFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** What the operating system refuses is a fault of the place; everything else is what it was. */
const writing = (file: string, error: unknown): unknown => {
  const code = error instanceof Error && !(error instanceof Fault) && 'code' in error ? String(error.code) : ''
  return /^E[A-Z]+$/.test(code) && 'syscall' in (error as object) ? new Fault('BUNDLE_NOT_WRITTEN', { file, reason: (error as Error).message }, { cause: error }) : error
}
