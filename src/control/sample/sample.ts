import type { Home, Tenant, TenantId } from '#domain/homes.ts'
import { dueDedicated } from '#domain/offers.ts'
import type { Contact, Customer, Duty, Partner, VendorId } from '#domain/parties.ts'
import type { Programme } from '#domain/programmes.ts'
import type { Day } from '#domain/time.ts'
import { assert } from '#lib/assert.ts'
import { barred, type Desk, isRefused, journal, type Refused, vendorOf } from '../ground/desk.ts'
import { addHome } from '../homes/homes.ts'
import { addMoves } from '../plans/moves.ts'
import { answerProfile } from '../plans/profile.ts'
import { addProgramme } from '../plans/programmes.ts'
import { sampleProgrammes, type SampleProgramme, sampleCompanies, samplePartners, saturdayAfter } from './sample-companies.ts'
import { addSampleLicences } from './sample-licences.ts'
import { addWave } from '../waves/waves.ts'

export type SampleLoaded = { readonly programmes: number; readonly customers: number; readonly moves: number; readonly tasks: number }

/** Fills an empty ledger with a programme for each case, of companies that are plainly made up. It is what people look around in before their own customers are there. */
export const loadSample = async (desk: Desk): Promise<SampleLoaded | Refused> => {
  const vendor = vendorOf(desk)
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'import', { vendor })
  if (why !== undefined) return why
  if (await desk.tx.count('customer', { vendor }) > 0) return { refused: 'ledger-in-use' }
  const partners = samplePartners.map(({ name, locale }): Partner => ({ id: desk.world.newId<'partner'>(), vendor, name, locale }))
  await desk.tx.add('partner', ...partners)
  const loaded = { programmes: 0, customers: 0, moves: 0, tasks: 0 }
  for (const sample of sampleProgrammes) {
    const { customers, moves, tasks } = await loadProgramme(desk, vendor, partners, sample, loaded.customers)
    loaded.programmes++
    loaded.customers += customers
    loaded.moves += moves
    loaded.tasks += tasks
  }
  journal(desk, 'import', 'sample', vendor, loaded)
  return loaded
}

const loadProgramme = async (desk: Desk, vendor: VendorId, partners: readonly Partner[], sample: SampleProgramme, before: number): Promise<Omit<SampleLoaded, 'programmes'>> => {
  const today = dayOf(desk)
  const [origin, destination] = [granted(await addHome(desk, sample.origin)), granted(await addHome(desk, sample.destination))]
  const programme = granted(await addProgramme(desk, { name: sample.name, playbook: sample.playbook, dueOn: saturdayAfter(today, 40), people: sample.people }))
  const made = sampleCompanies(before, sample.customers).map((company, n) => peopled(desk, vendor, partners, sample, origin.id, company, n))
  await desk.tx.add('customer', ...made.map(one => one.customer))
  await desk.tx.add('contact', ...made.flatMap(one => one.contacts))
  await desk.tx.add('tenant', ...made.flatMap(one => one.tenants))
  const counted = { customers: made.length, moves: 0, tasks: 0 }
  for (let at = 0, wave = 1; at < made.length; at += sample.perWave, wave++) {
    const added = await loadWave(desk, programme.id, destination.id, `Wave ${wave}`, saturdayAfter(today, sample.firstWeek + wave * 2), made.slice(at, at + sample.perWave).flatMap(one => one.tenants))
    for (const [n, { move }] of added.entries()) if (n % 3 !== 0) granted(await answerProfile(desk, { move, answers: sample.answers(at + n), source: 'imported' }))
    // Of some the licences were written down already.
    if (sample.playbook === 'licence-server') for (const [n, { move: id }] of added.entries()) {
      const move = n % 2 === 0 ? await desk.tx.get('move', id) : undefined
      if (move !== undefined) await addSampleLicences(desk, move, at + n)
    }
    counted.moves += added.length
    counted.tasks += added.reduce((sum, one) => sum + one.tasks, 0)
  }
  return counted
}

const loadWave = async (desk: Desk, programme: Programme['id'], destination: Home['id'], name: string, t0: Day, tenants: readonly { readonly id: TenantId }[]) => {
  const wave = granted(await addWave(desk, { programme, name, t0 }))
  const { added, left } = granted(await addMoves(desk, { programme, destination, wave: wave.id, tenants: tenants.map(one => one.id) }))
  assert(left.length === 0, 'each sample tenant can be moved')
  return added
}

type Peopled = { readonly customer: Customer; readonly contacts: readonly Contact[]; readonly tenants: readonly Tenant[] }

const peopled = (desk: Desk, vendor: VendorId, partners: readonly Partner[], sample: SampleProgramme, home: Home['id'], company: ReturnType<typeof sampleCompanies>[number], n: number): Peopled => {
  const { world, now } = desk
  const partner = sample.sold ? partners[n % (partners.length + 1)]?.id ?? null : null
  const customer: Customer = { id: world.newId(), vendor, partner, name: company.name, country: company.country, zone: company.zone, locale: company.locale }
  const contacts = desks.map(({ title, address, duties }, at): Contact => ({
    id: world.newId(), customer: customer.id, partner: null, name: `${title[company.locale]}, ${company.name}`, company: company.name, email: `${address}@${company.slug}.example`, phone: `+00 ${1000 + n} ${at}`, extension: String(10 + at), duties, locale: company.locale,
    verifiedAt: (n + at) % 4 === 0 ? null : now, removedAt: null,
  }))
  const users = 12 + (n * 37) % 240
  const tenants = sample.environments.map((environment): Tenant => ({
    id: world.newId(), vendor, customer: customer.id, home, name: environment === 'prod' ? company.slug : `${company.slug}-${environment}`, address: sample.origin.addressPattern?.replace('{name}', environment === 'prod' ? company.slug : `${company.slug}-${environment}`) ?? null, environment,
    users, stores: [{ name: 'application', engine: 'postgres', bytes: (1 + (n * 13) % 90) * 1_073_741_824 }], measuredAt: now, dedicatedDueAt: sample.playbook === 'shared-to-dedicated' && dueDedicated(users) ? now : null,
  }))
  return { customer, contacts, tenants }
}

/** Whom a letter reaches at a sample company: a desk, never a person. */
const desks: readonly { readonly title: { readonly en: string; readonly ja: string }; readonly address: string; readonly duties: readonly Duty[] }[] = [
  { title: { en: 'Point of contact', ja: '窓口担当' }, address: 'contact', duties: ['point-of-contact', 'approver', 'change-management'] },
  { title: { en: 'IT desk', ja: '情報システム部' }, address: 'it', duties: ['it', 'networking', 'security'] },
  { title: { en: 'Development', ja: '開発担当' }, address: 'development', duties: ['developer'] },
  { title: { en: 'Test group', ja: '利用部門' }, address: 'users', duties: ['end-user', 'testing'] },
  { title: { en: 'Purchasing', ja: '購買部' }, address: 'purchasing', duties: ['billing'] },
]

const dayOf = ({ now }: Desk): Day => new Temporal.Instant(BigInt(now) * 1_000_000n).toZonedDateTimeISO('UTC').toPlainDate().toString()

/** What the sample asks for itself is never refused; if it is, the sample is wrong. */
const granted = <T>(answer: T): Exclude<T, Refused> => {
  assert(!isRefused(answer), `the sample is refused: ${JSON.stringify(answer)}`)
  return answer as Exclude<T, Refused>
}

