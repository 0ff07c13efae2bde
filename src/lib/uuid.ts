import { randomBytes, randomInt } from 'node:crypto'

/** Makes UUIDs of version 7 (RFC 9562), each greater than the one before: within one millisecond a counter rises, where pure chance would put them in any order. */
export const risingUuids = (now: () => number): (() => string) => {
  let [ms, counter] = [0, 0]
  return () => {
    const current = now()
    if (current > ms) [ms, counter] = [current, randomInt(0x800)]
    else if (++counter > 0xfff) [ms, counter] = [ms + 1, 0]
    const chance = randomBytes(8)
    chance[0] = ((chance[0] ?? 0) & 0x3f) | 0x80
    const hex = `${ms.toString(16).padStart(12, '0')}7${counter.toString(16).padStart(3, '0')}${chance.toString('hex')}`
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  }
}
