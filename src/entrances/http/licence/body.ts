import type { IncomingMessage } from 'node:http'

const mostBytes = 4 * 2 ** 20
/** A receipt names everyone who sits. */
const mostLongBytes = 64 * 2 ** 20
const longAtOnce = 2
let longOnes = 0

export type Body = { readonly text: string } | { readonly refused: 'too-large' | 'busy' | 'cut-short' }

/** The whole body of a request, told once. Of long ones a few at a time, so that nobody fills the memory. No promise: what is asked thousands of times a second is answered in the turn in which it came. */
export const readBody = (request: IncomingMessage, isLong: boolean, told: (body: Body) => void): void => {
  let chunks: Buffer[] = []
  let [bytes, counts, isOver] = [0, false, false]
  const end = (body: Body): void => {
    if (isOver) return
    isOver = true
    if (counts) longOnes--
    chunks = []
    told(body)
  }
  const take = (chunk: Buffer): void => {
    bytes += chunk.length
    if (isOver) return
    if (bytes > (isLong ? mostLongBytes : mostBytes)) end({ refused: 'too-large' })
    else if (bytes > mostBytes && !counts && longOnes >= longAtOnce) end({ refused: 'busy' })
    else {
      if (bytes > mostBytes && !counts) [counts, longOnes] = [true, longOnes + 1]
      chunks.push(chunk)
    }
  }
  const cutShort = (): void => { end({ refused: 'cut-short' }) }
  request.on('data', take)
  request.on('end', () => { end({ text: chunks.length === 1 ? (chunks[0]?.toString('utf8') ?? '') : Buffer.concat(chunks).toString('utf8') }) })
  request.on('error', cutShort)
  request.on('close', cutShort)
}
