import type { Command } from 'commander'
import { Option } from 'commander'
import { described, option } from '../options.ts'
import type { Desk } from '../desk.ts'

export const addDemo = (program: Command, desk: Desk): void => {
  described(program.command('demo').description('watch a living customer move, on servers of its own on this machine'), [new Option('--keep', 'leave everything running at the end, until Ctrl-C'), option.json()], [
    ['rehome demo', 'from a shared-looking PostgreSQL 15 home to a PostgreSQL 18 home, while the product takes orders'],
  ]).action((options: { keep?: boolean; json?: boolean }) => desk.services.demo({ keep: options.keep === true, json: options.json === true }, desk.signal))
}
