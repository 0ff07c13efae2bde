import type { Phase } from '#domain/event.ts'
import { counted, showDuration, showSize } from '#lib/quantity.ts'
import { visible } from '#lib/visible.ts'
import { findingLines } from './finding.ts'
import type { TableState, ViewState } from './state.ts'
import { columns, cut, pad, wrap } from './text.ts'

/** Tables with a bar of their own; the others share a line. */
const mostBars = 6
const names: Readonly<Record<Phase, string>> = {
  preflight: 'Look for what stands in the way', anchor: 'Take a picture of the source', schema: 'Make the schema', copy: 'Copy and build', indexes: 'Check foreign keys', 'catch-up': 'Catch up',
  arm: 'Prepare the fence', verify: 'Prove every row', freeze: 'Freeze, prove, switch', settle: 'Settle', 'clean-up': 'Clean up',
}

/** The screen of a running move, at most `width` columns wide. Pure: the same state is the same lines. */
export const render = (state: ViewState, width: number, now: number): string[] => [
  ...head(state, width),
  ...state.findings.filter(f => f.level !== 'note').flatMap(f => findingLines(f, width)),
  ...state.phases.flatMap(p => [phaseLine(state, p, now), ...(p.ms === undefined ? detail(state, p.phase, width, now) : [])]),
  ...state.differs.slice(0, 10).map(d => `  ✗ ${d.how} ${visible(d.table)} key ${visible(d.key)}`),
  ...foot(state, width, now),
].map(line => cut(line, width))

const head = ({ move }: ViewState, width: number): string[] =>
  move === undefined ? [] : [...wrap(`${move.resumed ? 'Going on with the move' : 'Moving'} ${visible(move.tenant)}  (${move.move})`, width), cut(`  from ${visible(move.source)}`, width), cut(`  to   ${visible(move.target)}`, width), '']

const phaseLine = (state: ViewState, { phase, beganAt, ms }: ViewState['phases'][number], now: number): string => {
  const time = ms === undefined ? (now - beganAt >= 1_000 ? showDuration(Math.floor((now - beganAt) / 1000) * 1000) : '') : showDuration(ms)
  return `${ms === undefined ? '▸' : '✓'} ${pad(names[phase], 34)} ${ms === undefined ? time : `${pad(time, 9)} ${summary(state, phase)}`.trimEnd()}`
}

/** What a finished phase came to. */
const summary = (state: ViewState, phase: Phase): string => {
  if (phase === 'copy') return `${showSize(total(state))} in ${counted(state.tables.size, 'table')}`
  if (phase === 'verify' && state.verified !== undefined) return `${counted(state.verified.rows, 'row')} equal on both sides`
  if (phase === 'freeze' && state.freeze?.state === 'ended') return `frozen for ${showDuration(state.freeze.ms)}`
  return ''
}

const detail = (state: ViewState, phase: Phase, width: number, now: number): string[] => {
  if (phase === 'copy') return copyLines(state, width, now)
  if (phase === 'verify' && state.verified !== undefined) return [`  ${bar(state.verified.done / state.verified.of, 20)} ${state.verified.done} of ${counted(state.verified.of, 'table')}, ${counted(state.verified.rows, 'row')}`]
  if (phase === 'freeze' && state.freeze?.state === 'on') return [`  frozen for ${showDuration(now - state.freeze.beganAt)} of at most ${showDuration(state.forecast?.budgetMs ?? 0)}`]
  return []
}

const copyLines = (state: ViewState, width: number, now: number): string[] => {
  const tables = [...state.tables.values()]
  const open = tables.filter(t => !t.done && t.bytes > 0).sort((a, b) => b.planned - a.planned).slice(0, mostBars)
  const planned = tables.reduce((sum, t) => sum + (t.done ? t.bytes : Math.max(t.planned, t.bytes)), 0)
  const done = total(state)
  const rate = rateOf(state, now)
  const left = rate > 0 ? `, about ${showDuration(((planned - done) / rate) * 1000)} left` : ''
  return [
    `  ${bar(tables.every(t => t.done) ? 1 : Math.min(0.99, planned === 0 ? 0 : done / planned), 20)} ${showSize(done)} of about ${showSize(planned)}${rate > 0 ? `, ${showSize(rate)}/s` : ''}${done < planned ? left : ''}`,
    ...open.map(t => tableLine(t, width)),
    `  ${tables.filter(t => t.done).length} of ${tables.length} tables are in${state.built === undefined ? '' : `, ${state.built.done} of ${state.built.of} keys, indexes and constraints built`}`,
  ]
}

const tableLine = (t: TableState, width: number): string => {
  const label = Math.max(10, Math.min(34, width - 46))
  return `    ${pad(cut(visible(t.table), label), label)} ${bar(t.planned === 0 ? 0 : Math.min(1, t.bytes / t.planned), 10)} ${showSize(t.bytes)} of about ${showSize(Math.max(t.planned, t.bytes))}`
}

const total = (state: ViewState): number => [...state.tables.values()].reduce((sum, t) => sum + t.bytes, 0)

const rateOf = ({ samples }: ViewState, now: number): number => {
  const [first] = samples
  const last = samples.at(-1)
  return first === undefined || last === undefined || now - first.at < 500 ? 0 : ((last.bytes - first.bytes) / (now - first.at)) * 1000
}

const bar = (share: number, width: number): string => {
  const full = Math.max(0, Math.min(width, Math.floor(share * width)))
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`
}

const foot = (state: ViewState, width: number, now: number): string[] => {
  const lines: string[] = []
  const { follow, health, forecast, freeze, evidence, waits, pace, retry, stage } = state
  const isOver = stage === 'settled' || stage === 'cancelled'
  if (follow !== undefined && !isOver) lines.push(`  ${state.leg === 'back' ? 'way back' : 'following'}: ${follow.lagMs < 5 ? 'nothing is behind' : `${showDuration(follow.lagMs)} behind`}, ${counted(follow.changesPerSecond, 'change')}/s, ${follow.changes.toLocaleString('en-GB')} in all`)
  if (health !== undefined && !isOver && health.retainedBytes > 64e6) lines.push(`  the source keeps ${showSize(health.retainedBytes)} of its log for us`)
  if (forecast !== undefined && freeze === undefined) lines.push(`  a freeze now would take ${showDuration(forecast.p50Ms)}, at most ${showDuration(forecast.p95Ms)} (most of it: ${forecast.dominant}); ${showDuration(forecast.budgetMs)} are allowed`)
  if (pace?.paused === true) lines.push('  paused: rehome resume')
  else if (pace !== undefined && !isOver && pace.reason !== 'a person asked') lines.push(`  ${counted(pace.jobs, 'job')}: ${pace.reason}`)
  if (retry !== undefined && now - retry.at < 10_000) lines.push(...wrap(`  ! ${visible(retry.message, 300)} Trying again.`, width, '    '))
  if (evidence !== undefined) lines.push(...wrap(`  evidence: ${visible(evidence.file)}`, width, '    '))
  if (waits !== undefined) lines.push('', ...wrap(`${waits.why}:`, width), ...waits.for.map(verb => `  rehome ${verb === 'freeze' ? 'cutover' : verb}`))
  return lines.length === 0 ? [] : ['', ...lines]
}

export const widest = (lines: readonly string[]): number => Math.max(0, ...lines.map(columns))
