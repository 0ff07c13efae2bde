import { appendFileSync } from 'node:fs'
import type { TestEvent } from 'node:test/reporters'

/**
 * A reporter of node --test: the file of each test that failed, and how many there were, a line of JSON each, into the file that REHOME_TEST_RECORD names. Written at once,
 * because the runner is told to exit and may not empty its streams.
 */
const record = async function* (events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const file = process.env['REHOME_TEST_RECORD']
  for await (const { type, data } of events) {
    if (file === undefined) continue
    if (type === 'test:fail' && data.file !== undefined) appendFileSync(file, `${JSON.stringify({ failed: data.file })}\n`)
    // The last one is over all files.
    if (type === 'test:summary' && data.file === undefined) appendFileSync(file, `${JSON.stringify({ passed: data.counts.passed, failed: data.counts.tests - data.counts.passed - data.counts.skipped - data.counts.todo })}\n`)
  }
  yield ''
}

export default record
