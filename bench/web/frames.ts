/** What of an event of Chromium's trace is looked at. */
type TraceEvent = { readonly name: string; readonly ph: string; readonly pid: number; readonly tid: number; readonly ts: number; readonly tdur?: number; readonly args?: { readonly frame_reporter?: Reporter; readonly chrome_frame_reporter?: Reporter; readonly data?: { readonly message?: string } } }
type Reporter = { readonly frame_sequence: number; readonly frame_source: number; readonly state: string; readonly has_missing_content?: boolean; readonly checkerboarded_needs_raster?: boolean }

/**
 * Of the frames in which the page's compositor had something new to show (by `PipelineReporter`, Chromium's own account of each frame, from which its figures of smoothness are made): how many there were, how many were
 * never presented, how many were presented scrolled but without the page's latest rows, and how many with a part that was not drawn yet. `computedMs`: what the page's own thread computed for each frame that it made, by
 * the processor's time: how busy the machine is besides does not count.
 */
export type Frames = { readonly wanted: number; readonly dropped: number; readonly partial: number; readonly checkered: number; readonly seconds: number; readonly longestRun: number; readonly computedMs: number }

export const categories = ['-*', 'cc', 'benchmark', 'input', 'blink.user_timing', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'disabled-by-default-devtools.timeline.frame']

/** Counts between two marks (`performance.mark`) of the page. A frame may have several accounts, of the main thread and of the compositor: shown by one, it was shown. */
export const framesIn = (trace: string, from: string, to: string): Frames => {
  const { traceEvents } = JSON.parse(trace) as { readonly traceEvents: readonly TraceEvent[] }
  const [begin, end] = [from, to].map(mark => traceEvents.find(({ name, ph }) => name === mark && (ph === 'I' || ph === 'R' || ph === 'i')))
  if (begin === undefined || end === undefined) throw new Error('the trace lacks the marks of the page')
  const bySequence = new Map<string, Reporter[]>()
  for (const event of traceEvents) {
    const told = event.args?.frame_reporter ?? event.args?.chrome_frame_reporter
    if (event.name !== 'PipelineReporter' || event.ph !== 'b' || told === undefined || event.pid !== begin.pid || event.ts < begin.ts || event.ts > end.ts) continue
    const key = `${told.frame_source}:${told.frame_sequence}`
    bySequence.set(key, [...bySequence.get(key) ?? [], told])
  }
  const all = [...bySequence.values()].map(outcomeOf).filter(outcome => outcome !== 'nothing new')
  const count = (outcome: Outcome): number => all.filter(one => one === outcome).length
  let [run, longestRun] = [0, 0]
  for (const outcome of all) longestRun = Math.max(longestRun, run = outcome === 'dropped' ? run + 1 : 0)
  const own = traceEvents.filter(({ pid, tid, ts }) => pid === begin.pid && tid === begin.tid && ts >= begin.ts && ts <= end.ts)
  const computedMs = own.filter(({ name }) => name === 'RunTask').reduce((sum, { tdur = 0 }) => sum + tdur / 1_000, 0) / Math.max(1, own.filter(({ name, ph }) => name === 'ProxyMain::BeginMainFrame' && ph === 'X').length)
  const checkered = [...bySequence.values()].filter(told => told.some(one => one.has_missing_content === true || one.checkerboarded_needs_raster === true)).length
  return { wanted: all.length, dropped: count('dropped'), partial: count('partial'), checkered, seconds: (end.ts - begin.ts) / 1e6, longestRun, computedMs }
}

type Outcome = 'whole' | 'partial' | 'dropped' | 'nothing new'
const outcomeOf = (told: readonly Reporter[]): Outcome => {
  const is = (state: string): boolean => told.some(one => one.state === state)
  return is('STATE_PRESENTED_ALL') ? 'whole' : is('STATE_PRESENTED_PARTIAL') ? 'partial' : is('STATE_DROPPED') ? 'dropped' : 'nothing new'
}
