import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Fault } from '#domain/faults.ts'
import type { Paper } from '#domain/paper.ts'
import { visible } from '#lib/visible.ts'
import type { Documents } from '#ports/documents.ts'
import { Turns } from './turns.ts'

/** `atOnce`: how many are drawn at the same time, each on a thread of its own. `memoryMb`: at most, for each. */
export type PdfSettings = { readonly atOnce?: number; readonly timeoutMs?: number; readonly memoryMb?: number }

/** PDFs, drawn off the event loop. A thread lives for one document: fonts weigh more than its start, and what went wrong in it is gone with it. */
export const openPdfDocuments = ({ atOnce = 2, timeoutMs = 60_000, memoryMb = 256 }: PdfSettings = {}): Documents => {
  const turns = new Turns(atOnce)
  return {
    async pdf(paper, signal) {
      using _turn = await turns.take(signal)
      return await drawn(paper, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]), memoryMb).catch((error: unknown) => {
        signal.throwIfAborted()
        const isLate = error instanceof Error && error.name === 'TimeoutError'
        throw new Fault('PAPER_NOT_MADE', { reason: isLate ? `it took longer than ${timeoutMs} ms` : visible(error instanceof Error ? error.message : String(error)) }, { cause: error })
      })
    },
  }
}

const drawn = async (paper: Paper, signal: AbortSignal, memoryMb: number): Promise<Uint8Array> => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: paper, resourceLimits: { maxOldGenerationSizeMb: memoryMb } })
  try {
    // Rejects with what the thread threw, too.
    const [answer] = (await Promise.race([once(worker, 'message'), aborted(signal)])) as [Uint8Array]
    return answer
  } finally {
    await worker.terminate()
  }
}

const aborted = (signal: AbortSignal): Promise<never> => new Promise((_, reject) => {
  const stop = (): void => reject(signal.reason as Error)
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
})
