import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonOf, whyUnanswered } from './answer.ts'

test('what is no JSON is told from every JSON', () => {
  assert.deepEqual(['null', '0', '{"a":1}', '', '{', '<html>'].map(jsonOf), [null, 0, { a: 1 }, undefined, undefined, undefined])
})

test('why no answer came is said by what happened, not by who waited, and nothing in it reaches a terminal', async () => {
  const refused = await fetch('http://127.0.0.1:1').catch((error: unknown) => error)
  assert.match(whyUnanswered(refused), /ECONNREFUSED|bad port/)
  assert.equal(whyUnanswered(new Error('outer', { cause: new Error('\u001b[2Jinner') })), '\\u{1b}[2Jinner')
  assert.equal(whyUnanswered('a word'), 'it cannot be reached')
})
