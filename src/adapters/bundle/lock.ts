import { Fault } from '#domain/faults.ts'
import { holdFile } from '#lib/hold-file.ts'

/** One process at a time does what this file stands for. Faults: BUNDLE_OTHER. */
export const holdLock = (file: string): AsyncDisposable => {
  const held = holdFile(file)
  if ('heldBy' in held) throw new Fault('BUNDLE_OTHER', { file, reason: `the process ${held.heldBy ?? 'that took it'} is at work on it` })
  return held
}
