import type { Event, Phase } from '#domain/event.ts'
import type { Finding } from '#domain/finding.ts'
import type { Leg, Stage, Verb } from '#domain/move.ts'

export type TableState = { readonly table: string; readonly planned: number; readonly bytes: number; readonly rows: number; readonly done: boolean }
export type PhaseState = { readonly phase: Phase; readonly beganAt: number; readonly ms?: number }

/** Everything the live view shows. Times in milliseconds since 1970. */
export type ViewState = {
  readonly move?: Extract<Event, { type: 'move' }>
  readonly stage?: Stage
  readonly leg: Leg
  readonly findings: readonly Finding[]
  readonly phases: readonly PhaseState[]
  readonly tables: ReadonlyMap<string, TableState>
  /** Of the last few seconds, for the rate: what had been copied when. */
  readonly samples: readonly { readonly at: number; readonly bytes: number }[]
  readonly built?: { readonly what: string; readonly done: number; readonly of: number }
  readonly verified?: { readonly done: number; readonly of: number; readonly rows: number }
  readonly differs: readonly Extract<Event, { type: 'differs' }>[]
  readonly follow?: Extract<Event, { type: 'follow' }>
  readonly forecast?: Extract<Event, { type: 'forecast' }>
  readonly health?: Extract<Event, { type: 'health' }>
  readonly freeze?: { readonly state: 'on' | 'ended' | 'thawed'; readonly beganAt: number; readonly ms: number; readonly steps: Readonly<Record<string, number>> }
  readonly pace?: Extract<Event, { type: 'pace' }>
  readonly waits?: { readonly for: readonly Verb[]; readonly why: string }
  readonly retry?: { readonly message: string; readonly at: number }
  readonly evidence?: { readonly file: string; readonly rows: number }
}

export const emptyState: ViewState = { leg: 'out', findings: [], phases: [], tables: new Map(), samples: [], differs: [] }

const sampleMs = 5_000

/** The state after one more event, heard at `at`. What has been copied never shrinks on the screen, unless a load began anew. */
export const reduce = (state: ViewState, event: Event, at: number): ViewState => {
  switch (event.type) {
    case 'move': return { ...state, move: event }
    case 'stage': return afterStage(state, event)
    case 'finding': return { ...state, findings: [...state.findings, event.finding] }
    case 'phase': return { ...state, phases: afterPhase(state.phases, event, at) }
    case 'plan': return { ...state, tables: new Map(event.tables.map(t => [t.table, state.tables.get(t.table) ?? { table: t.table, planned: t.bytes, bytes: 0, rows: 0, done: false }])) }
    case 'copied': return afterCopied(state, event, at)
    case 'built': return { ...state, built: event }
    case 'verified': return { ...state, verified: { done: event.done, of: event.of, rows: (event.done === 1 ? 0 : (state.verified?.rows ?? 0)) + event.rows } }
    case 'differs': return { ...state, differs: [...state.differs, event] }
    case 'follow': return { ...state, follow: event, leg: event.leg }
    case 'forecast': return { ...state, forecast: event }
    case 'health': return { ...state, health: event }
    case 'freeze': return { ...state, freeze: { state: event.state === 'began' ? 'on' : event.state, beganAt: event.state === 'began' ? at : (state.freeze?.beganAt ?? at), ms: event.ms, steps: event.steps ?? {} } }
    case 'pace': return { ...state, pace: event }
    case 'waits': return { ...state, waits: event }
    case 'retry': return { ...state, retry: { message: event.message, at } }
    case 'evidence': return { ...state, evidence: event }
    case 'rehearsed': return { ...state, forecast: { ...event, type: 'forecast' } }
    case 'outcome': return { ...state, stage: event.stage, leg: event.leg }
  }
}

/** What is still to be shown after a sentence was said under it all: what has ended stands above for good and is not drawn again. */
export const afterSaid = ({ stage, leg, phases, follow, health, pace, tables, samples }: ViewState): ViewState => ({
  ...emptyState, leg, tables, samples, phases: phases.filter(p => p.ms === undefined),
  ...(stage === undefined ? {} : { stage }), ...(follow === undefined ? {} : { follow }), ...(health === undefined ? {} : { health }), ...(pace === undefined ? {} : { pace }),
})

const afterStage = ({ waits: _, ...state }: ViewState, event: Extract<Event, { type: 'stage' }>): ViewState =>
  event.verb === 'turn-back' ? { ...state, stage: event.stage, leg: event.leg, phases: [], samples: [] } : { ...state, stage: event.stage, leg: event.leg }

const afterPhase = (phases: readonly PhaseState[], event: Extract<Event, { type: 'phase' }>, at: number): PhaseState[] => {
  const others = phases.filter(p => p.phase !== event.phase)
  if (event.state === 'begins') return [...others, { phase: event.phase, beganAt: at }]
  const began = phases.find(p => p.phase === event.phase)
  return [...others, { phase: event.phase, beganAt: began?.beganAt ?? at, ms: event.ms ?? 0 }]
}

const afterCopied = (state: ViewState, event: Extract<Event, { type: 'copied' }>, at: number): ViewState => {
  const was = state.tables.get(event.table)
  const tables = new Map(state.tables).set(event.table, { table: event.table, planned: was?.planned ?? event.bytes, bytes: event.bytes, rows: event.rows, done: event.done })
  const bytes = [...tables.values()].reduce((sum, t) => sum + t.bytes, 0)
  return { ...state, tables, samples: [...state.samples.filter(s => at - s.at < sampleMs), { at, bytes }] }
}
