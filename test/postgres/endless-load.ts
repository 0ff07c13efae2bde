import { text } from 'node:stream/consumers'
import { Loaders, load } from '#adapters/store/postgres/load.ts'
import type { Position } from '#domain/stream.ts'
import type { Piece } from '#ports/store.ts'
import { contextOf } from './contexts.ts'
import { describeTable } from './tables.ts'

/** A loader that a test kills: rows of the table `t`, for ever. */
const { url, stream } = JSON.parse(await text(process.stdin)) as { url: string; stream: string }
const context = contextOf(url, 'target')
const table = await describeTable(context, 't', { format: 'text' })

const rows = async function* (): AsyncGenerator<Piece> {
  for (let id = 1; ; id++) {
    const line = Buffer.from(`${id}\tname\t\\\\x00\n`)
    const header = Buffer.from([0x64, 0, 0, 0, line.length + 4])
    yield { chunk: 0, bytes: Buffer.concat([header, line]) }
    if (id === 100) process.stdout.write('loading\n')
    if (id % 1000 === 0) await new Promise(resolve => { setTimeout(resolve, 5) })
  }
}

await load(context, new Loaders(context), stream, [{ table: table.id, number: 0, of: 1, bytes: 0 }], { snapshot: '', position: '' as Position, followed: false }, new Map([[table.id, table]]), rows(), new AbortController().signal)
