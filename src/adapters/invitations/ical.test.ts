import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import ICAL from 'ical.js'
import type { Appointment } from '#ports/invitations.ts'
import { invitations } from './ical.ts'

const appointment: Appointment = {
  id: 'window-0192@meridian.example', sequence: 0, when: { from: Date.UTC(2026, 11, 4, 13), to: Date.UTC(2026, 11, 4, 15, 30) }, title: 'Cutover of Tsubame Forms',
  description: ['Agenda', '1. What will change', '', 'Project manager: pm@meridian.example'], place: 'https://meet.meridian.example/77', link: 'https://moves.meridian.example/m/77',
  organizer: { name: 'Meridian Analytics', address: 'moves@meridian.example' }, guests: [{ name: '橋本 陽子', address: 'yoko@tsubame.example' }, { name: '', address: 'it@tsubame.example' }],
  remindersMinutes: [60, 1_440], writtenAt: Date.UTC(2026, 10, 22, 9),
}

type Understood = { readonly calendar: ICAL.Component; readonly events: readonly ICAL.Event[]; readonly first: ICAL.Event }
const understood = (text: string): Understood => {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[])
  const events = calendar.getAllSubcomponents('vevent').map(one => new ICAL.Event(one))
  const [first] = events
  assert.ok(first !== undefined)
  return { calendar, events, first }
}
const value = (component: ICAL.Component, name: string): string => String(component.getFirstPropertyValue(name))

describe('an invitation', () => {
  it('asks its guests, at an instant in UTC, with the agenda and reminders', () => {
    const text = invitations.request(appointment)
    const { calendar, first } = understood(text)
    assert.equal(value(calendar, 'method'), 'REQUEST')
    assert.deepEqual([first.uid, first.sequence, first.summary, first.location], [appointment.id, 0, appointment.title, appointment.place])
    assert.equal(first.description, appointment.description.join('\n'))
    assert.match(text, /DTSTART:20261204T130000Z\r\n/)
    assert.deepEqual([first.startDate.toJSDate().getTime(), first.endDate.toJSDate().getTime()], [Date.UTC(2026, 11, 4, 13), Date.UTC(2026, 11, 4, 15, 30)])
    assert.equal(value(first.component, 'organizer'), 'mailto:moves@meridian.example')
    assert.deepEqual(first.attendees.map(one => [String(one.getFirstValue()).toLowerCase(), one.getParameter('cn'), one.getParameter('rsvp'), one.getParameter('partstat')]), [
      ['mailto:yoko@tsubame.example', '橋本 陽子', 'TRUE', 'NEEDS-ACTION'], ['mailto:it@tsubame.example', 'it@tsubame.example', 'TRUE', 'NEEDS-ACTION'],
    ])
    assert.deepEqual(first.component.getAllSubcomponents('valarm').map(alarm => value(alarm, 'trigger')), ['-PT1H', '-P1D'])
  })

  it('is replaced by one of the same id with a higher sequence, and taken back by another', () => {
    const moved = understood(invitations.request({ ...appointment, sequence: 1, when: { from: Date.UTC(2026, 11, 11, 13), to: Date.UTC(2026, 11, 11, 15) } }))
    assert.deepEqual([moved.first.uid, moved.first.sequence, moved.first.startDate.toJSDate().getTime()], [appointment.id, 1, Date.UTC(2026, 11, 11, 13)])
    const cancelled = understood(invitations.cancel({ ...appointment, sequence: 2 }))
    assert.deepEqual([value(cancelled.calendar, 'method'), value(cancelled.first.component, 'status'), cancelled.first.uid, cancelled.first.sequence], ['CANCEL', 'CANCELLED', appointment.id, 2])
    assert.equal(cancelled.first.component.getAllSubcomponents('valarm').length, 0)
  })

  it('is the same text for the same input, wherever the process thinks it is', () => {
    const before = process.env['TZ']
    try {
      const day: Appointment = { ...appointment, when: { day: '2026-12-04' } }
      const texts = ['Asia/Tokyo', 'America/Los_Angeles', 'UTC'].map(zone => {
        process.env['TZ'] = zone
        return invitations.request(appointment) + invitations.feed({ name: 'A', refreshMinutes: 60, appointments: [day] })
      })
      assert.equal(new Set(texts).size, 1)
      assert.match(texts[0] ?? '', /DTSTART;VALUE=DATE:20261204\r\nDTEND;VALUE=DATE:20261205\r\n/)
    } finally {
      if (before === undefined) delete process.env['TZ']
      else process.env['TZ'] = before
    }
  })

  it('has no line longer than 75 octets, none broken within a character, and ends its lines as it must', () => {
    const text = invitations.request({ ...appointment, title: '切替作業のご案内'.repeat(25), description: ['𠮷野家と髙橋、👩‍💻'.repeat(60)] })
    assert.ok(text.endsWith('END:VCALENDAR\r\n'))
    assert.doesNotMatch(text.replaceAll('\r\n', ''), /[\r\n]/)
    const bytes = Buffer.from(text)
    for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line)
    assert.doesNotMatch(bytes.toString('utf8'), /\ufffd/)
    assert.equal(understood(text).first.summary, '切替作業のご案内'.repeat(25))
  })

  it('lets no text of people become part of the calendar', () => {
    const evil = 'x\r\nATTENDEE:mailto:thief@evil.example\nEND:VEVENT\u2028BEGIN:VEVENT";,:\\n\\;'
    const { calendar, events, first } = understood(invitations.request({ ...appointment, title: evil, place: evil, description: [evil, ';,\\'], organizer: { ...appointment.organizer, name: evil }, guests: [{ name: evil, address: 'yoko@tsubame.example' }] }))
    assert.equal(events.length, 1)
    assert.equal(calendar.getAllProperties('attendee').length, 0)
    assert.equal(first.attendees.length, 1)
    assert.equal(first.summary, 'x ATTENDEE:mailto:thief@evil.example END:VEVENT BEGIN:VEVENT";,:\\n\\;')
    assert.ok(first.description.endsWith('\n;,\\'))
  })

  it('brings any text through unchanged but for its line ends', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.array(fc.constantFrom(';', ',', '\\', '"', '\n', 'n', ':', 'あ', '👩‍💻', ' '), { maxLength: 150 }), (any, odd) => {
      for (const title of [any, odd.join('')]) {
        const { first, events } = understood(invitations.request({ ...appointment, title, guests: [{ name: title, address: 'a@b.example' }] }))
        assert.equal(events.length, 1)
        assert.equal(first.attendees.length, 1)
        assert.equal(first.summary ?? '', title.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, '').trim())
      }
    }), { numRuns: 200 })
  })

  it('accepts no link that is not one, and no guest without an address', () => {
    assert.throws(() => invitations.request({ ...appointment, link: 'x\r\nATTENDEE:mailto:thief@evil.example' }))
    assert.throws(() => invitations.request({ ...appointment, guests: [{ name: 'A', address: 'a@b.example\r\nX:1' }] }))
  })
})

describe('a person’s calendar to subscribe to', () => {
  it('shows all that concerns them, to be asked for again, and asks for no answer', () => {
    const { calendar, events } = understood(invitations.feed({ name: 'Moves; of Tsubame', refreshMinutes: 240, appointments: [appointment, { ...appointment, id: 'task-7', title: 'ファイアウォールの設定', when: { day: '2026-11-30' } }] }))
    assert.deepEqual([value(calendar, 'method'), value(calendar, 'name'), value(calendar, 'x-wr-calname'), value(calendar, 'refresh-interval'), value(calendar, 'x-published-ttl')], ['PUBLISH', 'Moves; of Tsubame', 'Moves; of Tsubame', 'PT4H', 'PT4H'])
    assert.deepEqual(events.map(one => [one.uid, one.startDate.isDate, one.attendees.length]), [[appointment.id, false, 0], ['task-7', true, 0]])
    assert.equal(events[1]?.startDate.toString(), '2026-11-30')
    assert.equal(value(events[1].component, 'transp'), 'TRANSPARENT')
  })

  it('may be empty', () => {
    assert.match(invitations.feed({ name: 'A', refreshMinutes: 60, appointments: [] }), /^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/)
  })
})
