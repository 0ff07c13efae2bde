import { type Command, InvalidArgumentError, Option } from 'commander'
import { compareWhole, renamedSheet } from '#domain/licence/compare.ts'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import type { Locale } from '#domain/locale.ts'
import { counted } from '#lib/quantity.ts'
import { visible } from '#lib/visible.ts'
import type { Desk } from '../../desk.ts'
import { described } from '../../options.ts'
import type { LicensorKind } from '../../licence-services.ts'
import { licenceOption, licensorAt } from './at.ts'

type BackupOptions = { readonly from: string; readonly to: string; readonly kind?: LicensorKind; readonly token: string; readonly language: Locale; readonly zone: string; readonly withCodes?: boolean; readonly json?: boolean }
type CompareOptions = { readonly with: string; readonly kind?: LicensorKind; readonly token: string; readonly rename: readonly (readonly [string, string])[]; readonly json?: boolean }

export const addSheet = (group: Command, desk: Desk): void => {
  described(group.command('backup').description('write down which licence is linked to which profile, and who sits on a seat: the back-up sheet'), [
    new Option('--from <url>', 'the licence server, such as https://licences.example').makeOptionMandatory(), new Option('--to <folder>', 'where the sheet goes: as JSON, as a page and as PDF').makeOptionMandatory(), licenceOption.kind(), licenceOption.token(),
    new Option('--language <language>', 'of the page and the PDF').choices(['en', 'ja']).default('en'), new Option('--zone <zone>', 'the time zone of the page and the PDF, such as Asia/Tokyo').argParser(readZone).default('UTC'),
    new Option('--with-codes', 'activation codes whole on the page and the PDF too; in the JSON file they always are'), licenceOption.json(),
  ], [
    ['rehome licence backup --from https://licences.example --to licences --token file:token.txt', 'changes nothing on the server; do it before anything is touched'],
    ['rehome licence backup --from https://licences.example --to licences --language ja --zone Asia/Tokyo', 'the page and the PDF in Japanese'],
  ]).action(async ({ from, to, kind, token, language, zone, withCodes = false, json = false }: BackupOptions) => {
    const sheet = await desk.services.licences.sheet(licensorAt(from, kind, token, desk.environment), desk.signal)
    const files = await desk.services.licences.keep(sheet, { folder: to, locale: language, zone, withCodes }, desk.signal)
    if (json) desk.out.write(`${JSON.stringify({ type: 'sheet', server: sheet.server, licences: sheet.licences.length, profiles: sheet.profiles.length, seats: seatsOf(sheet), files })}\n`)
    else desk.out.write(`${visible(sheet.server.name)} holds ${counted(sheet.licences.length, 'licence')} in ${counted(sheet.profiles.length, 'profile')}; ${counted(seatsOf(sheet), 'seat')} ${seatsOf(sheet) === 1 ? 'is' : 'are'} out.\n${files.map(file => `${visible(file, 1_000)}\n`).join('')}`)
  })
  described(group.command('compare').description('hold a back-up sheet against a licence server, and tell every difference').argument('<sheet>', 'the JSON file of the sheet'), [
    new Option('--with <url>', 'the licence server to be compared with it').makeOptionMandatory(), licenceOption.kind(), licenceOption.token(), licenceOption.rename(), licenceOption.json(),
  ], [
    ['rehome licence compare licences/sheet.json --with https://new.example --rename "Solver=Solver 2027"', 'after a move: does the new server hold what the old one held? Status 1: it does not'],
  ]).action(async (file: string, options: CompareOptions) => {
    const at = licensorAt(options.with, options.kind, options.token, desk.environment)
    const sheet = await desk.services.licences.readSheet(file)
    const found = await desk.services.licences.sheet(at, desk.signal)
    const differences = compareWhole(renamedSheet(sheet, options.rename.map(([from, to]) => ({ from, to }))), found)
    const isSame = differences.every(one => !one.stops)
    if (options.json === true) desk.out.write(`${JSON.stringify({ type: 'compared', same: isSame, differences })}\n`)
    else {
      desk.out.write(isSame ? `${visible(found.server.name)} holds what the sheet says: ${counted(sheet.licences.length, 'licence')}, ${counted(sheet.profiles.length, 'profile')}.\n` : `${visible(found.server.name)} is not as the sheet says:\n`)
      for (const { says, stops } of differences) desk.out.write(`${stops ? '' : 'note: '}${visible(says, 1_000)}\n`)
    }
    desk.end(isSame ? 'ok' : 'negative')
  })
}

const seatsOf = (sheet: LicenceSheet): number => sheet.licences.reduce((sum, one) => sum + one.taken.length, 0)

const readZone = (text: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch {
    throw new InvalidArgumentError('Give a time zone such as Asia/Tokyo.')
  }
}
