import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import type { Instant } from './time.ts'

/** Who decided or did something: a person, an agent, or the system by itself. `name` as it was then. */
export type Who = { readonly kind: 'operator' | 'contact' | 'agent' | 'system'; readonly id: string; readonly name: string }

/** What was decided about what. `facts`: what a reader needs to understand it, never a secret. */
export type Deed = { readonly verb: string; readonly kind: string; readonly subject: string; readonly facts: Readonly<Record<string, unknown>> }

/** One line of the journal. `hash` covers everything else in it, and by `previous` every line before it. */
export type Entry = Deed & { readonly seq: number; readonly at: Instant; readonly who: Who; readonly previous: string; readonly hash: string }

/** What the first line follows. */
export const beginning = '0'.repeat(64)

export const entryAfter = (last: Pick<Entry, 'seq' | 'hash'> | undefined, at: Instant, who: Who, { verb, kind, subject, facts }: Deed): Entry => {
  const entry = { seq: (last?.seq ?? 0) + 1, at, who, verb, kind, subject, facts, previous: last?.hash ?? beginning }
  return { ...entry, hash: hashOf(entry) }
}

/** The first line that is not what was written, and why; undefined: `next` follows `last` whole. */
export const brokenAt = (last: Pick<Entry, 'seq' | 'hash'> | undefined, next: Entry): string | undefined => {
  if (next.seq !== (last?.seq ?? 0) + 1) return `line ${(last?.seq ?? 0) + 1} is missing`
  if (next.previous !== (last?.hash ?? beginning)) return `line ${next.seq} does not follow the one before it`
  return next.hash === hashOf(next) ? undefined : `line ${next.seq} was changed`
}

const hashOf = ({ seq, at, who, verb, kind, subject, facts, previous }: Omit<Entry, 'hash'>): string => sha256(canonical({ seq, at, who, verb, kind, subject, facts, previous }))
