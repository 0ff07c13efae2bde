import { createHash } from 'node:crypto'

/** SHA-256, hex. Text is hashed as UTF-8. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The same, as content security policies have it. */
export const sha256Base64 = (text: string): string => createHash('sha256').update(text).digest('base64')
