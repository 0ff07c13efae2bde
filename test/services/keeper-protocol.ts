import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Major } from '#adapters/embedded-postgres/binaries.ts'

/** What a test process asks of the keeper, one JSON object a line; each gets one answer, in order. */
export type Question =
  /** A server of this version, for the one who asks until its connection ends; the same one each time. */
  | { readonly ask: 'server'; readonly major: Major }
  /** From now on this directory's server lives no longer than the one who asks. */
  | { readonly ask: 'own' | 'disown'; readonly directory: string }
  /** Do not linger when the last test process is gone. Answers how many others there are, and which process ends then. */
  | { readonly ask: 'hurry' }

export type Answer = { readonly url?: string; readonly others?: number; readonly pid?: number; readonly failed?: string }

const checkout = join(import.meta.dirname, '../..')

export const keeperDirectory = join(checkout, '.rehome/test')
export const keeperLock = join(checkout, '.rehome/keeper.lock')
export const keeperLog = join(checkout, '.rehome/keeper.log')
/** Not in the checkout: the name of a socket may have at most 107 characters. */
export const keeperSocket = join(tmpdir(), `rehome-${process.getuid?.()}-${createHash('sha256').update(checkout).digest('hex').slice(0, 16)}.sock`)
