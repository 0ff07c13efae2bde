import { createHash } from 'node:crypto'
import { Fault } from '#domain/faults.ts'
import { type Zipped, zipOf } from '#adapters/bundle/zip.ts'
import type { Work } from './agent-move.ts'

/** So much goes at a time: control takes twice that in one request, as text. */
const pieceBytes = 6 * 2 ** 20
const slowestRetryMs = 10_000

/** Packs a tenant's folder of files into one archive on control's shelf, piece by piece as it is read: nothing of it is kept on this machine. A piece that did not get through is sent again. */
export const packFiles = async ({ settings, clock, claimed, control, signal }: Work): Promise<'done'> => {
  const { origin, tenant } = claimed.facts
  const put = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let tries = 0; ; tries++) {
      try {
        return await work()
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof Fault) || error.code !== 'CONTROL_UNREACHABLE') throw error
        await clock.sleep(Math.min(200 * 2 ** tries, slowestRetryMs), signal)
      }
    }
  }
  const [hash, counted]: [ReturnType<typeof createHash>, Zipped] = [createHash('sha256'), { files: 0, others: 0 }]
  let bytes = 0
  for await (const piece of inPieces(zipOf(settings.files(origin, tenant), counted, signal), pieceBytes)) {
    hash.update(piece)
    const next = await put(() => control.put(claimed, bytes, piece, signal))
    bytes += piece.length
    if (next !== bytes) throw new Fault('ORDER_LOST', { control: control.label })
  }
  const about = { bytes, sha256: hash.digest('hex'), ...counted }
  await put(() => control.packed(claimed, about, signal))
  return 'done'
}

/** The same bytes in pieces of one size, but the last. */
const inPieces = async function* (all: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let [piece, filled] = [Buffer.allocUnsafe(most), 0]
  for await (const some of all) {
    for (let at = 0; at < some.length;) {
      const taken = Math.min(some.length - at, most - filled)
      piece.set(some.subarray(at, at + taken), filled)
      filled += taken
      at += taken
      if (filled < most) continue
      yield piece
      ;[piece, filled] = [Buffer.allocUnsafe(most), 0]
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}
