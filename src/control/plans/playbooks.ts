import type { NoAccess } from '#domain/access.ts'
import { checks } from '#domain/checks.ts'
import { type Locale, type Text } from '#domain/locale.ts'
import { offsetOf, ownerName, type Owner, type Playbook, whyNotTaken, type PlaybookRefused } from '#domain/playbook.ts'
import { barred, type Desk, type Glance, vendorOf } from '../ground/desk.ts'
import type { PlaybookMissing } from './plan-rows.ts'

export type NoSuchPlaybook = { readonly refused: 'no-such-playbook'; readonly playbook: string; readonly known: readonly string[] }

/** The latest version of a playbook, which new moves take. */
export const latestPlaybook = ({ world }: Desk | Glance, key: string): Playbook | NoSuchPlaybook => {
  const latest = world.playbooks.latest()
  return latest.find(one => one.key === key) ?? { refused: 'no-such-playbook', playbook: key, known: latest.map(one => one.key) }
}

/** The same, for something new: a deprecated one names its successor instead. */
export const playbookToTake = (at: Desk | Glance, key: string): Playbook | NoSuchPlaybook | PlaybookRefused => {
  const found = latestPlaybook(at, key)
  return 'refused' in found ? found : whyNotTaken(found) ?? found
}

const summaryOf = ({ world }: Glance, { key, version, case: of, title, summary, deprecated }: Playbook) => ({ key, version, versions: world.playbooks.versionsOf(key), case: of, title, summary, deprecated })
export type PlaybookSummary = ReturnType<typeof summaryOf>

export const listPlaybooks = async (glance: Glance): Promise<{ items: PlaybookSummary[] } | NoAccess> => {
  const why = await whyNotRead(glance)
  return why ?? { items: glance.world.playbooks.latest().map(playbook => summaryOf(glance, playbook)) }
}

/** A playbook to be read by people, in one language: the vendor's unless another is asked for. */
export const readPlaybook = async (glance: Glance, { playbook: key, version, locale }: { readonly playbook: string; readonly version?: number; readonly locale?: Locale }): Promise<PlaybookView | NoAccess | NoSuchPlaybook | PlaybookMissing> => {
  const why = await whyNotRead(glance)
  if (why !== undefined) return why
  const latest = latestPlaybook(glance, key)
  if ('refused' in latest) return latest
  const found = version === undefined ? latest : glance.world.playbooks.find({ key, version })
  if (found === undefined) return { refused: 'playbook-missing', playbook: key, version: version ?? latest.version }
  const vendor = vendorOf(glance)
  const spoken = locale ?? (vendor === undefined ? undefined : (await glance.view.get('vendor', vendor))?.locale) ?? 'en'
  return viewOf(glance, found, spoken)
}

const whyNotRead = async (glance: Glance): Promise<NoAccess | undefined> => {
  const vendor = vendorOf(glance)
  return vendor === undefined ? { refused: 'not-found' } : await barred(glance, 'playbook.read', { vendor })
}

/** Everything in the order in which it happens; days counted from T-0. */
const viewOf = (glance: Glance, playbook: Playbook, locale: Locale) => {
  const say = (text: Text): string => text[locale]
  const orNone = (text: Text | null): string | null => (text === null ? null : say(text))
  const days = (at: string): number => offsetOf(playbook, at) ?? 0
  const names = (owners: readonly Owner[]): string[] => owners.map(ownerName)
  const byDay = <T extends { readonly day: number }>(all: readonly T[]): T[] => all.toSorted((a, b) => a.day - b.day)
  const { key, version, versions, case: of, deprecated } = summaryOf(glance, playbook)
  return {
    key, version, versions, case: of, locale, title: say(playbook.title), summary: say(playbook.summary), deprecated: deprecated === null ? null : { ...deprecated, because: say(deprecated.because) },
    facts: playbook.facts.map(fact => ({ name: fact.name, title: say(fact.title), type: fact.type, question: orNone(fact.question), asked: fact.asked === null ? null : ownerName(fact.asked), measured: fact.measured, choices: fact.choices.map(({ value, title }) => ({ value, title: say(title) })) })),
    changes: playbook.changes.map(change => ({ title: say(change.title), when: change.when })),
    milestones: byDay(playbook.milestones.map(one => ({ key: one.key, title: say(one.title), day: days(one.at) }))),
    environments: byDay(playbook.environments.map(one => ({ key: one.key, title: say(one.title), day: days(one.at), testingDays: one.testingDays, after: one.after }))),
    calls: byDay(playbook.calls.map(call => ({ key: call.key, title: say(call.title), day: days(call.at), minutes: call.minutes, with: names(call.with), agenda: call.agenda.map(say) }))),
    tasks: byDay(playbook.tasks.map(task => ({
      key: task.key, title: say(task.title), instructions: say(task.instructions), owner: ownerName(task.owner), day: days(task.at), when: task.when, because: orNone(task.because), each: task.each, depends: task.depends, gate: task.gate,
      seenBySystem: task.check === null ? null : say(checks[task.check]), form: task.form.map(field => say(field.title)), environment: task.environment, requirement: task.requirement,
    }))),
    gates: byDay(playbook.gates.map(gate => ({
      key: gate.key, title: say(gate.title), day: days(gate.at), decides: ownerName(gate.decides), override: names(gate.override),
      conditions: gate.conditions.map(({ task, check, signedOff, firm }) => ({ says: check !== undefined ? say(checks[check]) : say(playbook.tasks.find(one => one.key === task)?.title ?? playbook.environments.find(one => one.key === signedOff)?.title ?? playbook.title), firm })),
    }))),
    messages: playbook.messages.map(message => ({ key: message.key, title: say(message.title), on: message.on, day: message.at === null ? null : days(message.at), to: names(message.to), when: message.when })),
    checklists: playbook.checklists.map(list => ({ key: list.key, title: say(list.title), for: ownerName(list.for), items: list.items.map(item => say(item.title)) })),
    signOffs: byDay(playbook.signOffs.map(one => ({ key: one.key, title: say(one.title), by: ownerName(one.by), day: days(one.at), environment: one.environment }))),
    escalation: playbook.escalation.map(one => ({ level: one.level, afterDays: one.afterDays, to: names(one.to), title: say(one.title) })),
    faq: playbook.faq.map(one => ({ question: say(one.question), answer: say(one.answer) })),
  }
}
export type PlaybookView = ReturnType<typeof viewOf>
