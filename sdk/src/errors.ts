import type { Holder } from './documents.ts'

/** Why there is no seat. Refusals of the licence server have its own words; the others are said here. */
export type LicenceErrorCode =
  | 'profile-unknown' | 'seats-taken' | 'maintenance' | 'licence-over' | 'licence-not-begun' | 'licence-inactive' | 'wrong-machine' | 'restored-copy' | 'superseded' | 'clock-set-back'
  | 'moved' | 'borrowing-refused' | 'key-taken' | 'not-signed-in'
  /** No licence server answers there; what was tried can be tried again. */
  | 'server-unreachable'
  /** What answers is not what the issuer signed for. */
  | 'not-genuine'
  /** The licences were closed. */
  | 'closed'
  /** The licence server says no to something that this version does not know. */
  | 'refused'

export type SeatTaken = { readonly holder: Holder; readonly until: Date }

/** `message` is for people: it says who sits on the seats, until when, or what else is in the way. */
export class LicenceError extends Error {
  override readonly name: string = 'LicenceError'
  readonly code: LicenceErrorCode
  constructor(code: LicenceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** All seats are taken: by whom, and how many more than are named. */
export class SeatsTakenError extends LicenceError {
  override readonly name = 'SeatsTakenError'
  readonly holders: readonly SeatTaken[]
  readonly more: number
  constructor(said: string, holders: readonly SeatTaken[], more: number) {
    super('seats-taken', [said, ...holders.slice(0, 5).map(({ holder, until }) => `${holder.user} on ${holder.host} (${holder.program}), until ${until.toISOString()}`), ...others(holders.length, more)].join('\n'))
    this.holders = holders
    this.more = more
  }
}

/** The licence server is in maintenance; `expectedEnd`: it expects to give out seats again from then on. */
export class MaintenanceError extends LicenceError {
  override readonly name = 'MaintenanceError'
  readonly expectedEnd: Date | null
  constructor(said: string, expectedEnd: Date | null) {
    super('maintenance', expectedEnd === null ? said : `${said} It is expected to end at ${expectedEnd.toISOString()}.`)
    this.expectedEnd = expectedEnd
  }
}

const others = (named: number, more: number): readonly string[] => {
  const unnamed = Math.max(0, named - 5) + more
  return unnamed === 0 ? [] : [`and ${unnamed} more`]
}

type Problem = Readonly<Record<string, unknown>>

/** A refusal as the licence server said it (RFC 9457). */
export const errorOf = (problem: Problem): LicenceError => {
  const code = String(problem['type']).replace('/problems/', '')
  const says = typeof problem['detail'] === 'string' ? problem['detail'] : code
  if (code === 'seats-taken') return new SeatsTakenError(says, takenOf(problem['holders']), typeof problem['more'] === 'number' ? problem['more'] : 0)
  if (code === 'maintenance') return new MaintenanceError(says, dateOf(problem['expectedEnd']))
  return new LicenceError(isKnown(code) ? code : 'refused', says)
}

const takenOf = (holders: unknown): readonly SeatTaken[] =>
  (Array.isArray(holders) ? (holders as readonly Problem[]) : []).flatMap(({ holder, until }) => {
    const [who, at] = [holder as Partial<Holder> | undefined, dateOf(until)]
    return typeof who?.user === 'string' && at !== null ? [{ holder: { user: who.user, host: String(who.host), program: String(who.program) }, until: at }] : []
  })

const dateOf = (value: unknown): Date | null => (typeof value === 'string' || typeof value === 'number' ? new Date(value) : null)

const known: ReadonlySet<string> = new Set(['profile-unknown', 'licence-over', 'licence-not-begun', 'licence-inactive', 'wrong-machine', 'restored-copy', 'superseded', 'clock-set-back', 'moved', 'borrowing-refused', 'key-taken', 'not-signed-in'])
const isKnown = (code: string): code is LicenceErrorCode => known.has(code)
