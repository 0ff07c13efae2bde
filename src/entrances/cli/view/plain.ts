import { counted, showDuration, showSize } from '#lib/quantity.ts'
import { visible } from '#lib/visible.ts'
import type { Told } from '../services.ts'
import { findingLines } from './finding.ts'

/** What a log keeps of an event: a sentence, or nothing for what comes several times a second. */
export const plainLines = (event: Told): string[] => {
  switch (event.type) {
    case 'move': return [`${event.resumed ? 'going on with' : 'moving'} ${visible(event.tenant)} (${event.move}) from ${visible(event.source)} to ${visible(event.target)}${event.cold ? ', cold' : ''}`]
    case 'stage': return [`${event.leg === 'back' ? 'way back: ' : ''}${event.stage}`]
    case 'phase': return event.state === 'begins' ? [`${event.phase} begins`] : [`${event.phase} took ${showDuration(event.ms ?? 0)}`]
    case 'finding': return findingLines(event.finding, 160)
    case 'plan': return [`${counted(event.tables.length, 'table')}, about ${showSize(event.tables.reduce((sum, t) => sum + t.bytes, 0))}`]
    case 'copied': return event.done ? [`copied ${visible(event.table)}: ${counted(event.rows, 'row')}, ${showSize(event.bytes)}`] : []
    case 'verified': return event.equal ? [] : [`${visible(event.table)} differs`]
    case 'differs': return [`${event.how}: ${visible(event.table)} key ${visible(event.key)}${event.columns === undefined ? '' : ` in ${event.columns.map(c => visible(c)).join(', ')}`}`]
    case 'forecast': return [`a freeze now would take ${showDuration(event.p50Ms)}, at most ${showDuration(event.p95Ms)}, most of it ${event.dominant}; ${showDuration(event.budgetMs)} are allowed`]
    case 'freeze': return event.state === 'began' ? [] : [event.state === 'ended' ? `frozen for ${showDuration(event.ms)}` : 'thawed: the home that served serves on']
    case 'pace': return [event.paused ? 'paused' : `${counted(event.jobs, 'job')}${event.bytesPerSecond === undefined || event.bytesPerSecond === 0 ? '' : `, ${showSize(event.bytesPerSecond)}/s at most`}: ${event.reason}`]
    case 'waits': return [`${event.why}: ${event.for.map(verb => `rehome ${verb === 'freeze' ? 'cutover' : verb}`).join(' or ')}`]
    case 'retry': return [`${visible(event.message, 500)} Trying again in ${showDuration(event.inMs)}.`]
    case 'evidence': return [`evidence of ${counted(event.rows, 'row')}: ${visible(event.file)}`]
    case 'rehearsed': return [`rehearsed: ${counted(event.rows, 'row')} of ${counted(event.tables, 'table')} verified in ${showDuration(event.ms)}; a freeze would take ${showDuration(event.p50Ms)}, at most ${showDuration(event.p95Ms)}`]
    case 'outcome': return [`the move is ${event.stage}`]
    case 'built': case 'follow': case 'health': return []
  }
}

/** Events that come for each of thousands of tables, and forecasts, are told at most so often. */
const atMostEveryMs = { copied: 1_000, forecast: 30_000 } as const

/** Timestamped lines, few enough to be read. */
export const plainWriter = (write: (text: string) => void) => {
  let copiedAt = 0
  let forecastAt = 0
  let held = 0
  return (event: Told): void => {
    if (event.type === 'copied' && event.done) {
      if (Date.parse(event.at) - copiedAt < atMostEveryMs.copied) { held++; return }
      copiedAt = Date.parse(event.at)
    }
    if (event.type === 'forecast') {
      if (Date.parse(event.at) - forecastAt < atMostEveryMs.forecast) return
      forecastAt = Date.parse(event.at)
    }
    if (event.type === 'phase' && event.state === 'ends' && held > 0) {
      write(`${event.at.slice(11, 19)}Z copied ${held} more\n`)
      held = 0
    }
    const stamp = `${event.at.slice(11, 19)}Z`
    for (const line of plainLines(event)) write(`${stamp} ${line}${event.type === 'copied' && held > 0 ? `, and ${held} more` : ''}\n`)
    if (event.type === 'copied') held = 0
  }
}
