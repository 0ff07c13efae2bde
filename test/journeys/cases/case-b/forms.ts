import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Day } from '#domain/time.ts'
import type { AnswerOf } from '#wire/api.ts'
import type { Ask } from '#wire/ask.ts'
import type { Contact, Person } from '../people.ts'
import { type Stage, useStage } from '../stage.ts'

type Move = AnswerOf<'moves.add'>['id']
type Tenant = AnswerOf<'tenants.add'>['id']
type Who = { readonly ask: Ask }

/** A Japanese vendor of forms that sells through partners, at ¥15,000 an hour and 10 % tax, with one customer in its shared cloud. */
export type Forms = {
  readonly stage: Stage
  readonly lead: Person
  readonly engineer: Person
  readonly support: Person
  readonly finance: Person
  /** The partner's person for everything, and the one who decides on money. */
  readonly seller: Contact
  readonly buyer: Contact
  readonly contact: Contact
  readonly it: Contact
  readonly billing: Contact
  readonly user: Contact
  readonly tenant: Tenant
  readonly customer: AnswerOf<'customers.add'>['id']
  /** What the case is about, once it is planned. */
  readonly of: { move: Move }
  /** Plans the move to the home of this name. */
  begin(playbook: string, destination: string, t0: Day): Promise<Move>
  plan(): Promise<AnswerOf<'plans.read'>>
  taskOf(key: string): Promise<AnswerOf<'tasks.read'>>
  doIt(who: Who, key: string, how?: { readonly answers?: Record<string, string | boolean | number>; readonly note?: string }): Promise<AnswerOf<'tasks.do'>>
  /** `key state`, as the plan has them now; `none`: it has no such task. */
  states(...keys: string[]): Promise<string[]>
  gate(key: string): Promise<AnswerOf<'gates.read'>>
  /** What a gate still waits for. */
  unmet(key: string): Promise<string[]>
}

export const turnTo = [
  { role: 'project-manager', name: '移行プロジェクト室', email: 'projects@kestrel.example', phone: '+81 3 0000 0100' }, { role: 'support', name: 'サポート窓口', email: 'support@kestrel.example', phone: null },
  { role: 'customer-success', name: 'カスタマーサクセス室', email: 'success@kestrel.example', phone: null },
] as const

const files = {
  partners: 'name,locale\nあけぼの販売株式会社,ja\n',
  homes: 'name,kind,capacity,addressPattern,licensedUsers\nthe cloud,shared,4,https://{name}.forms.example.com,\nthe dedicated server,dedicated,1,https://{name}.forms.example,120\nthe own server,self-hosted,1,,50\n',
  customers: 'name,country,zone,locale,partner\nひばり食品株式会社,JP,Asia/Tokyo,ja,あけぼの販売株式会社\n',
  contacts: [
    'customer,partner,name,email,duties', ',あけぼの販売株式会社,販売担当,seller@akebono.example,point-of-contact', ',あけぼの販売株式会社,購買担当,buyer@akebono.example,billing approver',
    'ひばり食品株式会社,,移行担当,contact@hibari.example,point-of-contact', 'ひばり食品株式会社,,情報システム担当,it@hibari.example,it',
    'ひばり食品株式会社,,経理担当,billing@hibari.example,billing', 'ひばり食品株式会社,,利用者代表,user@hibari.example,end-user', '',
  ].join('\n'),
  tenants: 'name,customer,home,environment\nhibari,ひばり食品株式会社,the cloud,prod\n',
} as const

export const useForms = async (t: TestContext, start: Day, bundles?: string): Promise<Forms> => {
  const stage = await useStage(t, { start, ...(bundles === undefined ? {} : { bundles }), vendor: { name: 'Kestrel Forms', country: 'JP', zone: 'Asia/Tokyo', locale: 'ja' } })
  const [lead, engineer, support, finance] = [await stage.operator('Kestrel lead', 'migration-lead'), await stage.operator('Kestrel engineer', 'engineer'), await stage.operator('Kestrel helper', 'support'), await stage.operator('Kestrel finance', 'finance')]
  await stage.admin.ask('settings.change', { revision: (await stage.admin.ask('settings.read', {})).revision, changes: {
    people: [...turnTo], rates: [{ work: 'move', from: '2026-01-01', hourlyMinor: 15_000 }], letterhead: [{ en: '1 Harbour Road, Yokohama', ja: '横浜市港通り1' }], terms: [{ en: 'Payable within 30 days.', ja: 'お支払いは30日以内にお願いいたします。' }], overlapDays: 14,
  } })
  for (const [kind, csv] of Object.entries(files) as [keyof typeof files, string][]) {
    const done = await lead.ask('transfer.import', { kind, csv })
    assert.deepEqual([done.wrong, done.isDone], [[], true], kind)
  }
  const [tenant] = (await lead.ask('tenants.list', {})).items
  assert.ok(tenant !== undefined)
  const of = { move: '' as Move }
  const plan = () => lead.ask('plans.read', { move: of.move })
  const taskOf: Forms['taskOf'] = async key => {
    const { tasks } = await plan()
    const line = tasks.find(one => one.key === key)
    assert.ok(line !== undefined, `the plan has ${key}, not only ${tasks.map(one => one.key).join(' ')}`)
    return await lead.ask('tasks.read', { task: line.id })
  }
  const gate: Forms['gate'] = async key => {
    const found = (await lead.ask('gates.list', { move: of.move })).items.find(one => one.key === key)
    assert.ok(found !== undefined, `there is a gate ${key}`)
    return found
  }
  return {
    stage, lead, engineer, support, finance, tenant: tenant.id, customer: tenant.customer, of, plan, taskOf, gate,
    seller: stage.contact('seller@akebono.example'), buyer: stage.contact('buyer@akebono.example'),
    contact: stage.contact('contact@hibari.example'), it: stage.contact('it@hibari.example'), billing: stage.contact('billing@hibari.example'), user: stage.contact('user@hibari.example'),
    async begin(playbook, name, t0) {
      const destination = (await lead.ask('homes.list', {})).items.find(home => home.name === name)
      assert.ok(destination !== undefined)
      const { id: programme } = await lead.ask('programmes.add', { name: `to ${name}`, playbook, people: [...turnTo] })
      of.move = (await lead.ask('moves.add', { tenant: tenant.id, programme, destination: destination.id, t0 })).id
      await stage.settle()
      return of.move
    },
    doIt: async (who, key, how = {}) => who.ask('tasks.do', { task: (await taskOf(key)).id, ...how }),
    async states(...keys) {
      const { tasks } = await plan()
      return keys.map(key => `${key} ${tasks.find(one => one.key === key)?.state ?? 'none'}`)
    },
    unmet: async key => (await gate(key)).conditions.filter(one => !one.held).map(one => `${one.title.en}: ${one.why.en}`),
  }
}

export const wall = (text: string): string => Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Tokyo').toInstant().toString()
/** Lines of a paper as one text: where they break is the paper's own affair. */
export const joined = (pages: readonly string[]): string => pages.join(' ').replaceAll(/\s+/g, ' ')
/** A letter in Japanese as it is read: where its lines break is the mail program's own affair. */
export const read = ({ text }: { readonly text: string }): string => text.replaceAll(/\s+/g, '')
