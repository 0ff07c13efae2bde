import type { Paper } from '#domain/paper.ts'

export interface Documents {
  /** The paper as PDF, with its fonts in it. The same paper is the same bytes. Faults: PAPER_NOT_MADE. */
  pdf(paper: Paper, signal: AbortSignal): Promise<Uint8Array>
}
