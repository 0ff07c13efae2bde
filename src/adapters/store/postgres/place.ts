import { Fault } from '#domain/faults.ts'
import type { Position } from '#domain/stream.ts'
import type { Picture } from '#ports/store.ts'
import type { Context } from './context.ts'
import { takePictureInStream } from './picture.ts'
import { oldestTransaction } from './record.ts'
import { endReader } from './stream-slot.ts'

/** A picture waits for every transaction that is open when it is taken; beyond this the source is too busy for one. */
const busyAfterMs = 60_000

/**
 * A picture of now and its exact place in the stream: what commits before `position` is in it, everything else is not (P7). The stream's own slot
 * is left alone. One at a time for a stream. Faults: STREAM_BUSY.
 */
export const pictureInStream = async (context: Context, stream: string, { busyAfter = busyAfterMs }: { readonly busyAfter?: number } = {}): Promise<{ picture: Picture; position: Position }> => {
  // The slot of an earlier one whose process died lives as long as its session.
  await endReader(context, lookOf(stream))
  let tooLong: Promise<string> | undefined
  const late = setTimeout(() => {
    tooLong = giveUp(context, stream)
    tooLong.catch(() => { /* awaited below, once the picture has failed */ })
  }, busyAfter)
  try {
    return await takePictureInStream(context, stream)
  } catch (error) {
    if (tooLong === undefined) throw error
    throw new Fault('STREAM_BUSY', { ms: busyAfter, reason: await tooLong }, { cause: error })
  } finally {
    clearTimeout(late)
  }
}

const lookOf = (stream: string): string => `${stream}_look`

const giveUp = async (context: Context, stream: string): Promise<string> => {
  const oldest = await oldestTransaction(context)
  await endReader(context, lookOf(stream))
  return oldest
}
