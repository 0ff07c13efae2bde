import { asId } from '#domain/ids.ts'
import type { Kind, Records } from '#domain/records.ts'

let made = 0
/** Ids in the order of their making, as version 7 has them, and the same in every run. */
export const newId = <K extends string>() => asId<K>(`00000000-0000-7000-8000-${(++made).toString(16).padStart(12, '0')}`)

const at = Date.UTC(2026, 10, 22, 9, 30, 15, 123)
const [vendor, partner, customer, contact] = [newId<'vendor'>(), newId<'partner'>(), newId<'customer'>(), newId<'contact'>()]
const [origin, destination, tenant, programme, wave, move] = [newId<'home'>(), newId<'home'>(), newId<'tenant'>(), newId<'programme'>(), newId<'wave'>(), newId<'move'>()]
const [operator, session, agent, order] = [newId<'operator'>(), newId<'session'>(), newId<'agent'>(), newId<'order'>()]
const [call, rule, probe, bundle] = [newId<'call'>(), newId<'rule'>(), newId<'probe'>(), newId<'bundle'>()]
const [bundleLink, document] = [newId<'bundle-link'>(), newId<'document'>()]
const owned = { vendor, customer }
const ofMove = { ...owned, move }

export const secondHome: Records['home'] = { id: destination, vendor, name: 'the new cloud', kind: 'dedicated', addressPattern: 'https://{name}.example.cloud', capacity: 4, licensedUsers: 250 }

/** One of each kind, with every field set, in an order in which they can be added (`secondHome` after `home`). */
export const samples: { readonly [K in Kind]: Records[K] } = {
  vendor: { id: vendor, name: 'Kestrel Analytics', country: 'JP', zone: 'Asia/Tokyo', locale: 'ja' },
  setting: { id: vendor, settings: { rates: { hourly: 15_000 }, snakeCase_kept: ['a', null] } },
  partner: { id: partner, vendor, name: 'Morgenrot Vertrieb', locale: 'en' },
  customer: { id: customer, vendor, partner, name: 'Nordlicht Foods', country: 'DE', zone: 'Europe/Berlin', locale: 'en' },
  contact: { id: contact, customer, partner: null, name: 'The contact', company: 'Nordlicht Foods', email: 'it@nordlicht.example', phone: '+49 30 1234', extension: '12', duties: ['point-of-contact', 'it'], locale: 'en', verifiedAt: at, removedAt: null },
  home: { id: origin, vendor, name: 'the old cloud', kind: 'shared', addressPattern: 'https://{name}.cloud.example.com', capacity: 2, licensedUsers: null },
  tenant: { id: tenant, ...owned, home: origin, name: 'nordlicht', address: 'https://nordlicht.cloud.example.com', environment: 'prod', users: 120, stores: [{ name: 'app', engine: 'postgres', bytes: 12_345_678_901 }], measuredAt: at, dedicatedDueAt: at },
  programme: { id: programme, vendor, name: 'To the new cloud', playbook: 'cloud-to-cloud', dueOn: '2027-03-31', people: [{ role: 'support', name: 'Support', email: 'support@kestrel.example', phone: null }], createdAt: at },
  wave: { id: wave, vendor, programme, name: 'First', t0: '2027-02-20' },
  move: { id: move, ...owned, programme, wave, tenant, origin, destination, playbook: 'cloud-to-cloud', version: 1, t0: '2027-02-20', stage: 'planned', leg: 'out', revision: 1, createdAt: at, endedAt: null, part: { environment: 'prod', environments: ['non-prod', 'prod'], leading: move, closing: move }, earlyGo: [{ environment: 'prod', by: 'The lead', at: 5, note: 'early' }] },
  fact: { id: newId(), ...ofMove, name: 'sso', value: true, source: 'answered', by: 'The contact', at },
  plan: { id: move, ...ofMove, t0: '2027-02-20', datedBy: 'wave', leftOut: [{ template: 'vpn', reason: { en: 'No VPN.', ja: 'VPN はありません。' }, grounds: [] }], undecided: [], environments: [], madeAt: at },
  task: {
    id: newId(), ...ofMove, key: 'hand-over-metadata', party: 'customer', duty: 'it', post: 'engineer', contact, dueOn: '2026-11-22', state: 'done', answers: { file: 'x' }, note: 'n', endedBy: { kind: 'contact', id: contact, name: 'The contact' }, endedAt: at, remindedAt: at,
    about: { template: 'hand-over-metadata', item: null, owner: { party: 'customer', duty: 'it' }, depends: [], gate: null, reason: { en: 'because', ja: 'なぜなら' }, grounds: [] },
  },
  gate: { id: newId(), ...ofMove, key: 'go', dueOn: '2027-02-19', state: 'go', history: { decided: { decision: 'go', by: { kind: 'operator', id: operator, name: 'The lead' }, at, note: 'all well', overridden: [] }, earlier: [] }, decidedAt: at },
  window: { id: newId(), ...ofMove, tenant, home: destination, startsAt: at, endsAt: at + 3_600_000, zone: 'Europe/Berlin', state: 'confirmed', sequence: 2, confirmedBy: 'The contact', confirmedAt: at },
  blackout: { id: newId(), vendor, home: null, customer, startsAt: at, endsAt: at + 1, reason: 'year end' },
  message: { id: newId(), vendor, customer, move, contact, operator: null, name: 'The contact', address: 'it@nordlicht.example', event: 'plan-ready', locale: 'en', key: 'plan-ready 1', about: move, by: { kind: 'system', id: 'system', name: 'Rehome' }, state: 'sent', facts: [1], sealed: 'sealed', enclosed: { window: 'w' }, digest: null, messageId: '<a@b>', why: 'because', createdAt: at, handedAt: at, sentAt: at },
  bookmark: { id: newId(), name: 'reactions', seq: 7 },
  quote: { id: newId(), ...ofMove, number: 'Q-1', state: 'accepted', offer: { lines: [] }, currency: 'JPY', totalMinor: 9_007_199_254_740_991, named: contact, expiresAt: at, acceptedBy: contact, acceptedAt: at, sentAt: at, withdrawnAt: null, createdAt: at },
  paper: { id: newId(), ...ofMove, name: 'order-received', by: 'The lead', at },
  charge: { id: newId(), ...owned, move, key: 'charge 1', kind: 'move', onDay: '2026-11-30', currency: 'JPY', amountMinor: -5, about: 'text' },
  contract: { id: newId(), ...owned, kind: 'subscription', startsOn: '2026-01-01', endsOn: '2027-01-01', term: 'year' },
  sign_off: { id: newId(), ...ofMove, key: 'developer', environment: 'prod', party: 'customer', duty: 'developer', by: 'The contact', accepted: true, answers: { 'reads-data': 'works' }, note: '', at },
  question: { id: newId(), vendor, customer, programme, text: 'When?', askedBy: 'The contact', askedAt: at, answer: 'Soon.', answeredBy: 'The lead', publishedAt: at },
  credential: { id: newId(), ...ofMove, kind: 'master', name: 'master', sealed: 'sealed', state: 'offered', contact, email: 'it@nordlicht.example', madeAt: at, offeredAt: at, expiresAt: at, revealedAt: null },
  sighting: { id: newId(), ...owned, tenant, user: 'app', host: '10.0.0.1', program: 'report', firstAt: at, lastAt: at, closedAt: null },
  risk: { id: newId(), ...ofMove, text: 'Addresses in code', level: 'high', party: 'customer', state: 'open', by: 'The lead', at },
  integration: { id: newId(), ...ofMove, name: 'Payments', contact: 'ops@payments.example', plan: null, informedAt: null, state: 'open' },
  finding: { id: newId(), ...ofMove, check: 'files-confirmed', about: '', held: true, why: { en: 'Confirmed.', ja: '確認済みです。' }, by: { kind: 'contact', id: contact, name: 'The contact' }, at },
  rule: { id: rule, ...ofMove, subject: 'firewall', host: 'nordlicht.example.cloud', port: 443, protocol: 'tcp', purpose: 'the application', at },
  probe: { id: probe, ...ofMove, tokenHash: 'hash of a probe', by: 'The contact', createdAt: at, expiresAt: at, seenAt: at, revokedAt: at },
  probe_result: { id: newId(), ...ofMove, probe, rule, outcome: 'open', host: 'it-1', address: '192.0.2.1', at },
  agent: { id: agent, ...owned, name: 'beside the old cloud', tokenHash: 'hash of a token', joinedAt: at, seenAt: at, revokedAt: null },
  visit: { id: newId(), ...ofMove, agent, day: '2026-11-21', path: '/orders', program: 'Firefox', count: 12 },
  move_order: { id: order, ...ofMove, kind: 'move', state: 'claimed', facts: { from: 'a' }, result: null, agent, leaseUntil: at, claims: 1, reported: 1, wish: null, createdAt: at, endedAt: null },
  report: { id: newId(), ...ofMove, order, number: 1, at, event: { type: 'phase' } },
  licence_move: { id: move, ...ofMove, agent, book: 'a book', round: 1, state: 'under-way', course: { recorded: null, origin: null, destination: null, moreSeats: 0, leg: 'out', steps: [], left: [], differences: [], says: [], refusedMs: null }, sealed: 'sealed', recordedAt: at, at },
  bundle: { id: bundle, ...ofMove, file: 'shop.bundle', bundle: 'b', bytes: 5_000_000_000, index: '{}', fingerprint: 'f', by: 'The engineer', at, receipt: null, provenAt: null },
  archive: { id: newId(), ...ofMove, order, name: 'nordlicht-files.zip', file: 'files.zip', bytes: 90_000_000_000, sha256: 's', files: 12, others: 1, at, sent: [[0, 5_000_000_000]], sentAt: at },
  bundle_link: { id: bundleLink, ...ofMove, bundle, archive: null, contact, hash: 'h', times: 3, used: 0, createdAt: at, expiresAt: at, lastAt: null, revokedAt: null },
  download: { id: newId(), ...ofMove, link: bundleLink, hash: 'hash of a download', createdAt: at, expiresAt: at },
  user: { id: newId(), ...owned, tenant, key: 'u-17', name: 'A user', email: 'user@nordlicht.example', lastSeenAt: at, rank: 0, markedBy: 'The contact', markedAt: at, at },
  document: { id: document, vendor, playbook: 'shared-to-dedicated', title: { en: 'Guide', ja: '手引き' }, url: null, file: 'guide.pdf', type: 'application/pdf', bytes: 3, by: 'The lead', at },
  document_piece: { id: newId(), vendor, document, number: 0, content: Buffer.from([0, 255, 10]) },
  proof: { id: newId(), ...ofMove, leg: 'out', root: 'root', evidence: { format: 'x' }, at },
  operator: { id: operator, vendor, name: 'The lead', email: 'lead@kestrel.example', roles: ['migration-lead'], password: null, subject: 'sub', disabledAt: null, failures: 0, failedAt: null },
  passkey: { id: newId(), operator, key: 'k', about: { key: 'k' }, createdAt: at, usedAt: null },
  pending: { id: newId(), purpose: 'service', operator, hash: 'hash of a state', facts: { nonce: 'n' }, createdAt: at, expiresAt: at },
  link: { id: newId(), contact, purpose: 'sign-in', hash: 'hash of a link', createdAt: at, expiresAt: at, usedAt: null, replacedAt: null },
  session: { id: session, hash: 'hash of a session', contact: null, operator, createdAt: at, seenAt: at, expiresAt: at, endedAt: null, secondFactorAt: null },
  code: { id: newId(), session, hash: 'h', tries: 0, createdAt: at, expiresAt: at, usedAt: null },
  call: { id: call, ...ofMove, kind: 'kick-off', key: 'kick-off', title: { en: 'Kick-off', ja: 'キックオフ' }, startsAt: at, endsAt: at + 3_600_000, zone: 'Europe/Berlin', place: 'online', link: 'https://meet.example/1', agenda: [{ en: 'Dates', ja: '日程' }], questionnaire: true, state: 'planned', sequence: 1, plannedBy: 'The lead', createdAt: at },
  attendance: { id: newId(), ...ofMove, call, party: 'customer', contact, operator: null, answer: 'accepted', note: 'with a colleague', answeredAt: at },
  availability: { id: newId(), vendor, customer, party: 'customer', contact, firstOn: '2026-12-24', lastOn: '2026-12-31', available: false, note: 'holidays', at },
  feed: { id: newId(), contact, operator: null, hash: 'hash of a feed', createdAt: at, revokedAt: null },
  wave_rule: { id: newId(), vendor, programme, rule: { kind: 'placed', move, day: '2027-02-20' }, by: 'The lead', at },
  plan_run: { id: newId(), vendor, programme, state: 'done', wanted: { seconds: 20 }, problem: { dates: [] }, answer: { outcome: 'none' }, by: 'The lead', why: 'because', createdAt: at, startedAt: at, endedAt: at, acceptedAt: at },
  assignment: { id: newId(), ...ofMove, kind: 'in-doubt', about: move, operator, by: 'The lead', at },
}
