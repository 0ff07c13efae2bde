import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { type BundleIndex, bundleFormat, checkIndex } from '#domain/bundle.ts'
import { Fault } from '#domain/faults.ts'

/** The first bytes of every bundle. */
export const magic = Buffer.from(`${bundleFormat}\n`)
/** The last bytes: how long the index before them is. */
const trailerOf = (indexBytes: number): Buffer => Buffer.from(`rehome-index ${String(indexBytes).padStart(18, '0')}\n`)
const trailerBytes = trailerOf(0).length
/** 16 million parts would be a petabyte: whoever says more wants our memory. */
const mostIndexBytes = 2 ** 28

export const endOf = (index: string): Buffer => Buffer.concat([Buffer.from(index), trailerOf(Buffer.byteLength(index))])

/** A bundle whose index is signed and fits its length. `starts`: where each part begins. */
export type Container = AsyncDisposable & { readonly file: string; readonly handle: FileHandle; readonly size: number; readonly index: BundleIndex; readonly indexText: string; readonly fingerprint: string; readonly starts: readonly number[] }

/** Reads and checks the index; the parts are not read. Faults: BUNDLE_BROKEN, BUNDLE_NEWER. */
export const openContainer = async (file: string): Promise<Container> => {
  const handle = await open(file, 'r').catch((cause: unknown) => { throw new Fault('BUNDLE_BROKEN', { file, reason: `it cannot be read: ${cause instanceof Error ? cause.message : ''}` }, { cause }) })
  try {
    return await read(file, handle)
  } catch (error) {
    await handle.close()
    throw error
  }
}

const read = async (file: string, handle: FileHandle): Promise<Container> => {
  const broken = (reason: string): Fault => new Fault('BUNDLE_BROKEN', { file, reason })
  const { size } = await handle.stat()
  const first = await at(handle, 0, Math.min(magic.length, size))
  if (!first.equals(magic)) {
    const format = /^rehome-bundle\/\d+(?=\n)/.exec(first.toString('latin1'))?.[0]
    throw format === undefined ? broken(size === 0 ? 'it is empty' : 'it does not begin as a bundle does') : new Fault('BUNDLE_NEWER', { file, format, known: bundleFormat })
  }
  const trailer = size < magic.length + trailerBytes ? '' : (await at(handle, size - trailerBytes, trailerBytes)).toString('latin1')
  const said = /^rehome-index (\d{18})\n$/.exec(trailer)?.[1]
  if (said === undefined) throw broken('its end is missing: it was cut off, or is not all here yet')
  const indexBytes = Number(said)
  if (indexBytes > mostIndexBytes || indexBytes > size - magic.length - trailerBytes) throw broken('its end tells of an index that is not there')
  const indexText = (await at(handle, size - trailerBytes - indexBytes, indexBytes)).toString('utf8')
  const checked = checkIndex(indexText)
  if (!checked.ok) throw checked.format === undefined ? broken(checked.reason.en) : new Fault('BUNDLE_NEWER', { file, format: checked.format, known: bundleFormat })
  const starts: number[] = []
  let start = magic.length
  for (const part of checked.index.parts) {
    starts.push(start)
    start += part.bytes
  }
  if (start + indexBytes + trailerBytes !== size) throw broken(`it should be ${start + indexBytes + trailerBytes} bytes long and is ${size}`)
  return { file, handle, size, index: checked.index, indexText, fingerprint: checked.fingerprint, starts, [Symbol.asyncDispose]: () => handle.close() }
}

const pieceBytes = 2 ** 18

/** The encrypted bytes of a part. Throws at the end, if they are not those that were signed. */
export const partOf = async function* ({ file, handle, index, starts }: Container, part: number): AsyncGenerator<Buffer, void, undefined> {
  const [about, start] = [index.parts[part], starts[part]]
  if (about === undefined || start === undefined) throw new Fault('BUNDLE_BROKEN', { file, reason: `it has no part ${part}` })
  const hash = createHash('sha256')
  for (let done = 0; done < about.bytes;) {
    const piece = await at(handle, start + done, Math.min(pieceBytes, about.bytes - done))
    if (piece.length === 0) throw new Fault('BUNDLE_BROKEN', { file, reason: `part ${part} was cut off while it was read` })
    hash.update(piece)
    done += piece.length
    yield piece
  }
  if (hash.digest('hex') !== about.sha256) throw new Fault('BUNDLE_BROKEN', { file, reason: `part ${part} of ${index.parts.length} was changed` })
}

const at = async (handle: FileHandle, position: number, length: number): Promise<Buffer> => {
  const into = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(into, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return into.subarray(0, filled)
}
