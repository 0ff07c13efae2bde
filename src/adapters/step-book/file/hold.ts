import { join } from 'node:path'
import { Fault } from '#domain/faults.ts'
import { holdFile } from '#lib/hold-file.ts'

/** One process at a time works in this folder. Faults: STEP_BOOK_HELD, STEP_BOOK_NOT_WRITTEN. */
export const holdFolder = (folder: string): AsyncDisposable => {
  const held = holding(folder)
  if ('heldBy' in held) throw new Fault('STEP_BOOK_HELD', { folder, process: held.heldBy === null ? 'unknown' : `${held.heldBy}` })
  return held
}

const holding = (folder: string): ReturnType<typeof holdFile> => {
  try {
    return holdFile(join(folder, 'held'))
  } catch (cause) {
    throw new Fault('STEP_BOOK_NOT_WRITTEN', { folder, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}
