import assert from 'node:assert/strict'
import { Refusal } from '#wire/ask.ts'

/** Control refused with this status and code, and a sentence like this. */
export const says = (status: number, code: string, detail?: RegExp) => (error: unknown): boolean => {
  assert.ok(error instanceof Refusal, String(error))
  assert.deepEqual([error.status, error.code], [status, code])
  if (detail !== undefined) assert.match(error.message, detail)
  return true
}
