import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

/** A secret that nobody guesses: 256 bits, as 43 letters that go into an address as they are. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** Six digits to type from a letter. Guessed in a million tries: whoever takes them bounds the tries. */
export const newDigits = (): string => String(randomInt(1_000_000)).padStart(6, '0')

/** Compares without telling by its time how much was right. Lengths are no secret. */
export const isSameSecret = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
