import type { Day, Instant, Interval } from '#domain/time.ts'
import type { Mailbox } from './mail.ts'

/** Something in people's calendars: a call, a window, a day on which a task is due. */
export type Appointment = {
  /** The same through all its changes; calendars know it by this. */
  readonly id: string
  /** Raised by one with every change that people are told of, also with the one that cancels it. */
  readonly sequence: number
  readonly when: Interval | { readonly day: Day }
  readonly title: string
  /** Line by line: the agenda, who to turn to. */
  readonly description: readonly string[]
  readonly place: string | null
  readonly link: string | null
  readonly organizer: Mailbox
  readonly guests: readonly Mailbox[]
  /** Reminders, in minutes before it begins. */
  readonly remindersMinutes: readonly number[]
  /** When this was written: the same input gives the same text. */
  readonly writtenAt: Instant
}

/** Somebody's calendar, for programs that ask again and again. */
export type Feed = { readonly name: string; /** What is said of the whole of it, if anything. */ readonly note?: string; readonly refreshMinutes: number; readonly appointments: readonly Appointment[] }

/** Appointments as iCalendar texts (RFC 5545, 5546). Instants stand in UTC, so that every program shows its reader's own time. */
export interface Invitations {
  /** To be answered by its guests. A raised sequence replaces what they have; whether they come is asked anew. */
  request(appointment: Appointment): string
  /** Takes it out of calendars. */
  cancel(appointment: Appointment): string
  /** Nothing in it is answered. */
  feed(feed: Feed): string
}
