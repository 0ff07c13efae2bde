import { placesIn } from './reason.ts'
import { locales, type Text } from './locale.ts'
import { offsetOf, ownerName, untold, type At, type Occasion, type Playbook, type PlaybookTask } from './playbook.ts'
import { fitsFact } from './profile.ts'
import { cutoversOf, isShared } from './share.ts'

/** A place in a playbook, as keys and indices from its root, and what is wrong there. */
export type Problem = { readonly path: readonly (string | number)[]; readonly says: string }

/** Names that exist although their elements could not be read, so that one mistake is not reported at every mention. */
export type AlsoThere = Readonly<Partial<Record<'people' | 'facts' | 'milestones' | 'tasks' | 'gates' | 'environments' | 'checklists', readonly string[]>>>

/** What is wrong with a playbook whose shape is right: names that are missing or there twice, days that contradict each other, rings. Conditions are judged elsewhere. In the order of the sections. */
export const problemsOf = (playbook: Playbook, there: AlsoThere = {}): Problem[] => [
  ...emptyIn(playbook, there), ...twiceIn(playbook), ...ofFacts(playbook), ...ofDays(playbook, there), ...ofNames(playbook, there), ...ofTexts(playbook, there), ...ofEnvironments(playbook), ...ofOrder(playbook), ...ofGates(playbook), ...ofMessages(playbook), ...ofScopes(playbook),
]

const named = ['facts', 'milestones', 'environments', 'offers', 'calls', 'tasks', 'gates', 'messages', 'checklists', 'signOffs'] as const
type Named = (typeof named)[number]

const namesOf = (playbook: Playbook, section: Named): readonly string[] => (section === 'facts' ? playbook.facts.map(fact => fact.name) : playbook[section].map(one => one.key))

/** Without these nothing could be planned, or nobody asked. */
const emptyIn = (playbook: Playbook, there: AlsoThere): Problem[] =>
  (['people', 'milestones', 'environments', 'tasks'] as const).flatMap(section => (playbook[section].length > 0 || (there[section]?.length ?? 0) > 0 ? [] : [{ path: [section], says: 'there is none; at least one is needed' }]))

const twiceIn = (playbook: Playbook): Problem[] =>
  named.flatMap(section => {
    const names = namesOf(playbook, section)
    return names.flatMap((name, n) => (names.indexOf(name) === n ? [] : [{ path: [section, n, section === 'facts' ? 'name' : 'key'], says: `“${name}” is there twice` }]))
  })

const ofFacts = ({ facts }: Playbook): Problem[] =>
  facts.flatMap((fact, n): Problem[] => [
    ...(fact.default !== null && !fitsFact(fact, fact.default) ? [{ path: ['facts', n, 'default'], says: `is no ${fact.type} value` }] : []),
    ...((fact.type === 'choice') === (fact.choices.length > 0) ? [] : [{ path: ['facts', n, 'choices'], says: fact.type === 'choice' ? 'a choice needs choices' : `a fact of type ${fact.type} has no choices` }]),
    ...((fact.question === null) === (fact.asked === null) ? [] : [{ path: ['facts', n], says: fact.question === null ? 'somebody is asked, but there is no question' : 'there is a question, but nobody is asked' }]),
    ...(fact.question === null && fact.measured === null && fact.default === null ? [{ path: ['facts', n], says: 'nobody is asked, nothing measures it and there is no default: it would stay open for ever' }] : []),
  ])

/** Every place where a day stands. */
const daysOf = (playbook: Playbook): { readonly path: (string | number)[]; readonly at: At }[] => [
  ...(['environments', 'calls', 'tasks', 'gates', 'signOffs'] as const).flatMap(section => playbook[section].map((one, n) => ({ path: [section, n, 'at'], at: one.at }))),
  ...playbook.messages.flatMap((message, n) => (message.at === null ? [] : [{ path: ['messages', n, 'at'], at: message.at }])),
  ...playbook.checkIns.flatMap((one, n) => [{ path: ['checkIns', n, 'from'], at: one.from }, { path: ['checkIns', n, 'to'], at: one.to }]),
]

const ofDays = (playbook: Playbook, there: AlsoThere): Problem[] =>
  daysOf(playbook).flatMap(({ path, at }) => (offsetOf(playbook, at) !== undefined || there.milestones?.includes(at) === true ? [] : [{ path, says: `there is no milestone “${at}”; there are ${playbook.milestones.map(one => one.key).join(', ') || 'none'}, and days such as T-30` }]))

/** Every mention of something else in the playbook. */
const mentionsOf = (playbook: Playbook): { readonly path: (string | number)[]; readonly section: keyof typeof singular; readonly name: string | null | undefined }[] => [
  ...playbook.tasks.flatMap((task, n) => [
    ...task.depends.map((name, m) => ({ path: ['tasks', n, 'depends', m], section: 'tasks' as const, name })),
    { path: ['tasks', n, 'gate'], section: 'gates' as const, name: task.gate },
    { path: ['tasks', n, 'each'], section: 'facts' as const, name: task.each },
    { path: ['tasks', n, 'checklist'], section: 'checklists' as const, name: task.checklist },
    { path: ['tasks', n, 'environment'], section: 'environments' as const, name: task.environment },
  ]),
  ...playbook.gates.flatMap((gate, n) => [
    { path: ['gates', n, 'opens'], section: 'environments' as const, name: gate.opens },
    ...gate.conditions.flatMap((condition, m) => [
      { path: ['gates', n, 'conditions', m, 'task'], section: 'tasks' as const, name: condition.task },
      { path: ['gates', n, 'conditions', m, 'signedOff'], section: 'environments' as const, name: condition.signedOff },
    ]),
  ]),
  ...playbook.signOffs.flatMap((one, n) => [
    { path: ['signOffs', n, 'checklist'], section: 'checklists' as const, name: one.checklist },
    { path: ['signOffs', n, 'environment'], section: 'environments' as const, name: one.environment },
  ]),
  ...playbook.environments.map((one, n) => ({ path: ['environments', n, 'after'], section: 'environments' as const, name: one.after })),
]

const singular = { tasks: 'task', gates: 'gate', facts: 'fact', checklists: 'checklist', environments: 'environment', milestones: 'milestone' } as const

const ofNames = (playbook: Playbook, there: AlsoThere): Problem[] => [
  ...mentionsOf(playbook).flatMap(({ path, section, name }) =>
    name === null || name === undefined || namesOf(playbook, section).includes(name) || there[section]?.includes(name) === true ? [] : [{ path, says: `there is no ${singular[section]} “${name}”` }]),
  ...playbook.tasks.flatMap((task, n) => {
    const list = playbook.facts.find(fact => fact.name === task.each)
    return list === undefined || list.type === 'list' ? [] : [{ path: ['tasks', n, 'each'], says: `“${list.name}” is no list but of type ${list.type}` }]
  }),
]

/** The reasons are there where there is a condition; the places in a task's texts are the same in every language, each a fact that decides it. */
const ofTexts = (playbook: Playbook, there: AlsoThere): Problem[] =>
  playbook.tasks.flatMap((task, n): Problem[] => [
    ...(task.when !== null && task.because === null ? [{ path: ['tasks', n, 'when'], says: 'a task with a condition says why it applies: because is missing' }] : []),
    ...(['title', 'instructions', 'because'] as const).flatMap(part => {
      const text = task[part]
      return text === null ? [] : ofPlaces(playbook, there, task, text).map(says => ({ path: ['tasks', n, part], says }))
    }),
  ])

const ofPlaces = (playbook: Playbook, there: AlsoThere, task: PlaybookTask, text: Text): string[] => {
  const places = placesOf(text)
  const names = [...namesOf(playbook, 'facts'), ...(there.facts ?? [])]
  return places.flatMap(name => {
    if (locales.some(locale => !placesIn(text[locale]).includes(name))) return [`{${name}} stands in one language only`]
    if (name === 'item') return task.each === null ? ['{item} needs each'] : []
    if (!names.includes(name)) return [`there is no fact “${name}”`]
    return task.each === name || new Set<string>(task.when?.match(/\w+/g)).has(name) ? [] : [`{${name}} has no value here: the task’s condition does not ask for it`]
  })
}

const placesOf = (text: Text): string[] => [...new Set(locales.flatMap(locale => placesIn(text[locale])))]

/** One after the other, each when the one before it has been tested; no ring, since days rise. */
const ofEnvironments = (playbook: Playbook): Problem[] =>
  playbook.environments.flatMap((one, n) => {
    const before = playbook.environments.find(other => other.key === one.after)
    const [from, at] = [before === undefined ? undefined : offsetOf(playbook, before.at), offsetOf(playbook, one.at)]
    if (before === undefined || from === undefined || at === undefined) return []
    return at >= from + Math.max(1, before.testingDays) ? [] : [{ path: ['environments', n, 'at'], says: `${one.key} would start before ${before.key} has been tested for ${before.testingDays} days` }]
  })

/** Tasks wait for tasks and gates, gates for tasks: none in a ring, none due before what it waits for. */
const ofOrder = (playbook: Playbook): Problem[] => {
  const gates = new Map(playbook.gates.map(gate => [gate.key, gate.conditions.flatMap(condition => condition.task ?? [])]))
  const byKey = new Map(playbook.tasks.map((task, n) => [task.key, { task, n }]))
  const found: Problem[] = []
  const done = new Set<string>()
  const visit = (key: string, path: readonly string[]): void => {
    const at = byKey.get(key)
    if (at === undefined) return
    if (path.includes(key)) found.push({ path: ['tasks', at.n, 'depends'], says: `waits for itself: ${[...path.slice(path.indexOf(key)), key].join(' → ')}` })
    if (path.includes(key) || done.has(key)) return
    for (const other of [...at.task.depends, ...(gates.get(at.task.gate ?? '') ?? [])]) visit(other, [...path, key])
    done.add(key)
  }
  for (const key of byKey.keys()) visit(key, [])
  return [...found, ...playbook.tasks.flatMap((task, n) => tooEarly(playbook, task, n))]
}

const tooEarly = (playbook: Playbook, task: PlaybookTask, n: number): Problem[] => {
  const at = offsetOf(playbook, task.at)
  const isLater = (other: { readonly at: At } | undefined): boolean => at !== undefined && other !== undefined && (offsetOf(playbook, other.at) ?? at) > at
  return [
    ...task.depends.flatMap((key, m) => (isLater(playbook.tasks.find(one => one.key === key)) ? [{ path: ['tasks', n, 'depends', m], says: `is due before “${key}”, which it waits for` }] : [])),
    ...(isLater(playbook.gates.find(one => one.key === task.gate)) ? [{ path: ['tasks', n, 'gate'], says: `is due before the gate “${task.gate}”, which it waits for` }] : []),
  ]
}

const ofGates = (playbook: Playbook): Problem[] =>
  playbook.gates.flatMap((gate, n) =>
    gate.conditions.flatMap((condition, m) => {
      const [task, at] = [playbook.tasks.find(one => one.key === condition.task), offsetOf(playbook, gate.at)]
      return task !== undefined && at !== undefined && (offsetOf(playbook, task.at) ?? at) > at ? [{ path: ['gates', n, 'conditions', m, 'task'], says: `“${task.key}” is due after the gate is decided` }] : []
    }))

const ofMessages = (playbook: Playbook): Problem[] => [
  ...playbook.messages.flatMap((message, n) => ((message.on === null) === (message.at === null) ? [{ path: ['messages', n], says: 'goes out either on an event or at a day' }] : [])),
  ...playbook.messages.flatMap((message, n) => ((message.body === null) === isLetter(message.on) ? [] : [{ path: ['messages', n], says: message.body === null ? 'there is no letter for it: its body is missing' : 'there is a letter for it, which needs no body' }])),
  ...playbook.checkIns.flatMap((one, n) => ((offsetOf(playbook, one.from) ?? 0) > (offsetOf(playbook, one.to) ?? 0) ? [{ path: ['checkIns', n, 'to'], says: 'ends before it begins' }] : [])),
  ...playbook.escalation.flatMap((one, n) => (one.level === n + 1 && one.afterDays >= (playbook.escalation[n - 1]?.afterDays ?? 0) ? [] : [{ path: ['escalation', n], says: 'levels rise from 1 by one, and their days with them' }])),
  ...playbook.checklists.flatMap((one, n) => (usesOf(playbook, one.key) ? [] : [{ path: ['checklists', n, 'key'], says: `no task or sign-off uses “${one.key}”, which is for ${ownerName(one.for)}` }])),
]

/** What is of the customer is of no environment; and a day between the first cutover and the last one is counted from one of them. */
const ofScopes = (playbook: Playbook): Problem[] => {
  const all = [
    ...playbook.tasks.map((one, n) => ({ path: ['tasks', n], ...one })), ...playbook.gates.map((one, n) => ({ path: ['gates', n], ...one, environment: one.opens })),
    ...playbook.milestones.map((one, n) => ({ path: ['milestones', n], environment: null, ...one })), ...playbook.calls.map((one, n) => ({ path: ['calls', n], ...one, environment: null })),
    ...playbook.messages.map((one, n) => ({ path: ['messages', n], ...one, environment: null })), ...playbook.facts.map((one, n) => ({ path: ['facts', n], scope: one.scope, environment: null, at: null })),
    ...playbook.checkIns.flatMap((one, n) => [one.from, one.to].map(at => ({ path: ['checkIns', n], scope: one.scope, environment: null, at }))),
  ]
  const { first, last } = cutoversOf(playbook)
  const isBetween = (at: At | null): boolean => at !== null && (offsetOf(playbook, at) ?? first) > first && (offsetOf(playbook, at) ?? last) < last
  return all.flatMap(({ path, scope, environment, at }): Problem[] => {
    if (scope === 'customer' && environment !== null) return [{ path: [...path, 'scope'], says: `is of ${environment} and cannot be of the customer` }]
    if (scope === 'customer' && playbook.environments.length === 1) return [{ path: [...path, 'scope'], says: 'there is only one environment, so that everything is of the customer' }]
    return isShared(playbook) && scope !== 'customer' && environment === null && isBetween(at) ? [{ path, says: 'is due between the first cutover and the last: it needs its environment, or scope: customer' }] : []
  })
}

const isLetter = (occasion: Occasion | null): boolean => occasion !== null && !untold.some(one => one === occasion)

const usesOf = ({ tasks, signOffs }: Playbook, key: string): boolean => [...tasks, ...signOffs].some(one => one.checklist === key)
