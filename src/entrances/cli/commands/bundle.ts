import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { counted } from '#lib/quantity.ts'
import { visible } from '#lib/visible.ts'
import { askHidden, readAddress } from '../address.ts'
import type { Desk } from '../desk.ts'
import { described, option } from '../options.ts'
import type { BundleChecked, BundleKey, BundleLock, BundleTold } from '../services.ts'

const collect = (value: string, before: readonly string[] | undefined): string[] => [...(before ?? []), value]
const identity = (): Option => new Option('--identity <file>', 'the file with the identity that opens it (AGE-SECRET-KEY-…, as age-keygen writes it)')
const passphraseFile = (): Option => new Option('--passphrase-file <file>', 'the file with the passphrase, on its first line')

export const addBundle = (program: Command, desk: Desk): void => {
  const bundle = program.command('bundle').description('everything of a database and its files in one encrypted, signed file')
  addExport(bundle, desk)
  addCheck(bundle, desk)
  addImport(bundle, desk)
}

const addExport = (bundle: Command, desk: Desk): void => {
  described(bundle.command('export').description('write a bundle of one instant of the database; people may go on working'), [
    option.from(), new Option('--file <file>', 'the bundle to be written').makeOptionMandatory(), new Option('--to <recipient>', 'who may open it: age1…; several times for several').argParser(collect), passphraseFile(),
    new Option('--tree <folder>', 'a folder of files that goes along; several times for several').argParser(collect), option.size('--part <size>', 'how much of a large table makes one part').default(64 * 2 ** 20, '64MB'), option.json(),
  ], [
    ['rehome bundle export --from env:OLD --file shop.bundle --to age1ql3z7hj…', 'killed and started again, it keeps the parts that are whole and goes on'],
    ['rehome bundle export --from env:OLD --file shop.bundle --passphrase-file pass.txt --tree /srv/shop/files', 'with the product’s files'],
  ]).action(async (options: { from: string; file: string; to?: string[]; passphraseFile?: string; tree?: string[]; part: number; json?: boolean }) => {
    const lock = lockOf(options.to ?? [], options.passphraseFile)
    const trees = options.tree ?? []
    if (new Set(trees.map(tree => basename(resolve(tree)))).size !== trees.length) throw new InvalidArgumentError('Two of the folders have the same name: they would lie on each other.')
    const from = await readAddress('source', options.from, desk.environment, askHidden)
    const made = await desk.services.bundles.exportTo({ from, file: options.file, lock, trees, chunkBytes: options.part }, telling(desk, options.json === true), desk.signal)
    if (options.json === true) desk.out.write(`${JSON.stringify({ type: 'bundle', ...made })}\n`)
    else desk.out.write(`${visible(options.file)} holds ${counted(made.rows, 'row')} in ${counted(made.tables, 'table')}, ${size(made.bytes)}, encrypted and signed.\nRoot ${made.root}\n`)
  })
}

const addCheck = (bundle: Command, desk: Desk): void => {
  described(bundle.command('check').description('check a bundle offline; with its key also what is in it').argument('<file>'), [identity(), passphraseFile(), new Option('--key <fingerprint>', 'refuse a bundle that another key has signed'), option.json()], [
    ['rehome bundle check shop.bundle', 'is it whole, unchanged, and signed: without any key'],
    ['rehome bundle check shop.bundle --identity key.txt', 'and every row, large object and file in it is what the manifest says'],
  ]).action(async (file: string, options: { identity?: string; passphraseFile?: string; key?: string; json?: boolean }) => {
    const key = options.identity === undefined && options.passphraseFile === undefined ? undefined : keyOf(options)
    const checked = await desk.services.bundles.check({ file, ...(key === undefined ? {} : { key }), ...(options.key === undefined ? {} : { trusted: options.key }) }, telling(desk, options.json === true), desk.signal)
    if (options.json === true) desk.out.write(`${JSON.stringify({ type: 'bundle', ...checked })}\n`)
    else desk.out.write(said(checked, options.key))
  })
}

const said = ({ bundle, madeAt, parts, bytes, fingerprint, inside }: BundleChecked, trusted: string | undefined): string => [
  `The bundle holds: ${counted(parts, 'part')}, ${size(bytes)}, made ${madeAt}.`,
  ...(inside === undefined ? ['What is in it was not looked at: give --identity or --passphrase-file for that.'] : [
    `In it: ${counted(inside.rows, 'row')} in ${counted(inside.tables, 'table')} of ${visible(inside.source)} as of ${inside.takenAt}, ${counted(inside.largeObjects, 'large object')}.`,
    ...inside.trees.map(tree => `The file tree ${visible(tree.name)}: ${counted(tree.entries, 'file')}, folders and links among them${tree.others === 0 ? '' : `; ${tree.others} sockets, devices and the like were left out`}.`),
    `Root ${inside.root}`,
  ]),
  `Bundle ${bundle}, signed by the key ${fingerprint}${trusted === undefined ? ' (compare it with what the vendor told you by another way)' : ''}`, '',
].join('\n')

const addImport = (bundle: Command, desk: Desk): void => {
  described(bundle.command('import').description('take a bundle into an empty database, and prove every row of it').argument('<file>'), [
    option.to(), identity(), passphraseFile(), new Option('--tree <folder>', 'where the file trees are laid down; without it they stay in the bundle'),
    new Option('--receipt <file>', 'where the signed receipt goes; beside the bundle if not given'), option.jobs(), option.json(),
  ], [
    ['rehome bundle import shop.bundle --to env:NEW --identity key.txt', 'killed and started again, it goes on; at the end send the receipt back'],
  ]).action(async (file: string, options: { to: string; identity?: string; passphraseFile?: string; tree?: string; receipt?: string; jobs: number; json?: boolean }) => {
    const key = keyOf(options)
    const to = await readAddress('target', options.to, desk.environment, askHidden)
    const imported = await desk.services.bundles.importFrom({ file, to, key, jobs: options.jobs, ...(options.tree === undefined ? {} : { tree: options.tree }), ...(options.receipt === undefined ? {} : { receipt: options.receipt }) }, telling(desk, options.json === true), desk.signal)
    if (options.json === true) desk.out.write(`${JSON.stringify({ type: 'bundle', ...imported })}\n`)
    else {
      for (const f of imported.findings.filter(one => one.level !== 'note')) desk.error.write(`${f.level}: ${visible(f.what, 1_000)}${f.remedy === undefined ? '' : `\n  ${visible(f.remedy, 2_000)}`}\n`)
      if (imported.end === 'proven') desk.out.write(`The target holds what the bundle says: ${counted(imported.receipt.rows, 'row')} in ${counted(imported.receipt.tables, 'table')}, every one read back and proven.\nThe bundle was signed by the key ${imported.signedBy}.\nThe receipt is ${visible(imported.file)}: send it back to the vendor.\n`)
    }
    desk.end(imported.end === 'proven' ? 'ok' : 'blocked')
  })
}

const lockOf = (recipients: readonly string[], passphrase: string | undefined): BundleLock => {
  if ((recipients.length === 0) === (passphrase === undefined)) throw new InvalidArgumentError('Say who may open it: either --to age1… or --passphrase-file FILE.')
  const wrong = recipients.find(r => !r.startsWith('age1'))
  if (wrong !== undefined) throw new InvalidArgumentError('A recipient begins with age1; age-keygen makes one. What you hold secret (AGE-SECRET-KEY-…) is not given here.')
  return passphrase === undefined ? { recipients } : { passphrase: passphraseIn(passphrase) }
}

const keyOf = ({ identity: file, passphraseFile: passphrase }: { identity?: string; passphraseFile?: string }): BundleKey => {
  if ((file === undefined) === (passphrase === undefined)) throw new InvalidArgumentError('Give what opens it: either --identity FILE or --passphrase-file FILE.')
  if (passphrase !== undefined) return { passphrase: passphraseIn(passphrase) }
  const identities = reading(file ?? '').split('\n').map(line => line.trim()).filter(line => line.startsWith('AGE-SECRET-KEY-'))
  if (identities.length === 0) throw new InvalidArgumentError('The identity file has no line that begins with AGE-SECRET-KEY-.')
  return { identities }
}

const passphraseIn = (file: string): string => {
  const passphrase = reading(file).split('\n')[0]?.replace(/\r$/, '') ?? ''
  if (passphrase.length < 8) throw new InvalidArgumentError('The passphrase is shorter than eight characters: whoever has the file could find it.')
  return passphrase
}

const reading = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new InvalidArgumentError(`The file ${visible(file)} cannot be read: ${error instanceof Error ? error.message : ''}.`)
  }
}

/** At most two lines a second, for people; everything for machines. */
const telling = (desk: Desk, isJson: boolean): ((told: BundleTold) => void) => {
  let toldAt = -Infinity
  return told => {
    if (isJson) desk.out.write(`${JSON.stringify({ type: 'progress', ...told })}\n`)
    else if (told.done === told.of || performance.now() - toldAt > 500) {
      toldAt = performance.now()
      desk.error.write(told.of === 0 ? `${told.doing}\n` : `${told.doing}: ${told.done} of ${told.of}\n`)
    }
  }
}

const size = (bytes: number): string => (bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 2 ** 20).toFixed(1)} MB`)
