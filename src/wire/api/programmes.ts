import { z } from 'zod'
import { measures } from '#domain/checks.ts'
import { environments, homeKinds } from '#domain/homes.ts'
import { changesOf, day, email, endpoint, id, instant, name, pageOf, paging, part, text } from '../endpoint.ts'

const pattern = z.string().trim().max(500).refine(address => URL.canParse(address.replaceAll('{name}', 'name')), 'is no address such as https://{name}.example.com')
const home = z.strictObject({ id: id('home'), vendor: id('vendor'), name, kind: z.enum(homeKinds), addressPattern: z.string().nullable(), capacity: z.int(), licensedUsers: z.int().nullable() })
const homeFields = { name, addressPattern: pattern.nullable(), capacity: z.int().min(1).max(10_000), licensedUsers: z.int().min(0).nullable() }
/** A home as everybody may know it. */
export const place = z.strictObject({ id: id('home'), name, kind: z.enum(homeKinds) })

const store = z.strictObject({ name, engine: z.string().min(1).max(100), bytes: z.int().min(0) })
const environment = z.enum(environments)
export const tenant = z.strictObject({
  id: id('tenant'), vendor: id('vendor'), customer: id('customer'), home: id('home'), name, address: z.string().nullable(), environment, users: z.int().nullable(), stores: z.array(store),
  measuredAt: instant.nullable(), dedicatedDueAt: instant.nullable(),
})
const tenantName = z.string().regex(/^[\p{L}\p{N}]([\p{L}\p{N}._-]{0,61}[\p{L}\p{N}])?$/u, 'is written in letters, digits, dots, hyphens and underscores')
const address = z.url({ protocol: /^https?$/ }).max(500)
const users = z.int().min(0).max(100_000_000)
/** Yes or no, a whole number, a text or a list of texts. */
export const factValue = z.union([z.boolean(), z.int(), z.string().max(4_000), z.array(z.string().max(200)).max(500)])

const people = z.array(z.strictObject({ role: z.enum(['project-manager', 'support', 'customer-success']), name, email, phone: z.string().max(40).nullable() })).max(20)
export const peopleToTurnTo = people
const programme = z.strictObject({ id: id('programme'), vendor: id('vendor'), name, playbook: z.string(), dueOn: day.nullable(), people, createdAt: instant })
const programmeFields = { name, playbook: z.string().min(1).max(100), dueOn: day.nullable(), people }
export const wave = z.strictObject({ id: id('wave'), vendor: id('vendor'), programme: id('programme'), name, t0: day.nullable() })
export const deprecation = z.strictObject({ since: day, successor: z.string(), because: text })

export const programmesApi = {
  'homes.list': endpoint({ method: 'GET', path: '/api/homes', says: 'The homes that tenants live in.', input: z.strictObject({ ...paging, kind: z.enum(homeKinds).exactOptional() }), answer: pageOf(home) }),
  'homes.read': endpoint({ method: 'GET', path: '/api/homes/{home}', says: 'One home, with how many tenants live there and how many are coming.', input: z.strictObject({ home: id('home') }), answer: z.strictObject({ home, tenants: z.int(), coming: z.int() }) }),
  'homes.add': endpoint({ method: 'POST', path: '/api/homes', says: 'Adds a home. Its address pattern has {name} where a tenant’s name goes.', input: z.strictObject({ ...homeFields, kind: z.enum(homeKinds), addressPattern: homeFields.addressPattern.default(null), capacity: homeFields.capacity.default(1), licensedUsers: homeFields.licensedUsers.default(null) }), answer: z.strictObject({ id: id('home') }) }),
  'homes.change': endpoint({ method: 'POST', path: '/api/homes/{home}', says: 'Changes a home. Tenants that live there keep their addresses.', input: z.strictObject({ home: id('home'), ...changesOf(homeFields) }), answer: home }),

  'tenants.list': endpoint({ method: 'GET', path: '/api/tenants', says: 'The tenants.', input: z.strictObject({ ...paging, customer: id('customer').exactOptional(), home: id('home').exactOptional(), environment: environment.exactOptional(), named: part.describe('that, or whose customer, has this in its name').exactOptional() }), answer: pageOf(tenant) }),
  'tenants.due-dedicated': endpoint({ method: 'GET', path: '/api/tenants/due-dedicated', says: 'Tenants of shared homes that a dedicated one is due to, since they reached 100 users.', input: z.strictObject(paging), answer: pageOf(z.strictObject({ tenant, customer: z.strictObject({ id: id('customer'), name }), home: place, move: id('move').nullable() })) }),
  'tenants.read': endpoint({
    method: 'GET', path: '/api/tenants/{tenant}', says: 'One tenant, where it lives, and how it will be reached when its move is done.', input: z.strictObject({ tenant: id('tenant') }),
    answer: z.strictObject({ tenant, customer: z.strictObject({ id: id('customer'), name }), home: place, move: id('move').nullable(), newAddress: z.string().nullable() }),
  }),
  'tenants.add': endpoint({
    method: 'POST', path: '/api/tenants', says: 'Adds a tenant. Without an address of its own it is reached as its home’s pattern says.',
    input: z.strictObject({ customer: id('customer'), home: id('home'), name: tenantName, address: address.exactOptional(), environment: environment.default('prod'), users: users.nullable().default(null) }), answer: z.strictObject({ id: id('tenant'), address: z.string().nullable() }),
  }),
  'tenants.change': endpoint({ method: 'POST', path: '/api/tenants/{tenant}', says: 'Changes a tenant. While it moves it keeps its name and home.', input: z.strictObject({ tenant: id('tenant'), ...changesOf({ name: tenantName, address: address.nullable(), environment, home: id('home') }) }), answer: tenant }),
  'tenants.measured': endpoint({
    method: 'POST', path: '/api/tenants/{tenant}/measured', says: 'Tells what a tenant’s stores hold and how many users it has; the plan of its move follows.',
    input: z.strictObject({ tenant: id('tenant'), stores: z.array(store).max(1_000), users: users.nullable(), measures: z.partialRecord(z.enum(measures), factValue).exactOptional() }), answer: z.strictObject({ tenant, dedicatedDue: z.boolean() }),
  }),

  'programmes.list': endpoint({ method: 'GET', path: '/api/programmes', says: 'The programmes.', input: z.strictObject(paging), answer: pageOf(programme) }),
  'programmes.read': endpoint({
    method: 'GET', path: '/api/programmes/{programme}', says: 'One programme, with how many of its moves stand at each stage.', input: z.strictObject({ programme: id('programme') }),
    answer: z.strictObject({ programme, playbook: z.strictObject({ key: z.string(), version: z.int(), title: text, deprecated: deprecation.nullable() }).nullable(), moves: z.record(z.string(), z.int()), waves: z.int() }),
  }),
  'programmes.add': endpoint({ method: 'POST', path: '/api/programmes', says: 'Adds a programme. A deprecated playbook is refused, and its successor named.', input: z.strictObject({ ...programmeFields, dueOn: programmeFields.dueOn.default(null), people: people.default([]) }), answer: z.strictObject({ id: id('programme') }) }),
  'programmes.change': endpoint({ method: 'POST', path: '/api/programmes/{programme}', says: 'Changes a programme. Moves without a day of their own are dated by its due day; another playbook is for new moves.', input: z.strictObject({ programme: id('programme'), ...changesOf(programmeFields) }), answer: z.strictObject({ programme, redated: z.int() }) }),

  'waves.list': endpoint({ method: 'GET', path: '/api/waves', says: 'The waves, with how many moves go with each.', input: z.strictObject({ ...paging, programme: id('programme').exactOptional() }), answer: pageOf(wave.extend({ moves: z.int() })) }),
  'waves.add': endpoint({ method: 'POST', path: '/api/waves', says: 'Adds a wave to a programme.', input: z.strictObject({ programme: id('programme'), name, t0: day.nullable().default(null) }), answer: z.strictObject({ id: id('wave') }) }),
  'waves.change': endpoint({ method: 'POST', path: '/api/waves/{wave}', says: 'Changes a wave. With its day, T-0, the open tasks of all moves that go with it are dated anew.', input: z.strictObject({ wave: id('wave'), ...changesOf({ name, t0: day.nullable() }) }), answer: z.strictObject({ wave, redated: z.int() }) }),
}
