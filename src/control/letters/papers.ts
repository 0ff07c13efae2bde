import type { NoAccess } from '#domain/access.ts'
import { dayOf } from '#domain/local-time.ts'
import type { Locale } from '#domain/locale.ts'
import { ownerText } from '#domain/owner-words.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import { quotePaper } from '#domain/papers/quote.ts'
import { type PlanSheet, planPaper } from '#domain/papers/plan.ts'
import type { Paper } from '#domain/paper.ts'
import { sheetOf } from '#domain/quote-offer.ts'
import type { Quote, Window } from '#domain/records.ts'
import { assert } from '#lib/assert.ts'
import type { Zone } from '#domain/time.ts'
import type { Appointment } from '#ports/invitations.ts'
import type { Mailbox } from '#ports/mail.ts'
import type { Glance } from '../ground/desk.ts'
import { pages } from './links.ts'
import type { PlaybookMissing } from '../plans/plan-rows.ts'
import { type PlanPage, readPlan, type TaskLine } from '../plans/plans.ts'
import { windowOf } from '../billing/quote-drafts.ts'
import { readQuote } from '../billing/quotes.ts'
import { peopleOf } from '../people/people.ts'
import { turnToFor } from '../running/settings.ts'
import { organizerOf } from './telling.ts'
import { windowAppointment } from '../calendar/appointments.ts'

/** A document and the name it is saved under. */
export type NamedPaper = { readonly name: string; readonly paper: Paper }

export const quoteAsPaper = async (glance: Glance, { quote: id, locale }: { readonly quote: Quote['id']; readonly locale: Locale }): Promise<NamedPaper | NoAccess> => {
  const seen = await readQuote(glance, { quote: id })
  if ('refused' in seen) return seen
  return { name: `${seen.number}-${locale}.pdf`, paper: quotePaper(sheetOf(seen as unknown as Quote, locale), locale) } // proof: what is shown is the row, with its offer
}

type OfPlan = { readonly move: MoveId; readonly locale: Locale }

/** The plan in the reader's language: what of it they may see. */
export const planAsPaper = async (glance: Glance, { move, locale }: OfPlan): Promise<NamedPaper | NoAccess | PlaybookMissing> => {
  const plan = await readPlan(glance, move)
  if ('refused' in plan) return plan
  const around = await aroundOf(glance, move)
  return { name: `plan-${around.tenant}-${locale}.pdf`, paper: planPaper(sheetIn(glance, plan, around, locale), locale) }
}

/** The plan as a calendar: its window and the days on which something is due. A change of the plan is in it the next time it is asked for. */
export const planAsCalendar = async (glance: Glance, { move, locale }: OfPlan): Promise<{ readonly name: string; readonly text: string } | NoAccess | PlaybookMissing> => {
  const plan = await readPlan(glance, move)
  if ('refused' in plan) return plan
  const around = await aroundOf(glance, move)
  const { tenant, destination, window, organizer } = around
  const base = { place: null, link: pages.plan(glance.world, move), organizer, guests: [], remindersMinutes: [], writtenAt: plan.madeAt, sequence: plan.revision }
  const due = plan.tasks.filter(task => task.state === 'open').map((task): Appointment => ({ ...base, id: `task-${task.id}@rehome`, when: { day: task.due }, title: `${tenant}: ${task.title[locale]}`, description: [ownerText(task)[locale], task.instructions[locale]] }))
  const agreed = window?.state === 'confirmed' ? [windowAppointment(glance.world, window, { tenant, destination }, { locale, guests: [], organizer, writtenAt: plan.madeAt })] : []
  return { name: `plan-${tenant}.ics`, text: glance.world.invitations.feed({ name: titles[locale](tenant), refreshMinutes: 240, appointments: [...agreed, ...due] }) }
}

type Around = {
  readonly tenant: string; readonly vendor: string; readonly customer: string; readonly zone: Zone; readonly destination: string; readonly window: Window | undefined; readonly organizer: Mailbox
  readonly turnTo: readonly { readonly name: string; readonly email: string; readonly phone: string | null }[]
}

/** What the papers of a plan name; the plan was looked at before, so all of it is there. */
const aroundOf = async ({ view }: Glance, id: MoveId): Promise<Around> => {
  const move: Move | undefined = await view.get('move', id)
  assert(move !== undefined, 'a plan is of a move')
  const [people, tenant, home, window] = [await peopleOf(view, [move]), await view.get('tenant', move.tenant), await view.get('home', move.destination), await windowOf(view, id)]
  const [vendor, customer] = [people.vendors.get(move.vendor), people.customers.get(move.customer)]
  assert(tenant !== undefined && home !== undefined && vendor !== undefined && customer !== undefined, 'a move is of a tenant and its customer')
  return { tenant: tenant.name, vendor: vendor.name, customer: customer.name, zone: customer.zone, destination: home.name, window, organizer: organizerOf(people, move), turnTo: await turnToFor(view, move.vendor, people.programmes.get(move.programme)) }
}

const sheetIn = ({ now }: Glance, plan: PlanPage, { tenant, vendor, customer, zone, turnTo, window }: Around, locale: Locale): PlanSheet => ({
  tenant, vendor, customer, playbook: `${plan.playbook.title[locale]} ${plan.playbook.version}`, window: window?.state === 'confirmed' ? { from: window.startsAt, to: window.endsAt } : null, zone: window?.zone ?? zone,
  madeOn: dayOf(now, zone), milestones: milestonesOf(plan, locale), turnTo: turnTo.map(({ name, email, phone }) => [name, email, ...(phone === null ? [] : [phone])].join(' · ')), createdAt: now,
})

/** Each task under the last milestone that is not after it; what is due before all of them, under the first. */
const milestonesOf = ({ milestones, tasks }: PlanPage, locale: Locale): PlanSheet['milestones'] => {
  const sorted = milestones.toSorted((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)))
  const under = (task: TaskLine): number => Math.max(0, sorted.findLastIndex(one => one.day <= task.due))
  const grouped = Map.groupBy(tasks, under)
  return sorted.map((one, n) => ({
    name: one.title[locale], day: one.day,
    tasks: (grouped.get(n) ?? []).map(task => ({ task: task.title[locale], owner: ownerText(task)[locale], due: task.due, reason: task.reason[locale], done: task.state !== 'open' })),
  }))
}

const titles = { en: (tenant: string) => `Plan for the move of ${tenant}`, ja: (tenant: string) => `${tenant} 移行計画` } as const
