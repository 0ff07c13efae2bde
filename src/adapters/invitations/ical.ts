import ical, { ICalAlarmType, ICalAttendeeRole, ICalAttendeeStatus, ICalCalendarMethod, ICalEventBusyStatus, ICalEventStatus, ICalEventTransparency, type ICalEventData } from 'ical-generator'
import { assert } from '#lib/assert.ts'
import { isMailAddress } from '#domain/mail-address.ts'
import { oneLine } from '#lib/one-line.ts'
import type { Appointment, Feed, Invitations } from '#ports/invitations.ts'
import type { Mailbox } from '#ports/mail.ts'

/** Longer descriptions are cut by some calendars without a word. */
const longestDescription = 6_000

/** Texts of iCalendar. */
export const invitations: Invitations = {
  request: appointment => textOf(ICalCalendarMethod.REQUEST, [eventOf(appointment, 'asked')]),
  cancel: appointment => textOf(ICalCalendarMethod.CANCEL, [eventOf(appointment, 'cancelled')]),
  feed: feed => textOf(ICalCalendarMethod.PUBLISH, feed.appointments.map(one => eventOf(one, 'shown')), feed),
}

const textOf = (method: ICalCalendarMethod, events: readonly ICalEventData[], feed?: Feed): string =>
  ical({ method, prodId: { company: 'Rehome', product: 'Rehome', language: 'EN' }, events: [...events], ...(feed === undefined ? {} : { name: oneLine(feed.name), ttl: feed.refreshMinutes * 60, ...(feed.note === undefined ? {} : { description: oneLine(feed.note, 1_000) }) }) }).toString().trimEnd() + '\r\n'

const eventOf = (appointment: Appointment, how: 'asked' | 'cancelled' | 'shown'): ICalEventData => {
  const { id, sequence, when, title, description, place, link, organizer, guests, remindersMinutes, writtenAt } = appointment
  assert(/^[\w.@-]+$/.test(id), 'an appointment’s id can stand in every calendar')
  // A day on which something is due keeps nobody from other things.
  const isFree = 'day' in when || how === 'cancelled'
  return {
    id, sequence, ...timesOf(when), stamp: instant(writtenAt), lastModified: instant(writtenAt),
    summary: oneLine(title), description: description.map(line => oneLine(line, 1_000)).join('\n').slice(0, longestDescription).toWellFormed(),
    location: place === null ? null : oneLine(place), url: link === null ? null : webLink(link),
    organizer: person(organizer),
    attendees: how === 'shown' ? [] : guests.map(guest => ({ ...person(guest), rsvp: how === 'asked', role: ICalAttendeeRole.REQ, status: ICalAttendeeStatus.NEEDSACTION })),
    alarms: how === 'cancelled' ? [] : remindersMinutes.map(minutes => ({ type: ICalAlarmType.display, triggerBefore: minutes * 60, description: oneLine(title) })),
    status: how === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    busystatus: isFree ? ICalEventBusyStatus.FREE : ICalEventBusyStatus.BUSY, transparency: isFree ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
  }
}

/** Never a `Date` together with a zone: it would be written as the wall time of this process. */
const timesOf = (when: Appointment['when']): Pick<ICalEventData, 'start' | 'end' | 'allDay'> => {
  if ('day' in when) {
    const day = Temporal.PlainDate.from(when.day)
    return { start: day, end: day.add({ days: 1 }), allDay: true }
  }
  assert(when.from < when.to, 'an appointment ends after it began')
  return { start: instant(when.from), end: instant(when.to) }
}

const instant = (at: number): Temporal.Instant => Temporal.Instant.fromEpochMilliseconds(at)

const webLink = (link: string): string => {
  const { href, protocol } = new URL(link)
  assert(/^https?:$/.test(protocol), 'a link leads to the web')
  return href
}

/** A name in a parameter cannot be escaped in every program: what would end it is left out. */
const person = ({ name, address }: Mailbox): { name: string; email: string } => {
  assert(isMailAddress(address), 'guests and organizers have addresses')
  return { name: oneLine(name).replaceAll(/["^\\]/g, '') || address, email: address }
}
