import type { ContactId, CustomerId, Duty } from '#domain/parties.ts'
import type { TenantId } from '#domain/homes.ts'
import type { MoveId } from '#domain/programmes.ts'
import type { Locale } from '#domain/locale.ts'
import type { Archive, Credential, Quote } from '#domain/records.ts'
import { firstWish } from '#domain/wish.ts'
import { credentialPurpose, offerLastsMs } from '#domain/credential.ts'
import type { Control } from '#test/control/rig.ts'
import type { Ask } from '#wire/ask.ts'

/** What is seen once and nowhere else. */
export const secret = { host: 'db.aozora.example', port: 5_432, database: 'forms', user: 'forms_owner', password: 'wq7-Tulpe.4419-Harbour' } as const
const hour = 3_600_000
/** 20:00 on Thursday to 04:00 on Friday in Japan; that Friday is a public holiday. */
const night = { from: Date.UTC(2030, 4, 2, 11), to: Date.UTC(2030, 4, 2, 19) }

/** A move to a server of the customer’s own, far along, with everything in it that a portal’s second half is about. */
export type OwnServer = {
  readonly lead: Ask; readonly finance: Ask; readonly customer: CustomerId; readonly tenant: TenantId; readonly move: MoveId; readonly quote: Quote['id']; readonly archive: Archive['id']; readonly credential: Credential['id']
  readonly contact: ContactId; readonly it: ContactId; readonly tester: ContactId; readonly billing: ContactId; readonly seller: ContactId
}

export const useOwnServer = async (control: Control, { locale = 'en' }: { readonly locale?: Locale } = {}): Promise<OwnServer> => {
  const [lead, finance, admin] = [await control.as('migration-lead', 'engineer'), await control.as('finance'), await control.as('admin')]
  const ja = locale === 'ja'
  await admin('settings.change', { revision: 0, changes: { rates: [{ work: 'move', from: '2026-01-01', hourlyMinor: 15_000 }], terms: [{ en: 'Payable within 30 days.', ja: 'お支払いは30日以内にお願いいたします。' }], letterhead: [{ en: '1 Harbour Road, Yokohama', ja: '横浜市港通り1' }] } })
  const { id: cloud } = await lead('homes.add', { name: ja ? 'フォームズ・クラウド' : 'Forms cloud', kind: 'shared', addressPattern: 'https://{name}.forms.example.com', capacity: 4 })
  const { id: server } = await lead('homes.add', { name: ja ? '自社サーバー' : 'your own server', kind: 'self-hosted', addressPattern: 'https://forms.{name}.example', capacity: 1, licensedUsers: 4 })
  const people = [{ role: 'project-manager', name: 'Moves desk', email: 'moves@kestrel.example', phone: '+81 3 5550 100' }, { role: 'support', name: 'Support desk', email: 'support@kestrel.example', phone: null }] as const
  const { id: programme } = await lead('programmes.add', { name: ja ? '自社サーバーへの移行' : 'To own servers', playbook: 'cloud-to-self-hosted', people: [...people] })
  const { id: partner } = await lead('partners.add', { name: ja ? '朝日販売' : 'Morgenrot Sales', locale })
  const { id: customer } = await lead('customers.add', { name: ja ? 'あおぞら精機' : 'Aozora Precision', country: 'JP', zone: 'Asia/Tokyo', locale, partner })
  const person = async (name: string, address: string, duties: readonly Duty[]): Promise<ContactId> => (await lead('contacts.add', { customer, name, email: `${address}@aozora.example`, duties: [...duties] })).id
  const contact = await person(ja ? '窓口担当' : 'Point of contact', 'contact', ['point-of-contact', 'approver'])
  const it = await person(ja ? '情報システム部' : 'IT desk', 'it', ['it', 'networking', 'developer'])
  const tester = await person(ja ? '利用部門' : 'Test group', 'users', ['end-user', 'testing'])
  const billing = await person(ja ? '購買部' : 'Purchasing', 'billing', ['billing'])
  const { id: seller } = await lead('contacts.add', { partner, name: ja ? '販売担当' : 'Sales desk', email: 'sales@morgenrot.example', duties: ['point-of-contact', 'it'] })
  await control.world.ledger.transaction(async tx => { for (const id of [contact, it, tester, billing, seller]) await tx.change('contact', id, { verifiedAt: control.clock.now() }) })
  const { id: tenant } = await lead('tenants.add', { customer, home: cloud, name: 'aozora', users: 6 })
  await lead('tenants.measured', { tenant, stores: [{ name: 'forms', engine: 'postgres', bytes: 412_000_000_000 }], users: 6 })
  const { id: move } = await lead('moves.add', { tenant, programme, destination: server, t0: '2030-05-02' })
  await lead('profile.answer', { move, answers: { fileGigabytes: 12 }, source: 'measured' })
  const { id: quote } = await finance('quotes.make', { move, from: new Date(night.from).toISOString() as never, until: new Date(night.to).toISOString() as never, named: billing })
  await finance('quotes.send', { quote })
  const credential = await filled(control, { move, customer, tenant, contact, it, lead, ja })
  return { lead, finance, customer, tenant, move, quote, contact, it, tester, billing, seller, ...credential }
}

type Filled = Pick<OwnServer, 'move' | 'customer' | 'tenant' | 'contact' | 'it' | 'lead'> & { readonly ja: boolean }

/** What agents and programs tell, as rows. */
const filled = async ({ world, vendor, clock }: Control, { move, customer, tenant, contact, it, lead, ja }: Filled): Promise<Pick<OwnServer, 'archive' | 'credential'>> => {
  const now = clock.now()
  const owned = { vendor: vendor.id, customer }
  const of = { ...owned, move }
  await lead('users.tell', { tenant, csv: 'key,name,email,lastSeen\n1,Chen,chen@aozora.example,2026-09-01\n2,Ben,,2026-01-05\n3,Aiko,aiko@aozora.example,2026-10-30 09:15\n4,Aki,,\n5,Dana,,2026-03-01\n6,Emi,emi@aozora.example,2026-11-01\n' })
  await lead('rules.set', { move, rules: [{ subject: 'firewall', host: 'forms.aozora.example', port: 443, protocol: 'tls', purpose: ja ? '新しいアドレス' : 'the forms' }, { subject: 'firewall', host: 'licence.kestrel.example', port: 27_000, protocol: 'tcp', purpose: ja ? 'ライセンスサーバー' : 'the licence server' }, { subject: 'vpn', host: '203.0.113.7', port: 500, protocol: 'udp', purpose: 'IKE' }] })
  const { items: rules } = await lead('rules.list', { move })
  const [agent, order, archive, probe, credential, other] = [world.newId<'agent'>(), world.newId<'order'>(), world.newId<'archive'>(), world.newId<'probe'>(), world.newId<'credential'>(), world.newId<'credential'>()]
  const sealed = await world.vault.seal(JSON.stringify(secret), { purpose: credentialPurpose, row: credential }, AbortSignal.timeout(10_000))
  const day = (ago: number): string => new Date(now - ago * 24 * hour).toISOString().slice(0, 10)
  await world.ledger.transaction(async tx => {
    await tx.add('agent', { id: agent, vendor: vendor.id, customer: null, name: 'beside the old cloud', tokenHash: world.secret(), joinedAt: now, seenAt: now, revokedAt: null })
    await tx.add('move_order', { id: order, ...of, kind: 'files', state: 'done', facts: { tenant: 'aozora', origin: 'Forms cloud', destination: 'your own server', by: 'IT desk', how: null, watchSeconds: null, users: null }, result: {}, agent, leaseUntil: null, claims: 1, reported: 0, wish: firstWish as never, createdAt: now - 6 * hour, endedAt: now - 5 * hour })
    await tx.add('archive', { id: archive, ...of, order, name: 'aozora-files.zip', file: 'files-aozora.zip', bytes: 12_884_901_888, sha256: '3b5d5c3712955042212316173ccf37be800a24b1e3f1c8e5d6c9f2a1b0c4d7e8', files: 48_210, others: 3, at: now - 5 * hour, sent: [[0, 5_100_000_000]], sentAt: null })
    await tx.add('probe', { id: probe, ...of, tokenHash: world.secret(), by: ja ? '情報システム部' : 'IT desk', createdAt: now - 26 * hour, expiresAt: now + 12 * 24 * hour, seenAt: now - hour, revokedAt: null })
    for (const [n, outcome] of (['open', 'timed-out', 'not-visible'] as const).entries()) await tx.add('probe_result', { id: world.newId<'probe-result'>(), ...of, probe, rule: rules[n]?.id as never, outcome, host: 'gate-2', address: '198.51.100.20', at: now - hour })
    await tx.add('credential', { id: credential, ...of, kind: 'master', name: ja ? '管理ユーザー' : 'master', sealed, state: 'offered', contact, email: 'contact@aozora.example', madeAt: now - 2 * hour, offeredAt: now - hour, expiresAt: now - hour + offerLastsMs, revealedAt: null },
      { id: other, ...of, kind: 'integration', name: ja ? '夜間集計' : 'Nightly reports', sealed: null, state: 'revealed', contact: it, email: 'it@aozora.example', madeAt: now - 50 * hour, offeredAt: now - 49 * hour, expiresAt: now + 24 * hour, revealedAt: now - 48 * hour })
    for (const [user, host, program, ago, closed] of [['forms', '10.20.0.14', 'nightly-reports', 2, false], ['forms', 'bi-01', 'Tableau', 4 * 24, false], ['admin', '10.20.0.9', 'psql', 9 * 24, true]] as const) await tx.add('sighting', { id: world.newId<'sighting'>(), ...owned, tenant, user, host, program, firstAt: now - 20 * 24 * hour, lastAt: now - ago * hour, closedAt: closed ? now - hour : null })
    for (const [ago, path, program, count] of [[0, '/api/records', 'okhttp', 412], [1, '/api/records', 'okhttp', 398], [1, '/', 'Chrome', 12], [12, '/dav', 'curl', 3]] as const) await tx.add('visit', { id: world.newId<'visit'>(), ...of, agent, day: day(ago), path, program, count })
  })
  return { archive, credential }
}

/** The vendor has done its part in the environment: what is left is to be tested. */
export const readyToTest = async ({ world, clock }: Control, move: MoveId): Promise<void> => {
  await world.ledger.transaction(async tx => {
    for (const task of await tx.list('task', { move, party: 'vendor', state: 'open' }, { limit: 200 })) await tx.change('task', task.id, { state: 'done', endedAt: clock.now(), endedBy: { kind: 'system', id: 'system', name: 'Rehome' } })
  })
}

export const taskDone = async ({ world, clock }: Control, move: MoveId, key: string): Promise<void> => {
  await world.ledger.transaction(async tx => {
    for (const task of await tx.list('task', { move, key }, { limit: 10 })) await tx.change('task', task.id, { state: 'done', endedAt: clock.now(), endedBy: { kind: 'system', id: 'system', name: 'Rehome' } })
  })
}
