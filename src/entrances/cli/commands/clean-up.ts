import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { visible } from '#lib/visible.ts'
import { askHidden, readAddress } from '../address.ts'
import { described, option } from '../options.ts'
import type { Desk } from '../desk.ts'

export const addCleanUp = (program: Command, desk: Desk): void => {
  described(program.command('cleanup').description('remove everything that Rehome made in a database: slots, publications, triggers, its schema'), [
    option.from().makeOptionMandatory(false), option.to().makeOptionMandatory(false),
    new Option('--force', 'also when a move is under way here, or the fence keeps a retired home closed: it can then be written to again'), option.json(),
  ], [
    ['rehome cleanup --from env:OLD --to env:NEW', 'after a move that was given up: nothing of Rehome stays on either side; the data stays where it is'],
    ['rehome cleanup --from env:OLD --force', 'open a retired home again, knowing that another one serves'],
  ]).action(async (options: { from?: string; to?: string; force?: boolean; json?: boolean }) => {
    if (options.from === undefined && options.to === undefined) throw new InvalidArgumentError('Say where: --from, --to, or both.')
    const stores = [
      ...(options.from === undefined ? [] : [await readAddress('source', options.from, desk.environment, askHidden)]),
      ...(options.to === undefined ? [] : [await readAddress('target', options.to, desk.environment, askHidden)]),
    ]
    const done = await desk.services.cleanUp(stores, options.force === true)
    for (const { store, removed, kept } of done) {
      if (options.json === true) desk.out.write(`${JSON.stringify({ store, removed, ...(kept === undefined ? {} : { kept }) })}\n`)
      else if (kept !== undefined) desk.error.write(`${visible(store)}: ${kept}\n`)
      else desk.out.write(`${visible(store)}: ${removed.length === 0 ? 'there was nothing of Rehome' : `removed ${removed.map(r => `${r.kind} ${visible(r.name)}`).slice(0, 20).join(', ')}${removed.length > 20 ? ` and ${removed.length - 20} more` : ''}`}\n`)
    }
    desk.end(done.some(d => d.kept !== undefined) ? 'negative' : 'ok')
  })
}
