import type { Event } from '#domain/event.ts'
import type { Status } from '#wire/control.ts'

/** The status of a move after one more event: what `rehome status` shows when it asks, and what stays when the mover is gone. */
export const statusAfter = (status: Status, event: Event, at: string): Status => {
  const now = { ...status, at }
  switch (event.type) {
    case 'stage': case 'outcome': return { ...now, stage: event.stage, leg: event.leg, waitsFor: [] }
    case 'phase': {
      const { phase: _, ...rest } = now
      return event.state === 'begins' ? { ...rest, phase: event.phase } : rest
    }
    case 'plan': return { ...now, plannedBytes: event.tables.reduce((sum, t) => sum + t.bytes, 0) }
    case 'follow': return { ...now, lagMs: event.lagMs }
    case 'waits': return { ...now, waitsFor: [...event.for], why: event.why }
    case 'freeze': return event.state === 'ended' ? { ...now, freezeMs: event.ms } : now
    case 'evidence': return { ...now, evidence: event.file }
    default: return status
  }
}

/** Whether a status file speaks of a move between these two stores, as they are labelled, that has not come to its end: whatever has become of its mover. */
export const isUnderWay = ({ source, target, stage }: Status, origin: string, destination: string): boolean =>
  source === origin && target === destination && stage !== 'settled' && stage !== 'cancelled'
