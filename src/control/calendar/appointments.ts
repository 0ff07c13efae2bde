import type { Locale } from '#domain/locale.ts'
import type { Call, Window } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import type { Appointment } from '#ports/invitations.ts'
import type { Mailbox } from '#ports/mail.ts'
import { pages } from '../letters/links.ts'
import type { World } from '../ground/world.ts'

type Site = Pick<World, 'site'>
/** For whom an appointment is written: in their language, and with nobody else's address in it. */
type For = { readonly locale: Locale; readonly guests: readonly Mailbox[]; readonly organizer: Mailbox; readonly writtenAt: Instant }

/** A window as it stands in calendars. `names`: of the tenant and the homes. */
export const windowAppointment = (site: Site, window: Window, names: { readonly tenant: string; readonly destination: string }, { locale, ...more }: For): Appointment => {
  const words = locale === 'ja'
    ? { title: `【${names.tenant}】${names.destination}への移行`, lines: [`${names.tenant}を${names.destination}へ切り替えます。この時間帯に、短時間ご利用いただけないことがあります。`, '当日の流れと連絡先は、次のページでご確認いただけます。'] }
    : { title: `${names.tenant}: move to ${names.destination}`, lines: [`${names.tenant} is switched to ${names.destination}. Within this time it cannot be used for a short while.`, 'What happens when, and whom to turn to:'] }
  const link = pages.window(site, window.move)
  return { id: `window-${window.id}@rehome`, sequence: window.sequence, when: { from: window.startsAt, to: window.endsAt }, title: words.title, description: [...words.lines, link], place: null, link, remindersMinutes: [24 * 60, 60], ...more }
}

/** A call as it stands in calendars: its agenda, and where its questions are answered. */
export const callAppointment = (site: Site, call: Call, tenant: string, { locale, ...more }: For): Appointment => {
  const questions = call.questionnaire ? [locale === 'ja' ? '事前にご回答いただく質問票:' : 'The questionnaire, to be answered before:', pages.questionnaire(site, call.move)] : []
  const agenda = call.agenda.length === 0 ? [] : [locale === 'ja' ? '議題:' : 'Agenda:', ...call.agenda.map(item => `- ${item[locale]}`)]
  return {
    id: `call-${call.id}@rehome`, sequence: call.sequence, when: { from: call.startsAt, to: call.endsAt }, title: locale === 'ja' ? `【${tenant}】${call.title.ja}` : `${tenant}: ${call.title.en}`, description: [...agenda, ...questions],
    place: call.place, link: call.link ?? pages.move(site, call.move), remindersMinutes: [60], ...more,
  }
}
