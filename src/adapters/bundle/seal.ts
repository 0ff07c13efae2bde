import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createHash } from 'node:crypto'
import { createZstdCompress, createZstdDecompress, constants } from 'node:zlib'
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import type { ReadableStream as WebStream } from 'node:stream/web'

/** Who can open a bundle: holders of any of the identities that belong to these recipients, or whoever knows the passphrase. */
export type Lock = { readonly recipients: readonly string[] } | { readonly passphrase: string }
/** Identities as `age-keygen` writes them, or the passphrase. */
export type Key = { readonly identities: readonly string[] } | { readonly passphrase: string }

/** A bundle's own key pair: parts are sealed for it, and it for the recipients, so that a passphrase is stretched once and a draft goes on without any secret. */
export const newBundleKey = async (): Promise<{ readonly identity: string; readonly recipient: string }> => {
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}

/** Throws what is wrong with a recipient, in age's words. */
export const sealerFor = (lock: Lock): Encrypter => {
  const sealer = new Encrypter()
  if ('passphrase' in lock) sealer.setPassphrase(lock.passphrase)
  else for (const recipient of lock.recipients) sealer.addRecipient(recipient)
  return sealer
}

export const openerFor = (key: Key): Decrypter => {
  const opener = new Decrypter()
  if ('passphrase' in key) opener.addPassphrase(key.passphrase)
  else for (const identity of key.identities) opener.addIdentity(identity)
  return opener
}

/** Level 1: it keeps up with the server, and what it cannot make smaller it passes on. */
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** An age file with the bytes compressed in it, piece by piece; each piece is copied, for its memory may be used again. */
export const sealed = async function* (bytes: AsyncIterable<Uint8Array>, sealer: Encrypter, isCompressed: boolean): AsyncGenerator<Uint8Array, void, undefined> {
  const copied = Readable.from(copies(bytes), { objectMode: false, highWaterMark: 2 ** 18 })
  const compressed = isCompressed ? copied.pipe(createZstdCompress(fast)) : copied
  if (compressed !== copied) copied.once('error', error => { compressed.destroy(error) })
  try {
    yield* await sealer.encrypt(asWeb(compressed)) as unknown as AsyncIterable<Uint8Array>
  } finally {
    copied.destroy()
    compressed.destroy()
  }
}

/** The other way. Throws where age does: the wrong key, a byte that was changed, an end that is missing. */
export const unsealed = async function* (bytes: AsyncIterable<Uint8Array>, opener: Decrypter, isCompressed: boolean, signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  const source = Readable.from(bytes, { objectMode: false })
  const failed: { error?: Error } = {}
  source.once('error', error => { failed.error ??= error })
  try {
    const opened = await opener.decrypt(asWeb(source))
    const plain = Readable.fromWeb(opened as unknown as WebStream)
    if (!isCompressed) return yield* plain as AsyncIterable<Buffer>
    const inflate = createZstdDecompress()
    const piped = pipeline(plain, inflate, ...(signal === undefined ? [] : [{ signal }]) as []).catch((error: unknown) => { failed.error ??= error as Error })
    try {
      yield* inflate as AsyncIterable<Buffer>
    } finally {
      inflate.destroy()
      plain.destroy()
      await piped
    }
  } catch (error) {
    throw failed.error ?? error
  } finally {
    source.destroy()
  }
}

const copies = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  for await (const piece of bytes) if (piece.length > 0) yield Buffer.from(piece)
}

const asWeb = (stream: Readable): ReadableStream<Uint8Array<ArrayBuffer>> => Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array<ArrayBuffer>>

export const sha256Stream = (): ReturnType<typeof createHash> => createHash('sha256')
