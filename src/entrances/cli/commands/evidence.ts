import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { counted } from '#lib/quantity.ts'
import { visible } from '#lib/visible.ts'
import { described, option } from '../options.ts'
import type { Desk } from '../desk.ts'

export const addEvidence = (program: Command, desk: Desk): void => {
  const evidence = program.command('evidence').description('the signed record of what was proven')
  described(evidence.command('check').description('check evidence offline, the JSON file or the report').argument('<file>'), [new Option('--key <fingerprint>', 'refuse evidence that another key has signed'), option.json()], [
    ['rehome evidence check rehome-3f2a-out.evidence.json', 'names the first thing that is wrong, or says who signed what'],
  ]).action(async (file: string, options: { key?: string; json?: boolean }) => {
    const checked = await desk.services.checkEvidence(file, options.key).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && typeof error.code === 'string') throw new InvalidArgumentError(`The file cannot be read: ${error.message}.`)
      throw error
    })
    if (options.json === true) desk.out.write(`${JSON.stringify(checked.ok ? { ok: true, fingerprint: checked.fingerprint, rows: checked.rows, root: checked.manifest.root, move: checked.manifest.move } : checked)}\n`)
    else if (checked.ok) {
      const { manifest } = checked
      desk.out.write(`The evidence holds: ${counted(checked.rows, 'row')} in ${counted(manifest.tables.length, 'table')} of ${visible(manifest.move.tenant)}, proven equal, finished ${manifest.move.provenAt}.\nRoot ${manifest.root}\nSigned by the key ${checked.fingerprint}${options.key === undefined ? ' (compare it with what the vendor told you by another way)' : ''}\n`)
    } else desk.error.write(`The evidence does not hold: ${visible(checked.reason, 1_000)}.\n`)
    desk.end(checked.ok ? 'ok' : 'negative')
  })
}
