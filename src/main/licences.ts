import { randomUUID } from 'node:crypto'
import { systemClock } from '#adapters/clock/system.ts'
import { thisMachine } from '#adapters/machine/machine.ts'
import { openLicensor } from '#adapters/registry.ts'
import { openStepBook } from '#adapters/step-book/file/step-book.ts'
import type { LicenceSheet } from '#domain/licence/sheet.ts'
import type { LicenceServices } from '#entrances/cli/licence-services.ts'
import { moveLicences } from '#licence/move-licences.ts'
import { of } from '#domain/licence/move-book.ts'
import { counted } from '#lib/quantity.ts'
import { keepSheet, readSheetFile } from './licence-sheets.ts'

/** Licences as the commands act on them. */
export const licencesOf = (): LicenceServices => ({
  async sheet(at, signal) {
    await using licensor = openLicensor(at)
    return await licensor.readBack(AbortSignal.any([signal, AbortSignal.timeout(askMs)]))
  },
  keep: (sheet, how, signal) => keepSheet(sheet, { ...how, name: `${fileName(sheet.server.name)}-${new Date(sheet.takenAt).toISOString().slice(0, 19).replaceAll(':', '')}Z` }, signal),
  readSheet: async file => readSheetFile(file),
  async change(at, change, signal) {
    await using licensor = openLicensor(at)
    const until = AbortSignal.any([signal, AbortSignal.timeout(askMs)])
    switch (change.does) {
      case 'maintain': return await licensor.maintain(change.maintenance, change.key, until)
      case 'rename': return await licensor.rename(change.from, change.to, change.key, until)
      case 'link': return await licensor.link({ name: change.name, licences: change.licences }, change.key, until)
    }
  },
  async move({ origin: from, destination: to, book: folder, expectMs, undo, found, ...order }, tell, signal) {
    await using origin = openLicensor(from)
    await using destination = openLicensor(to)
    await using book = await openStepBook(folder)
    if (book.cutBytes > 0) tell({ says: `The last line of the book was half written when the process died; it was cut off (${book.cutBytes} bytes). What it was about is read back.`, done: 0, of: 0, nameOf })
    const names = new Map<string, string>()
    const noteNames = (sheet: LicenceSheet): void => { for (const { id, name } of sheet.licences) names.set(id, name) }
    for (const { recorded } of of(book.lines, 'begun')) noteNames(recorded.origin)
    return await moveLicences({
      origin, destination, book, clock: systemClock, newId: randomUUID,
      async keepSheet(sheet) {
        noteNames(sheet)
        for (const locale of ['en', 'ja'] as const) await keepSheet(sheet, { folder, name: locale === 'en' ? 'sheet' : 'sheet.ja', locale, zone: 'UTC', withCodes: false }, signal)
        tell({ says: `The back-up sheet is in ${folder}: ${counted(sheet.licences.length, 'licence')}, ${counted(sheet.profiles.length, 'profile')}.`, done: 0, of: 0, nameOf })
      },
      tell: told => { tell({ ...told, nameOf: id => names.get(id) ?? id }) },
    }, { order: { ...order, expectedEnd: Date.now() + expectMs }, ...(undo === undefined ? {} : { undo }), ...(found === undefined ? {} : { found }) }, signal)
  },
  async nodeLock() {
    const machine = thisMachine()
    return { machine: machine.name, kinds: [...new Set((await machine.factors()).map(one => one.kind))] }
  },
})

/** So long one question by hand may take. */
const askMs = 60_000

const nameOf = (id: string): string => id
const fileName = (name: string): string => name.replaceAll(/[^\p{L}\p{N}.-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, '').slice(0, 80) || 'licences'
