import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '#adapters/clock/system.ts'
import { openJobs } from '#adapters/jobs/pg-boss/jobs.ts'
import { asSystem } from '#control/ground/as-system.ts'
import { write } from '#control/letters/messages.ts'
import type { ContactId } from '#domain/parties.ts'
import { useDatabase, type Scope, type TestDatabase } from '#test/services/postgres.ts'
import { type Person, type Running, usePerson } from '#test/services/rehome.ts'
import type { SmtpSink } from '#test/services/smtp-sink.ts'
import { type Control, useControl } from './rig.ts'

const key = Buffer.alloc(32, 7).toString('base64')

export type Yard = { readonly control: Control; readonly database: TestDatabase; readonly person: Person; settings(mail: object | undefined): void; worker(): Promise<Running> }

/** A ledger with real jobs, and the real command line beside it. */
export const useYard = async (t: Scope): Promise<Yard> => {
  // What stands on the database ends before it.
  const ends: (() => void | Promise<void>)[] = []
  const scope: Scope = { after: end => { ends.push(end) } }
  t.after(async () => { for (const end of ends.toReversed()) await end() })
  const database = await useDatabase(t, { major: 18 })
  const jobs = await openJobs({ url: database.url, clock: systemClock, onTrouble: error => { throw error } })
  scope.after(async () => { await jobs[Symbol.asyncDispose]() })
  const control = await useControl(scope, { jobs, database, clock: systemClock })
  const person = usePerson({ after: end => { scope.after(end) } }).with({ DATABASE_URL: database.url, REHOME_KEY: key })
  return {
    control, database, person,
    settings(mail) {
      mkdirSync(join(person.home, '.rehome'), { recursive: true })
      writeFileSync(join(person.home, '.rehome', 'control.yaml'), JSON.stringify(mail === undefined ? {} : { mail: { from: 'moves@kestrel.example', name: 'Kestrel Analytics', ...mail } }))
    },
    async worker() {
      const running = person.start('worker')
      await running.says(/The worker works/)
      return running
    },
  }
}

export const atSink = ({ host, port }: SmtpSink): object => ({ server: { host, port, security: 'none' } })

/** One letter to each of so many people. */
export const writeMany = async ({ control }: Yard, count: number): Promise<void> => {
  const customer = control.world.newId<'customer'>()
  await control.world.ledger.transaction(async tx => {
    await tx.add('customer', { id: customer, vendor: control.vendor.id, partner: null, name: 'Nordlicht', country: 'DE', zone: 'Europe/Berlin', locale: 'en' })
    const people = Array.from({ length: count }, (_, n) => ({ id: control.world.newId<'contact'>(), customer, partner: null, name: `Person ${n}`, company: 'Nordlicht', email: `p${n}@nordlicht.example`, phone: null, extension: null, duties: ['end-user'] as const, locale: 'en' as const, verifiedAt: 1, removedAt: null }))
    await tx.add('contact', ...people)
  })
  const contacts = await control.world.ledger.read(view => view.list('contact', { customer }))
  await asSystem(control.world, desk => write(desk, { to: contacts.map(({ id }) => ({ contact: id as ContactId })), event: 'notice', key: 'news', facts: { tenant: 'shop', title: 'News', body: 'Something is new.', link: 'https://moves.example/1' } }))
}

export const states = async ({ database }: Yard): Promise<Record<string, number>> => Object.fromEntries((await database.query<{ state: string; n: number }>('SELECT state, count(*)::int AS n FROM rehome.message GROUP BY state')).map(({ state, n }) => [state, n]))
