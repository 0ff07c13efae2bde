import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { Fault } from '#domain/faults.ts'
import { visible } from '#lib/visible.ts'
import { addAsking } from './commands/asking.ts'
import { addAgent } from './commands/agent.ts'
import { addBundle } from './commands/bundle.ts'
import { addCompletion } from './commands/completion.ts'
import { addControl } from './commands/control.ts'
import { addDemo } from './commands/demo.ts'
import { addEvidence } from './commands/evidence.ts'
import { addLedger } from './commands/ledger.ts'
import { addLicence } from './commands/licence/group.ts'
import { addMove } from './commands/move.ts'
import { addPreflight } from './commands/preflight.ts'
import { addRedirect } from './commands/redirect.ts'
import { addSignIn } from './commands/sign-in.ts'
import { addVerify } from './commands/verify.ts'
import { addCleanUp } from './commands/clean-up.ts'
import type { Desk } from './desk.ts'
import { codeOf, exits, type Exit } from './exit.ts'

export const programOf = (desk: Desk): Command => {
  const program = new Command('rehome')
    .description('Moves a customer’s database from one home to another: copied live, every row proven, switched within a second, with the way back kept open.')
    .version(desk.services.version)
    .showHelpAfterError('(rehome --help shows what there is)')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: text => { desk.out.write(text) }, writeErr: text => { desk.error.write(text) } })
    .addHelpText('after', `\nExit status:\n${Object.values(exits).map(([code, says]) => `  ${String(code).padStart(3)}  ${says}`).join('\n')}\n
Passwords are read from the URL, REHOME_SOURCE_PASSWORD, REHOME_TARGET_PASSWORD, PGPASSWORD, or asked for. A URL on the command line can be
seen by others on this machine: --from env:NAME and --from file:PATH keep it out of sight.\n`)
  for (const add of [addPreflight, addMove, addControl, addVerify, addEvidence, addBundle, addLicence, addCleanUp, addAgent, addRedirect, addDemo, addLedger, addSignIn, addAsking, addCompletion]) add(program, desk)
  return program
}

/** Runs one command line. Answers the exit status; writes what went wrong as sentences, or as one JSON object with `--json`. */
export const runProgram = async (parameters: readonly string[], desk: Omit<Desk, 'end'>): Promise<number> => {
  let exit: Exit = 'ok'
  const program = programOf({ ...desk, end: with_ => { exit = with_ } })
  try {
    await program.parseAsync([...parameters], { from: 'user' })
    return codeOf(exit)
  } catch (error) {
    // What an action finds wrong with the command line, commander has not said yet.
    if (error instanceof InvalidArgumentError) desk.error.write(`error: ${visible(error.message, 2_000)}\n(rehome --help shows what there is)\n`)
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : codeOf('usage')
    return codeOf(sayFailure(error, desk, parameters.includes('--json')))
  }
}

const sayFailure = (error: unknown, { out, error: err, signal }: Omit<Desk, 'end'>, isJson: boolean): Exit => {
  if (signal.aborted && error === signal.reason) return 'interrupted'
  if (!(error instanceof Fault)) throw error
  if (isJson) out.write(`${JSON.stringify({ type: 'fault', at: new Date().toISOString(), code: error.code, message: error.message, remedy: error.remedy, facts: error.facts })}\n`)
  else err.write(`\n${visible(error.message, 2_000)}\n${visible(error.remedy, 2_000)}\n(${error.code}, see docs/errors.md)\n`)
  return error.code === 'DOUBT' ? 'doubt' : error.code === 'VERIFY_DIFFERS' ? 'negative' : 'fault'
}
