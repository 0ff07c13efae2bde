import type { BookLine } from '#domain/licence/move-book.ts'

/**
 * The book of one move: what was asked, what was answered, who decided. Only added to; each line is tied to the one before it. One process holds it at a time.
 * Faults: STEP_BOOK_HELD, STEP_BOOK_BROKEN, STEP_BOOK_NEWER, STEP_BOOK_NOT_WRITTEN.
 */
export interface StepBook extends AsyncDisposable {
  /** For people: where it is. */
  readonly label: string
  /** Every line, the oldest first. */
  readonly lines: readonly BookLine[]
  /** What was half written when a process died and has been cut off, in bytes; 0: nothing. What it was about had not been asked yet, or is read back. */
  readonly cutBytes: number
  /** On disk when it returns. */
  append(line: BookLine): Promise<void>
}
