import { once } from 'node:events'
import { sharePostgres } from '#adapters/embedded-postgres/shared.ts'

// A process that uses the server of a directory until it is told to let go: it says its address, and when it is done with it.
const [directory = ''] = process.argv.slice(2)
{
  await using server = await sharePostgres({ major: 18, directory })
  process.stdout.write(`${server.superuserUrl()}\n`)
  await once(process.stdin, 'data')
}
process.stdout.write('gone\n')
process.exit()
