import type { Command } from 'commander'
import { counted } from '#lib/quantity.ts'
import { visible } from '#lib/visible.ts'
import { askHidden, readAddress } from '../address.ts'
import { described, option } from '../options.ts'
import type { Desk } from '../desk.ts'
import { openView } from '../view/open.ts'

export const addVerify = (program: Command, desk: Desk): void => {
  described(program.command('verify').description('compare every row of two databases that nobody writes to meanwhile'), [option.from(), option.to(), option.jobs(), option.json()], [
    ['rehome verify --from env:OLD --to env:NEW', 'exit status 1 and the keys of the rows that differ, if any do'],
  ]).action(async (options: { from: string; to: string; jobs: number; json?: boolean }) => {
    const from = await readAddress('source', options.from, desk.environment, askHidden)
    const to = await readAddress('target', options.to, desk.environment, askHidden)
    const view = openView(desk, options.json === true)
    try {
      const verdict = await desk.services.verify({ from, to, jobs: options.jobs }, event => view.show(event), desk.signal)
      if (options.json === true) desk.out.write(`${JSON.stringify({ type: 'verdict', ...verdict })}\n`)
      else {
        for (const d of verdict.differences) view.say(`${d.how.padEnd(9)} ${visible(d.table)}  key ${visible(d.key)}${d.columns === undefined ? '' : `  in ${d.columns.map(c => visible(c)).join(', ')}`}`)
        view.say(verdict.differences.length === 0 ? `Equal: ${counted(verdict.rows, 'row')} in ${counted(verdict.tables, 'table')}.` : `${verdict.differences.length === 1 ? 'One row differs' : `${counted(verdict.differences.length, 'row')} differ`}${verdict.differences.length >= 1_000 ? ', or more: only the first thousand of a table are listed' : ''}.`)
      }
      desk.end(verdict.differences.length === 0 ? 'ok' : 'negative')
    } finally {
      view.close()
    }
  })
}
