import { type NoAccess, isForRoles, rights } from '#domain/access.ts'
import { type AttentionKind, type Given, helpsWith } from '#domain/attention.ts'
import { asId } from '#domain/ids.ts'
import type { VendorId } from '#domain/parties.ts'
import type { Assignment, Kind, Operator } from '#domain/records.ts'
import type { View } from '#ports/ledger.ts'
import { barred, type Desk, journal, vendorOf } from '../ground/desk.ts'
import { failedJobs } from './failed-jobs.ts'

type About = Pick<Assignment, 'move' | 'customer'>
type Wish = { readonly kind: AttentionKind; readonly about: string; readonly person: Operator['id'] | null }
export type NotAssigned = NoAccess | { readonly refused: 'not-theirs-to-help'; readonly name: string; readonly others: readonly string[] }

/** Something that needs attention is given to one of the vendor's people who may do what helps, or back to nobody in particular (null). Whose it is by the plan stays: they see to it. */
export const assign = async (desk: Desk, { kind, about, person: to }: Wish): Promise<{ readonly given: Given | null } | NotAssigned> => {
  const { tx, world, who, now } = desk
  const vendor = vendorOf(desk)
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'attention.assign', { vendor })
  if (why !== undefined) return why
  const of = await aboutOf(desk, vendor, kind, about)
  const person = to === null ? undefined : await tx.get('operator', to)
  if (of === undefined || (to !== null && (person === undefined || person.vendor !== vendor || person.disabledAt !== null))) return { refused: 'not-found' }
  if (person !== undefined && !isForRoles(helpsWith[kind], person.roles)) return { refused: 'not-theirs-to-help', name: person.name, others: rolesFor(kind) }
  // Whoever else gives the same at the same time waits here.
  await tx.lock('vendor', vendor)
  const before = await tx.find('assignment', { vendor, kind, about })
  if (before?.operator === person?.id) return { given: before === undefined || person === undefined ? null : givenAs(before, person) }
  const was = before === undefined ? null : (await tx.get('operator', before.operator))?.name ?? null
  journal(desk, 'attention.assign', of.move === null ? kind : 'move', of.move ?? about, { kind, about, to: person?.name ?? null, was })
  if (person === undefined) {
    await tx.remove('assignment', { vendor, kind, about })
    return { given: null }
  }
  const row: Assignment = { id: before?.id ?? world.newId(), vendor, ...of, kind, about, operator: person.id, by: who.name, at: now }
  await tx.put('assignment', row)
  return { given: givenAs(row, person) }
}

/** Who has which of these, with one question for all. Whoever is there no more has none. */
export const givenTo = async (view: View, vendor: VendorId, found: readonly { readonly kind: AttentionKind; readonly about: string }[]): Promise<(kind: AttentionKind, about: string) => Given | null> => {
  const rows = found.length === 0 ? [] : await view.list('assignment', { vendor, about: [...new Set(found.map(one => one.about))] }, { limit: 2 * found.length })
  const people = rows.length === 0 ? [] : await view.list('operator', { id: [...new Set(rows.map(row => row.operator))], disabledAt: null })
  return (kind, about) => {
    const row = rows.find(one => one.kind === kind && one.about === about)
    const person = people.find(one => one.id === row?.operator)
    return row === undefined || person === undefined ? null : givenAs(row, person)
  }
}

const givenAs = ({ by, at }: Assignment, { id, name }: Operator): Given => ({ id, name, by, at })

const rolesFor = (kind: AttentionKind): readonly string[] => {
  const grant = rights[helpsWith[kind]][0]
  return 'who' in grant ? grant.who : []
}

/** Of what kind the thing is that needs attention; a letter that waits is told under its reader. */
const rowOf = {
  'late-task': ['task'], 'gate-due': ['gate'], 'window-unconfirmed': ['window'], 'letter-returned': ['message'], 'address-unverified': ['message', 'contact'], 'order-failed': ['move_order'], 'job-failed': [], 'in-doubt': ['move'], 'quote-expires': ['quote'], 'question-open': ['question'],
} as const satisfies Record<AttentionKind, readonly Kind[]>

/** What it is about, if it is this vendor's. */
const aboutOf = async (desk: Desk, vendor: VendorId, kind: AttentionKind, about: string): Promise<About | undefined> => {
  const { tx } = desk
  if (kind === 'job-failed') {
    const failed = await failedJobs({ ...desk, view: tx })
    return !('refused' in failed) && failed.some(({ id }) => id === about) ? { move: null, customer: null } : undefined
  }
  for (const name of rowOf[kind]) {
    if (name === 'contact') {
      const customer = (await tx.get('contact', asId(about)))?.customer ?? null
      return customer !== null && (await tx.get('customer', customer))?.vendor === vendor ? { move: null, customer } : undefined
    }
    const row = await tx.get(name, asId(about))
    // A question is of a programme.
    if (row?.vendor === vendor) return { move: 'programme' in row && 'askedBy' in row ? null : 'move' in row ? row.move : row.id, customer: row.customer }
  }
  return undefined
}
