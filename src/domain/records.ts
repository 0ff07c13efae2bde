import type { AttentionKind } from './attention.ts'
import type { Check } from './checks.ts'
import type { Credential as Secret } from './credential.ts'
import type { GateState } from './gate.ts'
import type { Environment, Home, Tenant } from './homes.ts'
import type { Id } from './ids.ts'
import type { Who } from './journal.ts'
import type { Course, CourseState } from './licence/course.ts'
import type { Locale, Text } from './locale.ts'
import type { Contact, ContactId, Customer, CustomerId, Duty, Partner, Party, Vendor, VendorId } from './parties.ts'
import type { Plan, PlannedTask } from './plan.ts'
import type { FactValue, Post } from './playbook.ts'
import type { Outcome, Subject, Wanted } from './probe.ts'
import type { DatedBy, Move, MoveId, Programme, ProgrammeId, Wave } from './programmes.ts'
import type { Day, Instant, Zone } from './time.ts'

/** What is JSON and whose shape somebody else knows. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** Whose it is: by these every list is filtered. */
export type Owned = { readonly vendor: VendorId; readonly customer: CustomerId }
/** Part of a move. */
export type OfMove = Owned & { readonly move: MoveId }

/** How a vendor works: prices, hours, capacity. One a vendor. `settings`: as domain code of that concept reads it. */
export type Setting = { readonly id: VendorId; readonly settings: { readonly [name: string]: Json } }

/** Facts about a tenant's technical situation, from which a plan is tailored. One of a move, name and source; which of them counts is the profile's to say. */
export type Fact = OfMove & { readonly id: Id<'fact'>; readonly name: string; readonly value: FactValue; readonly source: 'answered' | 'measured' | 'imported'; readonly by: string | null; readonly at: Instant }

/** What a plan is besides its tasks and gates. One of a move; its id is the move's. `t0`: what its days are counted from, and `datedBy` whose day that is. */
export type PlanRecord = OfMove & { readonly id: MoveId; readonly t0: Day; readonly datedBy: DatedBy; readonly leftOut: Plan['leftOut']; readonly undecided: Plan['undecided']; readonly environments: Plan['environments']; readonly madeAt: Instant }

/** What a named party must do. `duty`: at a customer or partner; `post`: at the vendor. `about`: what the plan says of it. `contact`: who has it, if it is one person's. `answers`: what its form was filled with. */
export type Task = OfMove & {
  readonly id: Id<'task'>; readonly key: string; readonly party: Party; readonly duty: Duty | null; readonly post: Post | null; readonly contact: ContactId | null; readonly dueOn: Day
  readonly about: Pick<PlannedTask, 'template' | 'item' | 'owner' | 'depends' | 'gate' | 'reason' | 'grounds'>
  readonly state: 'open' | 'done' | 'waived'; readonly answers: { readonly [name: string]: unknown } | null; readonly note: string | null; readonly endedBy: Who | null; readonly endedAt: Instant | null; readonly remindedAt: Instant | null
}

/** Conditions, and a *go* or *no-go* by a named person. `history`: as the rules of gates keep it; `state` says the same for lists. */
export type Gate = OfMove & { readonly id: Id<'gate'>; readonly key: string; readonly dueOn: Day; readonly state: 'open' | 'go' | 'no-go'; readonly history: GateState; readonly decidedAt: Instant | null }

/** The agreed interval for cutover. `sequence` rises with every change that people were told of. */
export type Window = OfMove & {
  readonly id: Id<'window'>; readonly tenant: Tenant['id']; readonly home: Home['id']; readonly startsAt: Instant; readonly endsAt: Instant; readonly zone: Zone
  readonly state: 'proposed' | 'confirmed' | 'cancelled'; readonly sequence: number; readonly confirmedBy: string | null; readonly confirmedAt: Instant | null
}

/** When nothing may be cut over: of a vendor (both null), of a home, or a customer's no-go. */
export type Blackout = { readonly id: Id<'blackout'>; readonly vendor: VendorId; readonly home: Home['id'] | null; readonly customer: CustomerId | null; readonly startsAt: Instant; readonly endsAt: Instant; readonly reason: string }

/**
 * A letter to one person, or what a person wrote here (*received*). `key`: the same never goes out twice. `name`, `address`: whom it goes to, as they were when it was written. `about`: the id of what it is about.
 * `by`: who wrote it; null: the system. `facts`: what the letter says, never a secret; `sealed`: the one secret that is in it, for as long as it waits. `enclosed`: what goes with it.
 * `digest`: the letter in which it is told instead. `handedAt`: when it was last handed to the mail server.
 */
export type Message = {
  readonly id: Id<'message'>; readonly vendor: VendorId; readonly customer: CustomerId | null; readonly move: MoveId | null; readonly contact: ContactId | null; readonly operator: Id<'operator'> | null; readonly name: string; readonly address: string
  readonly event: string; readonly locale: Locale; readonly key: string; readonly about: string | null; readonly by: Who | null; readonly state: 'waiting' | 'sent' | 'bounced' | 'failed' | 'dropped' | 'received'; readonly facts: Json; readonly sealed: string | null; readonly enclosed: Json
  readonly digest: Id<'message'> | null; readonly messageId: string | null; readonly why: string | null; readonly createdAt: Instant; readonly handedAt: Instant | null; readonly sentAt: Instant | null
}

/** How far somebody has read the journal who acts on each line once. */
export type Bookmark = { readonly id: Id<'bookmark'>; readonly name: string; readonly seq: number }

/** A dated, priced offer. `offer`: its lines and terms, as they were sent. */
export type Quote = OfMove & {
  readonly id: Id<'quote'>; readonly number: string; readonly state: 'draft' | 'sent' | 'accepted' | 'withdrawn'; readonly offer: Json; readonly currency: string; readonly totalMinor: number
  readonly named: ContactId | null; readonly expiresAt: Instant; readonly acceptedBy: ContactId | null; readonly acceptedAt: Instant | null; readonly sentAt: Instant | null; readonly withdrawnAt: Instant | null; readonly createdAt: Instant
}

/** A paper that somebody has seen: one of each name for a move. */
export type SeenPaper = OfMove & { readonly id: Id<'paper'>; readonly name: string; readonly by: string; readonly at: Instant }

/** What an invoice is to say. `key`: the same is never billed twice. */
export type Charge = Owned & { readonly id: Id<'charge'>; readonly move: MoveId | null; readonly key: string; readonly kind: string; readonly onDay: Day; readonly currency: string; readonly amountMinor: number; readonly about: Json }

/** A customer's subscription or licence. `endsOn`: the first day on which it is no longer; null: it goes on. */
export type Contract = Owned & { readonly id: Id<'contract'>; readonly kind: 'subscription' | 'licence'; readonly startsOn: Day; readonly endsOn: Day | null; readonly term: 'month' | 'year' }

/** A named person accepted an environment, or did not. `key`: which of the playbook's it is. `answers`: what the checklist was filled with. */
export type SignOff = OfMove & { readonly id: Id<'sign-off'>; readonly key: string; readonly environment: Environment; readonly party: Party; readonly duty: Duty | null; readonly by: string; readonly accepted: boolean; readonly answers: { readonly [name: string]: unknown }; readonly note: string; readonly at: Instant }

/** What a check was answered with by somebody who is not the ledger: a person, an agent. `about`: which of several the check asks of, such as one device fleet; empty: the whole. One of each: the last word counts. */
export type CheckFinding = OfMove & { readonly id: Id<'finding'>; readonly check: Check; readonly about: string; readonly held: boolean; readonly why: Text; readonly by: Who; readonly at: Instant }

/** A connection that must be possible from the customer's side. `subject`: what it is wanted for. */
export type Rule = OfMove & Wanted & { readonly id: Id<'rule'>; readonly subject: Subject; readonly purpose: string; readonly at: Instant }

/** A small program that a customer runs to see what is in the way. Of its token only the hash is kept. */
export type Probe = OfMove & { readonly id: Id<'probe'>; readonly tokenHash: string; readonly by: string; readonly createdAt: Instant; readonly expiresAt: Instant; readonly seenAt: Instant | null; readonly revokedAt: Instant | null }

/** What a probe found of one rule when it ran last. `host`: where it says that it ran; `address`: where its report came from. */
export type ProbeResult = OfMove & { readonly id: Id<'probe-result'>; readonly probe: Probe['id']; readonly rule: Rule['id']; readonly outcome: Outcome; readonly host: string; readonly address: string; readonly at: Instant }

/** Asked by one, answered for all once it is published. */
export type Question = { readonly id: Id<'question'>; readonly vendor: VendorId; readonly customer: CustomerId | null; readonly programme: ProgrammeId; readonly text: string; readonly askedBy: string; readonly askedAt: Instant; readonly answer: string | null; readonly answeredBy: string | null; readonly publishedAt: Instant | null }

/** A secret for one person. `sealed` can be opened only with a key that is not in the ledger. */
export type Credential = OfMove & Secret

/** Who was seen connected to a tenant's old home. */
export type Sighting = Owned & { readonly id: Id<'sighting'>; readonly tenant: Tenant['id']; readonly user: string; readonly host: string; readonly program: string; readonly firstAt: Instant; readonly lastAt: Instant; readonly closedAt: Instant | null }

/** Who still came by an old address on a day, as its redirect counted them: which part of the address, by what kind of program. Nobody in person. `agent`: whose count it is. */
export type Visit = OfMove & { readonly id: Id<'visit'>; readonly agent: Agent['id']; readonly day: Day; readonly path: string; readonly program: string; readonly count: number }

export type Risk = OfMove & { readonly id: Id<'risk'>; readonly text: string; readonly level: 'low' | 'medium' | 'high'; readonly party: Party; readonly state: 'open' | 'closed'; readonly by: string; readonly at: Instant }

/** Somebody else's system that talks to the tenant. */
export type Integration = OfMove & { readonly id: Id<'integration'>; readonly name: string; readonly contact: string | null; readonly plan: string | null; readonly informedAt: Instant | null; readonly state: 'open' | 'ready' | 'tested' }

/** A process beside the data that takes orders. `customer`: it stands at that customer's, and gets no other's orders; null: at the vendor's. */
export type Agent = { readonly id: Id<'agent'>; readonly vendor: VendorId; readonly customer: CustomerId | null; readonly name: string; readonly tokenHash: string; readonly joinedAt: Instant | null; readonly seenAt: Instant | null; readonly revokedAt: Instant | null }

/** What an agent is asked to do. `leaseUntil`: until when the one that claimed it has it to itself. `claims`: how often it was claimed; who claimed it earlier is heard no more. `reported`: the number of the last report. */
export type MoveOrder = OfMove & {
  readonly id: Id<'order'>; readonly kind: 'preflight' | 'move' | 'rehearsal' | 'measure' | 'credential' | 'files' | 'application' | 'licences'; readonly state: 'waiting' | 'claimed' | 'done' | 'failed' | 'withdrawn'; readonly facts: Json; readonly result: Json
  readonly agent: Agent['id'] | null; readonly leaseUntil: Instant | null; readonly claims: number; readonly reported: number; readonly wish: Json; readonly createdAt: Instant; readonly endedAt: Instant | null
}

/** What an agent tells of an order, in the order it happened. */
export type Report = OfMove & { readonly id: Id<'report'>; readonly order: MoveOrder['id']; readonly number: number; readonly at: Instant; readonly event: Json }

/**
 * What is known of the licences of a move: one of a move, its id is the move's. `agent`: on whose disk the book of the move is, and `book` what stands in it; `round` counts the books.
 * `course`: as the rules of it keep it; `sealed`: the activation codes of the back-up sheet, which stands in the course with their ends only.
 */
export type LicenceMove = OfMove & { readonly id: MoveId; readonly agent: Agent['id'] | null; readonly book: string | null; readonly round: number; readonly state: CourseState; readonly course: Course; readonly sealed: string | null; readonly recordedAt: Instant; readonly at: Instant }

export type Proof = OfMove & { readonly id: Id<'proof'>; readonly leg: 'out' | 'back'; readonly root: string; readonly evidence: Json; readonly at: Instant }

/** A file in control's folder of bundles that is a move's. `bundle`: what it calls itself; `index`: its signed index, as it stands in it. `receipt`: of whoever imported it. */
export type Bundle = OfMove & { readonly id: Id<'bundle'>; readonly file: string; readonly bundle: string; readonly bytes: number; readonly index: string; readonly fingerprint: string; readonly by: string; readonly at: Instant; readonly receipt: string | null; readonly provenAt: Instant | null }

/** The files of a tenant as one archive on the same shelf, as an agent packed them. `name`: what whoever fetches it finds; `others`: sockets, devices and links, which are not in it. `sent`: which bytes of it were handed over so far, from and to before; `sentAt`: since when that is all of them. */
export type Archive = OfMove & { readonly id: Id<'archive'>; readonly order: MoveOrder['id']; readonly name: string; readonly file: string; readonly bytes: number; readonly sha256: string; readonly files: number; readonly others: number; readonly at: Instant; readonly sent: readonly (readonly [from: number, to: number])[]; readonly sentAt: Instant | null }

/** By which one person fetches a bundle or an archive, one of the two, so many times. Of its secret only the hash is kept. `lastAt`: when a download was last counted. */
export type BundleLink = OfMove & { readonly id: Id<'bundle-link'>; readonly bundle: Bundle['id'] | null; readonly archive: Archive['id'] | null; readonly contact: ContactId; readonly hash: string; readonly times: number; readonly used: number; readonly createdAt: Instant; readonly expiresAt: Instant; readonly lastAt: Instant | null; readonly revokedAt: Instant | null }

/** What a person who pressed the button on a link's page fetches with: for a while, and of its secret only the hash. */
export type Download = OfMove & { readonly id: Id<'download'>; readonly link: BundleLink['id']; readonly hash: string; readonly createdAt: Instant; readonly expiresAt: Instant }

/** Somebody who can sign in to a tenant, as it was told last. `key`: what the product calls them; `rank`: how many come before them when one thinks of deleting some. Erased when the tenant's move is over. */
export type User = Owned & { readonly id: Id<'user'>; readonly tenant: Tenant['id']; readonly key: string; readonly name: string; readonly email: string | null; readonly lastSeenAt: Instant | null; readonly rank: number; readonly markedBy: string | null; readonly markedAt: Instant | null; readonly at: Instant }

/** What helps after a move: an address elsewhere (`url`), or a file here. `playbook`: whose moves it is for; null: all. */
export type SupportDocument = { readonly id: Id<'document'>; readonly vendor: VendorId; readonly playbook: string | null; readonly title: Text; readonly url: string | null; readonly file: string | null; readonly type: string | null; readonly bytes: number | null; readonly by: string; readonly at: Instant }
/** A piece of such a file. */
export type DocumentPiece = { readonly id: Id<'document-piece'>; readonly vendor: VendorId; readonly document: SupportDocument['id']; readonly number: number; readonly content: Uint8Array }

export type Operator = { readonly id: Id<'operator'>; readonly vendor: VendorId; readonly name: string; readonly email: string; readonly roles: readonly string[]; readonly password: string | null; readonly subject: string | null; readonly disabledAt: Instant | null; readonly failures: number; readonly failedAt: Instant | null }
/** A public key of an operator's device. `key`: what the device calls it. */
export type Passkey = { readonly id: Id<'passkey'>; readonly operator: Operator['id']; readonly key: string; readonly about: Json; readonly createdAt: Instant; readonly usedAt: Instant | null }
/** Something that was begun, and is finished once or never: a sign-in elsewhere, a challenge to a passkey, an invitation, the set-up. `hash`: of what only who may finish it knows. `facts`: of no use by themselves to anyone. */
export type Pending = { readonly id: Id<'pending'>; readonly purpose: 'service' | 'passkey' | 'new-passkey' | 'invitation' | 'setup'; readonly operator: Operator['id'] | null; readonly hash: string; readonly facts: Json; readonly createdAt: Instant; readonly expiresAt: Instant }
/** A link in a mail, used once. Of its secret only the hash is kept. */
export type Link = { readonly id: Id<'link'>; readonly contact: ContactId; readonly purpose: string; readonly hash: string; readonly createdAt: Instant; readonly expiresAt: Instant; readonly usedAt: Instant | null; readonly replacedAt: Instant | null }
export type Session = { readonly id: Id<'session'>; readonly hash: string; readonly contact: ContactId | null; readonly operator: Operator['id'] | null; readonly createdAt: Instant; readonly seenAt: Instant; readonly expiresAt: Instant; readonly endedAt: Instant | null; readonly secondFactorAt: Instant | null }
export type Code = { readonly id: Id<'code'>; readonly session: Session['id']; readonly hash: string; readonly tries: number; readonly createdAt: Instant; readonly expiresAt: Instant; readonly usedAt: Instant | null }

export const callKinds = ['pre-move', 'kick-off', 'check-in', 'go-no-go', 'other'] as const
/** People meet about a move. `key`: the playbook's call that it is, or null. `zone`: in which it was agreed. `sequence` rises with every change that people are told of. */
export type Call = OfMove & {
  readonly id: Id<'call'>; readonly kind: (typeof callKinds)[number]; readonly key: string | null; readonly title: Text; readonly startsAt: Instant; readonly endsAt: Instant; readonly zone: Zone; readonly place: string | null; readonly link: string | null
  readonly agenda: readonly Text[]; readonly questionnaire: boolean; readonly state: 'planned' | 'cancelled'; readonly sequence: number; readonly plannedBy: string; readonly createdAt: Instant
}

/** One person who is asked to a call: a contact, or one of the vendor's people. A call that is moved is answered anew. */
export type Attendance = OfMove & { readonly id: Id<'attendance'>; readonly call: Call['id']; readonly party: Party; readonly contact: ContactId | null; readonly operator: Operator['id'] | null; readonly answer: 'accepted' | 'tentative' | 'declined' | null; readonly note: string | null; readonly answeredAt: Instant | null }

/** What a contact says of its own days: there, or away. Of a day that is spoken of twice the later word counts. */
export type Availability = { readonly id: Id<'availability'>; readonly vendor: VendorId; readonly customer: CustomerId | null; readonly party: Party; readonly contact: ContactId; readonly firstOn: Day; readonly lastOn: Day; readonly available: boolean; readonly note: string | null; readonly at: Instant }

/** Where a person's calendar is read. Of its address only the hash is kept. One a person. */
export type Feed = { readonly id: Id<'feed'>; readonly contact: ContactId | null; readonly operator: Operator['id'] | null; readonly hash: string; readonly createdAt: Instant; readonly revokedAt: Instant | null }

/** What speaks for or against dates in a programme, said by a person. `rule`: as the rules of waves have it. */
export type WaveRule = { readonly id: Id<'wave-rule'>; readonly vendor: VendorId; readonly programme: ProgrammeId; readonly rule: Json; readonly by: string; readonly at: Instant }

/** One run of the planner over a programme. `wanted`: what was asked; `problem`: what it was given, as it was then; `answer`: what it found. */
export type PlanRun = {
  readonly id: Id<'plan-run'>; readonly vendor: VendorId; readonly programme: ProgrammeId; readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'; readonly wanted: Json; readonly problem: Json; readonly answer: Json
  readonly by: string; readonly why: string | null; readonly createdAt: Instant; readonly startedAt: Instant | null; readonly endedAt: Instant | null; readonly acceptedAt: Instant | null
}

/** One of the vendor's people has taken something that needs attention, or was given it. `about`: the id of what it is. One of each. */
export type Assignment = { readonly id: Id<'assignment'>; readonly vendor: VendorId; readonly customer: CustomerId | null; readonly move: MoveId | null; readonly kind: AttentionKind; readonly about: string; readonly operator: Operator['id']; readonly by: string; readonly at: Instant }

/** Everything that the ledger holds, by kind. */
export type Records = {
  readonly vendor: Vendor; readonly setting: Setting; readonly partner: Partner; readonly customer: Customer; readonly contact: Contact; readonly home: Home; readonly tenant: Tenant
  readonly programme: Programme; readonly wave: Wave; readonly move: Move; readonly fact: Fact; readonly plan: PlanRecord; readonly task: Task; readonly gate: Gate; readonly window: Window; readonly blackout: Blackout
  readonly message: Message; readonly bookmark: Bookmark; readonly quote: Quote; readonly paper: SeenPaper; readonly charge: Charge; readonly contract: Contract; readonly sign_off: SignOff; readonly question: Question
  readonly credential: Credential; readonly sighting: Sighting; readonly visit: Visit; readonly risk: Risk; readonly integration: Integration
  readonly finding: CheckFinding; readonly rule: Rule; readonly probe: Probe; readonly probe_result: ProbeResult
  readonly agent: Agent; readonly move_order: MoveOrder; readonly report: Report; readonly licence_move: LicenceMove; readonly proof: Proof; readonly bundle: Bundle; readonly archive: Archive; readonly bundle_link: BundleLink; readonly download: Download; readonly user: User; readonly document: SupportDocument; readonly document_piece: DocumentPiece
  readonly operator: Operator; readonly passkey: Passkey; readonly pending: Pending; readonly link: Link; readonly session: Session; readonly code: Code
  readonly call: Call; readonly attendance: Attendance; readonly availability: Availability; readonly feed: Feed; readonly wave_rule: WaveRule; readonly plan_run: PlanRun; readonly assignment: Assignment
}
export type Kind = keyof Records
