import type { Command } from 'commander'
import { blocks } from '#domain/finding.ts'
import { askHidden, readAddress } from '../address.ts'
import { described, option } from '../options.ts'
import type { Desk } from '../desk.ts'
import { findingLines } from '../view/finding.ts'
import { widthOf } from '../view/open.ts'
import { orderOf, type MoveOptions } from './move.ts'

export const addPreflight = (program: Command, desk: Desk): void => {
  described(program.command('preflight').description('look for everything that stands in the way of a move; changes nothing'), [option.from(), option.to(), option.jobs(), option.schema(), option.noFollow(), option.tenant(), option.json()], [
    ['rehome preflight --from postgres://app@old:5432/shop --to postgres://app@new:5432/shop', 'each finding comes with what to do about it'],
  ]).action(async (options: MoveOptions) => {
    const from = await readAddress('source', options.from, desk.environment, askHidden)
    const to = await readAddress('target', options.to, desk.environment, askHidden)
    const findings = await desk.services.preflight({ from, to, order: orderOf(options, from, desk) })
    const isBlocked = blocks(findings)
    if (options.json === true) for (const finding of findings) desk.out.write(`${JSON.stringify({ type: 'finding', finding })}\n`)
    else {
      for (const finding of findings) desk.out.write(`${findingLines(finding, widthOf(desk.out)).join('\n')}\n`)
      desk.out.write(isBlocked ? '\nThe move cannot start: mend what is marked with ✗ first. Nothing was changed.\n' : '\nThe move can start. Nothing was changed.\n')
    }
    desk.end(isBlocked ? 'blocked' : 'ok')
  })
}
