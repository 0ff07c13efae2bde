import { parentPort, workerData } from 'node:worker_threads'
import type { Paper } from '#domain/paper.ts'
import { assert } from '#lib/assert.ts'
import { drawPaper } from './draw.ts'

/** The thread that draws one paper and answers with its bytes. */
assert(parentPort !== null, 'a paper is drawn on a thread of its own')
const bytes = await drawPaper(workerData as Paper)
parentPort.postMessage(bytes, [bytes.buffer])
