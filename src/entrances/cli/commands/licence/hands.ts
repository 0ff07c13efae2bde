import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { asId } from '#domain/ids.ts'
import { visible } from '#lib/visible.ts'
import type { Desk } from '../../desk.ts'
import { described } from '../../options.ts'
import { askServer, showAnswer, when } from './ask.ts'
import { licenceOption, licensorAt, readExpect, readReference, readText, type AtOptions } from './at.ts'

type ActivateOptions = AtOptions & { readonly document?: string; readonly licence?: string; readonly code?: string; readonly activation?: string; readonly receipt?: string }
type DeactivateOptions = AtOptions & { readonly licence: string; readonly receipt: string }
type MaintainOptions = AtOptions & { readonly reason?: string; readonly expect?: number }

export const addHands = (group: Command, desk: Desk): void => {
  described(group.command('activate').description('put a licence in and bind it to the server’s machine, by its code or by the activation that the issuer gave as a file'), [
    licenceOption.at(), licenceOption.token(), new Option('--document <file>', 'the licence as it was issued; only for one that is not there yet'), licenceOption.licence().makeOptionMandatory(false), new Option('--code <reference>', 'its activation code, as env:NAME or file:PATH'),
    new Option('--activation <file>', 'the issuer’s activation, where the server does not reach the issuer'), new Option('--receipt <file>', 'that the licence was given up elsewhere'), licenceOption.json(),
  ], [
    ['rehome licence activate --at https://licences.example --document solver.licence --code file:solver.code', 'the first time'],
    ['rehome licence activate --at https://new.example --document solver.licence --code file:solver.code --receipt solver.receipt', 'after it was given up on another server'],
  ]).action((options: ActivateOptions) => activate(options, desk))
  described(group.command('deactivate').description('give a licence up: no seat of it is given out there any more, those that are out go along with the receipt'), [
    licenceOption.at(), licenceOption.token(), licenceOption.licence(), new Option('--receipt <file>', 'where the receipt goes, which is needed to activate the licence elsewhere').makeOptionMandatory(), licenceOption.json(),
  ], [
    ['rehome licence deactivate --at https://old.example --licence LICENCE-1 --receipt solver.receipt', 'asked again it writes the same receipt'],
  ]).action(async (options: DeactivateOptions) => {
    const answer = await askServer('licences.deactivate', { licence: asId<'licence'>(options.licence), key: randomUUID() }, options, desk)
    if (answer === undefined) return
    writeFileSync(options.receipt, `${answer.receipt}\n`, { mode: 0o600, flush: true })
    if (options.json === true) showAnswer({ type: 'deactivated', licence: answer.licence, receipt: options.receipt }, true, desk)
    else desk.out.write(`The licence is given up. Its receipt is ${visible(options.receipt, 1_000)}: keep it, it is needed to activate the licence elsewhere.\n`)
  })
  described(group.command('maintain').description('refuse new seats with a reason, or give them out again; seats that are out go on').addArgument(new Argument('<state>').choices(['on', 'off'])), [
    licenceOption.at(), licenceOption.kind(), licenceOption.token(), new Option('--reason <text>', 'what is said to whoever is refused'), new Option('--expect <time>', 'how long it is said to last').argParser(readExpect), licenceOption.json(),
  ], [
    ['rehome licence maintain on --at https://licences.example --reason "New disks" --expect 30m', 'and when it is over: rehome licence maintain off --at https://licences.example'],
  ]).action(async (state: 'on' | 'off', options: MaintainOptions) => {
    if (state === 'on' && options.reason === undefined) throw new InvalidArgumentError('Say why, with --reason: whoever is refused a seat reads it.')
    const at = licensorAt(options.at, options.kind, options.token, desk.environment)
    const maintenance = state === 'off' ? null : { reason: options.reason ?? '', expectedEnd: options.expect === undefined ? null : Date.now() + options.expect }
    await desk.services.licences.change(at, { does: 'maintain', maintenance, key: randomUUID() }, desk.signal)
    if (options.json === true) showAnswer({ type: 'maintenance', maintenance }, true, desk)
    else desk.out.write(maintenance === null ? 'Seats are given out again.\n' : `New seats are refused from now on${maintenance.expectedEnd === null ? '' : `, until about ${when(maintenance.expectedEnd)}`}; those that are out go on.\n`)
  })
}

const activate = async (options: ActivateOptions, desk: Desk): Promise<void> => {
  if (options.document === undefined && options.licence === undefined) throw new InvalidArgumentError('Say which licence: --document FILE, or --licence ID if it is on the server already.')
  if ((options.code === undefined) === (options.activation === undefined)) throw new InvalidArgumentError('Give either --code, which the server shows the issuer, or --activation FILE, which the issuer gave.')
  const code = options.code === undefined ? undefined : readReference('the activation code', options.code, desk.environment)
  if (options.code !== undefined && code === undefined) throw new InvalidArgumentError(`The environment has no ${options.code.slice(4)}, where the activation code should be.`)
  const receipt = options.receipt === undefined ? null : readText(options.receipt).trim()
  const activation = options.activation === undefined ? undefined : readText(options.activation).trim()
  const installed = options.document === undefined ? { licence: asId<'licence'>(options.licence ?? '') } : await askServer('licences.install', { document: readText(options.document).trim(), key: randomUUID() }, options, desk)
  if (installed === undefined) return
  const answer = await askServer('licences.activate', { licence: installed.licence, receipt, key: randomUUID(), ...(code === undefined ? {} : { code }), ...(activation === undefined ? {} : { activation }) }, options, desk)
  if (answer === undefined) return
  if (options.json === true) showAnswer({ type: 'activated', licence: answer.licence, generation: answer.generation }, true, desk)
  else desk.out.write(`The licence ${answer.licence} is active (generation ${answer.generation}). Link it to a profile, and products find it: rehome licence profiles --link NAME=${answer.licence}\n`)
}
