import { Argument, type Command } from 'commander'
import { visible } from '#lib/visible.ts'
import type { Desk } from '../desk.ts'
import { described, option } from '../options.ts'

type Options = { readonly json?: boolean }

/** Running control, and what its ledger needs now and then. */
export const addLedger = (program: Command, desk: Desk): void => {
  const { services } = desk
  described(program.command('start').description('run everything on this machine: control, a worker and an agent, with a PostgreSQL of its own'), [], [
    ['rehome start', 'what npm start does; it tells where the first administrator is made, and letters become files until there is a mail server'],
  ]).action(() => services.ledger.start(text => { desk.out.write(text) }, desk.signal))
  described(program.command('control').description('run control: the programme, its people and its moves, behind an HTTP interface'), [], [
    ['rehome control', 'with a PostgreSQL of its own, at http://127.0.0.1:7400; Ctrl-C ends it in good order'],
    ['DATABASE_URL=postgres://… REHOME_SITE=https://moves.example.com rehome control', 'on a PostgreSQL of yours, behind a proxy of yours'],
  ]).action(() => services.ledger.serve(text => { desk.out.write(text) }, desk.signal))
  described(program.command('worker').description('do what is due - letters, reminders, what follows from decisions - beside other workers on the same ledger'), [], [
    ['DATABASE_URL=postgres://… rehome worker', 'as many as are wanted, on as many machines; any of them may be killed at any time'],
  ]).action(() => services.ledger.work(text => { desk.out.write(text) }, desk.signal))
  described(program.command('backup').description('write the whole ledger to a file, as it is at this instant').addArgument(new Argument('<file>')), [option.json()], [
    ['rehome backup rehome.backup', 'keep the key of the vault too, and not beside it: without the key no secret in the backup can be read'],
  ]).action(async (file: string, options: Options) => { say(desk, options, { file, ...await services.ledger.backUp(file) }, ({ rows }) => `${rows} rows are in ${visible(file, 500)}.`) })
  described(program.command('restore').description('fill an empty ledger with what a backup holds').addArgument(new Argument('<file>')), [option.json()], [
    ['rehome restore rehome.backup', 'all of it or nothing; jobs are made anew when control starts'],
  ]).action(async (file: string, options: Options) => { say(desk, options, { file, ...await services.ledger.restore(file) }, ({ rows }) => `${rows} rows are in the ledger again.`) })
  const journal = program.command('journal').description('the record of who decided what')
  described(journal.command('verify').description('read the whole journal and prove that no line was changed, left out or put in between'), [option.json()], [
    ['rehome journal verify', 'exit status 1 and the first line that is wrong, if one is'],
  ]).action(async (options: Options) => {
    const found = await services.ledger.verifyJournal()
    say(desk, options, found, ({ lines, wrong }) => (wrong === undefined ? `All ${lines} lines are as they were written.` : `${wrong}. The ${lines} before it are as they were written.`))
    desk.end(found.wrong === undefined ? 'ok' : 'negative')
  })
}

const say = <Said extends object>({ out }: Desk, { json }: Options, said: Said, text: (said: Said) => string): void => { out.write(json === true ? `${JSON.stringify(said)}\n` : `${text(said)}\n`) }
