import { asId } from '#domain/ids.ts'
import type { Kind, Records } from '#domain/records.ts'
import type { Ledger } from '#ports/ledger.ts'
import { samples, secondHome } from '#test/ledger/samples.ts'

/** A customer with one of everything. `tag` stands in every text of it, so that it is known wherever it turns up. */
export type Forest = { readonly tag: string; readonly rows: { readonly [K in Kind]: Records[K] }; readonly ids: ReadonlySet<string> }

/** Of a vendor's own: there once. */
const ofVendor: readonly Kind[] = ['vendor', 'setting', 'bookmark']
const marked = new Set(['bundle', 'file', 'markedBy', 'name', 'company', 'email', 'phone', 'extension', 'address', 'addressPattern', 'text', 'note', 'reason', 'by', 'askedBy', 'answeredBy', 'plannedBy', 'confirmedBy', 'number', 'user', 'host', 'program', 'contact', 'plan', 'messageId', 'sealed', 'hash', 'tokenHash', 'root', 'subject', 'place', 'why', 'en', 'ja'])
const says = { en: 'text', ja: 'text' }
/** Where the samples are of no shape that anybody would write. */
const shaped: { readonly [K in Kind]?: Partial<Records[K]> } = {
  setting: { settings: {} },
  charge: { about: { invoice: 'move', reference: null, says: 'text', corrects: null } },
  quote: { offer: { what: says, issuedAt: 0, zone: 'Asia/Tokyo', time: { from: 0, to: 1 }, window: null, lines: [], subtotalMinor: 0, tax: null, terms: [], duration: null, vendor: [says], to: [], customer: 'text', partner: null, because: null } },
}
/** Where a key is a word of a playbook's, it stays. */
const keyed: readonly string[] = ['message', 'charge', 'passkey']
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-/

/** `vendor`: whose it is; a new one, if none is named. */
export const plant = async (ledger: Ledger, newId: () => string, tag: string, vendor?: string): Promise<Forest> => {
  const renamed = new Map<string, string>(vendor === undefined ? [] : [[samples.vendor.id, vendor]])
  const ids = new Set<string>()
  const rename = (old: string): string => {
    const known = renamed.get(old)
    if (known !== undefined) return known
    const fresh = newId()
    renamed.set(old, fresh)
    ids.add(fresh)
    return fresh
  }
  const copy = (value: unknown, field: string, kind: string): unknown => {
    if (value instanceof Uint8Array) return value
    if (Array.isArray(value)) return value.map(item => copy(item, field, kind))
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copy(inner, name, kind)]))
    if (typeof value !== 'string') return value
    if (uuid.test(value)) return rename(value)
    if (!marked.has(field) && !(field === 'key' && keyed.includes(kind))) return value
    if (field === 'name' && ['paper', 'fact', 'credential'].includes(kind)) return value
    if (value.includes('://')) return value.replace('://', `://${tag}-`)
    return value.includes('@') ? `${tag}.${value}` : `${value} ${tag}`
  }
  const rows = {} as Record<Kind, Records[Kind]>
  await ledger.transaction(async tx => {
    for (const kind of Object.keys(samples) as Kind[]) {
      if (vendor !== undefined && ofVendor.includes(kind)) continue
      const plain = { ...samples[kind], ...shaped[kind] }
      rows[kind] = copy(plain, '', kind) as Records[Kind]
      await tx.add(kind, rows[kind] as never)
      if (kind === 'home') await tx.add('home', copy(secondHome, '', 'home') as never)
    }
  })
  return { tag, rows: rows as unknown as Forest['rows'], ids }
}

/** The row of that kind, by the names that endpoints have for it. */
export const idOf = ({ rows }: Forest, kind: string): string => {
  const names: Readonly<Record<string, Kind>> = { order: 'move_order', 'sign-off': 'sign_off', 'bundle-link': 'bundle_link', 'wave-rule': 'wave_rule', 'plan-run': 'plan_run' }
  const row = rows[names[kind] ?? (kind as Kind)] as { readonly id: string } | undefined
  if (row === undefined) throw new Error(`a forest has no ${kind}`)
  return asId(row.id)
}
