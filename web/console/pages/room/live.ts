import { useEffect, useState } from 'react'
import type { MoveStage } from '../../stage-words.ts'
import { nothingSeen, type Report, type Seen, seenAfter } from './seen.ts'

export type Standing = { readonly stage: MoveStage; readonly leg: 'out' | 'back' }
/** `connection`: `ended` when control says that there is no more for this person. `heardAt`: when anything came last, by this machine's clock. */
export type Live = { readonly seen: Seen; readonly standing: Standing | null; readonly connection: 'connecting' | 'open' | 'lost' | 'ended'; readonly heardAt: number | null }

/** How often what came is shown: reports come many a second, and nobody reads faster. */
const showEveryMs = 250
const longestPauseMs = 10_000

/**
 * A move as it goes on. The browser takes up a stream that was cut off by itself, with the place where it was; what a browser gives up on (a server that answers, but not with a
 * stream) is tried again here, from the same place. So nothing is seen twice and nothing is left out, whatever restarts in between. `from`: the order to begin with; null: the newest.
 */
export const useLive = (move: string, from: string | null, when: boolean): Live => {
  const [live, show] = useState<Live>({ seen: nothingSeen, standing: null, connection: 'connecting', heardAt: null })
  useEffect(() => {
    if (!when) return undefined
    const at: { live: Live; waiting: Report[]; place: string | null; source: EventSource | undefined; again: ReturnType<typeof setTimeout> | undefined; pauseMs: number } =
      { live: { seen: nothingSeen, standing: null, connection: 'connecting', heardAt: null }, waiting: [], place: from === null ? null : `${from}:0`, source: undefined, again: undefined, pauseMs: 500 }
    const tell = (change: Partial<Live>): void => { at.live = { ...at.live, ...change } }
    const open = (): void => {
      const source = new EventSource(`/api/moves/${move}/live${at.place === null ? '' : `?after=${encodeURIComponent(at.place)}`}`)
      at.source = source
      source.addEventListener('open', () => { at.pauseMs = 500; tell({ connection: 'open', heardAt: Date.now() }) })
      source.addEventListener('standing', event => { tell({ standing: JSON.parse(event.data as string) as Standing, connection: 'open', heardAt: Date.now() }) })
      source.addEventListener('report', event => {
        const { at: when, type, ...says } = JSON.parse(event.data as string) as { at: number; type: string }
        at.place = event.lastEventId
        at.waiting.push({ id: event.lastEventId, at: when, type, says })
        tell({ connection: 'open', heardAt: Date.now() })
      })
      source.addEventListener('heard', () => { tell({ connection: 'open', heardAt: Date.now() }) })
      source.addEventListener('end', () => { source.close(); tell({ connection: 'ended' }) })
      source.addEventListener('error', () => {
        if (at.live.connection === 'ended') return
        tell({ connection: 'lost' })
        if (source.readyState !== EventSource.CLOSED) return
        at.again = setTimeout(open, at.pauseMs)
        at.pauseMs = Math.min(longestPauseMs, at.pauseMs * 2)
      })
    }
    open()
    let shown: Live | undefined
    const timer = setInterval(() => {
      if (at.waiting.length > 0) tell({ seen: seenAfter(at.live.seen, at.waiting.splice(0)) })
      if (shown !== at.live) show(shown = at.live)
    }, showEveryMs)
    return () => { clearInterval(timer); clearTimeout(at.again); at.source?.close() }
  }, [move, from, when])
  return live
}
