import type { Writers } from './move.ts'

/** What is done with an application server that goes to another machine; each on one machine, by the agent beside it, with what that agent's settings allow. */
export const applicationSteps = ['compare-versions', 'stop-services', 'back-up', 'restore', 'start-services', 'test-services', 'upgrade'] as const
export type ApplicationStep = (typeof applicationSteps)[number]
export type End = 'origin' | 'destination'

/** Where a step can be done; the first one is meant where nobody says. Versions are compared by asking one machine after the other. */
const endsOf = {
  'compare-versions': ['origin'], 'stop-services': ['origin', 'destination'], 'back-up': ['origin'], restore: ['destination'], 'start-services': ['destination', 'origin'], 'test-services': ['destination', 'origin'], upgrade: ['destination'],
} as const satisfies Record<ApplicationStep, readonly [End, ...End[]]>

export const isStep = (text: string | null): text is ApplicationStep => applicationSteps.some(step => step === text)
export const endFor = (step: ApplicationStep): End => endsOf[step][0]

/** Where the index of a back-up is on control's shelf, and what it must be. Parts are named by the claim under which they were put there: who lost the order spoils nothing. */
export type BackUp = { readonly order: string; readonly claim: number; readonly part: number; readonly bytes: number; readonly sha256: string }

/** What an order of this kind says. `version`: what the origin runs; `backUp`: what to restore. Never a word of a command. */
export type ApplicationOrder = { readonly step: ApplicationStep; readonly at: End; readonly version: string | null; readonly backUp: BackUp | null }

/** What an agent did: whether it came out as it should, its version, its back-up, and the end of what the command said, without secrets. */
export type Stepped = {
  readonly held: boolean
  readonly version: string | null
  readonly backUp: (Omit<BackUp, 'order'> & { readonly files: number; readonly parts: number; readonly totalBytes: number }) | null
  readonly output: string
}

/** An order that an agent has begun, the oldest first. *done* is only what was done and held. */
export type Past = { readonly step: ApplicationStep; readonly at: End; readonly is: 'done' | 'failed'; readonly version?: string | null; readonly backUp?: BackUp | null }

/** What is known of the two machines from what was done on them. `running`: perhaps; only what was seen to have stopped has stopped. */
export type Machines = {
  readonly origin: { readonly running: boolean; readonly version: string | null }
  readonly destination: { readonly running: boolean; readonly version: string | null }
  /** Taken while the origin was stopped, and it has not run since. */
  readonly backUp: BackUp | null
  /** The destination has that back-up. */
  readonly restored: boolean
}

const before: Machines = { origin: { running: true, version: null }, destination: { running: false, version: null }, backUp: null, restored: false }

export const machinesAfter = (past: readonly Past[]): Machines => past.reduce(after, before)

const after = (at: Machines, { step, at: end, is, version = null, backUp = null }: Past): Machines => {
  const done = is === 'done'
  switch (step) {
    case 'compare-versions': return { ...at, [end]: { ...at[end], version: done ? version : null } }
    case 'stop-services': return done ? { ...at, [end]: { ...at[end], running: false } } : at
    // Whatever became of it, it may run; and what runs writes.
    case 'start-services': return { ...at, [end]: { ...at[end], running: true }, ...(end === 'origin' ? { backUp: null, restored: false } : {}) }
    case 'back-up': return done ? { ...at, backUp, restored: false } : at
    case 'restore': return { ...at, restored: done }
    case 'upgrade': return { ...at, destination: { running: true, version: null } }
    case 'test-services': return at
  }
}

/** What else counts. `database`: where the tenant's database may be written to; null: it does not go with a mover of ours. */
export type Around = { readonly signedOff: boolean; readonly database: Writers | null }

export const whyNots = {
  place: 'this is not done on that machine',
  'origin-runs': 'the services on the old machine are not known to have stopped',
  'destination-runs': 'the services on the new machine were started, and are not known to have stopped',
  'origin-stopped': 'the services on the old machine were stopped',
  'destination-stopped': 'the services on the new machine are not started',
  'no-back-up': 'there is no back-up that was taken since the old machine stopped',
  'not-restored': 'the back-up is not restored on the new machine',
  'versions-differ': 'the two machines were not seen to run the same version',
  'database-elsewhere': 'the database is not there, or not yet: cut over, or turn back, first',
  'signed-off': 'it was signed off: the way back is closed',
  'not-signed-off': 'it was not signed off yet',
} as const
export type WhyNot = keyof typeof whyNots
export const whyNotsJa: Readonly<Record<WhyNot, string>> = {
  place: 'このマシンでは行わない作業です', 'origin-runs': '旧マシンのサービスの停止が確認されていません', 'destination-runs': '新マシンのサービスが開始されており、停止が確認されていません', 'origin-stopped': '旧マシンのサービスは停止しています', 'destination-stopped': '新マシンのサービスは開始されていません',
  'no-back-up': '旧マシンの停止後に取得したバックアップがありません', 'not-restored': '新マシンにバックアップが復元されていません', 'versions-differ': '両方のマシンが同じバージョンであることが確認されていません', 'database-elsewhere': 'データベースがまだそこにありません。先に切り替え、または切り戻しを行ってください', 'signed-off': '承認済みのため、切り戻しはできません', 'not-signed-off': 'まだ承認されていません',
}

/** Why a step may not be ordered now; undefined: it may. Never do we start both machines, and never one whose data are on the other. */
export const whyNotStep = (at: Machines, { step, at: end }: Pick<ApplicationOrder, 'step' | 'at'>, around: Around): WhyNot | undefined => {
  if (!endsOf[step].some(one => one === end)) return 'place'
  switch (step) {
    case 'compare-versions': case 'stop-services': return undefined
    case 'back-up': return at.origin.running ? 'origin-runs' : undefined
    case 'restore': return around.signedOff ? 'signed-off' : at.origin.running ? 'origin-runs' : at.backUp === null ? 'no-back-up' : at.destination.running ? 'destination-runs' : areEqual(at) ? undefined : 'versions-differ'
    case 'start-services': return end === 'origin' ? whyNotBack(at, around) : whyNotOn(at, around)
    case 'test-services': return at[end].running ? undefined : end === 'origin' ? 'origin-stopped' : 'destination-stopped'
    case 'upgrade': return around.signedOff ? whyNotOn(at, around) : 'not-signed-off'
  }
}

const whyNotOn = (at: Machines, { database }: Around): WhyNot | undefined =>
  at.origin.running ? 'origin-runs' : !at.restored ? 'not-restored' : database?.destination === false ? 'database-elsewhere' : undefined

const whyNotBack = (at: Machines, { signedOff, database }: Around): WhyNot | undefined =>
  signedOff ? 'signed-off' : at.destination.running ? 'destination-runs' : database?.origin === false ? 'database-elsewhere' : undefined

/** To the last character. */
export const areEqual = ({ origin, destination }: Pick<Machines, 'origin' | 'destination'>): boolean => origin.version !== null && origin.version === destination.version
