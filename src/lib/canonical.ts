import canonicalize from 'canonicalize'
import { assert } from './assert.ts'

/** JSON in the one form that RFC 8785 allows: the same value is the same text, everywhere and always. */
export const canonical = (value: unknown): string => {
  const text = canonicalize(value)
  assert(text !== undefined, 'what is put into canonical form is JSON')
  return text
}
