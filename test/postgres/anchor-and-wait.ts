import { text } from 'node:stream/consumers'
import { anchor } from '#adapters/store/postgres/anchor.ts'
import { contextOf } from './contexts.ts'
import { describeTable } from './tables.ts'

/** A mover that a test kills once it has its anchor. */
const { url, stream } = JSON.parse(await text(process.stdin)) as { url: string; stream: string }
const context = contextOf(url)
const taken = await anchor(context, stream, { follow: true, tables: [await describeTable(context, 't')] })
process.stdout.write(`${JSON.stringify(taken)}\n`)
setInterval(() => { /* until it is killed */ }, 1_000)
