/** From here to before there, in bytes. */
export type Span = readonly [from: number, to: number]

/** So many pieces are told apart; of a download in more of them than that the smallest are forgotten, and have to be fetched again to count. */
const mostSpans = 1_000

/** What has been sent, with one more span: sorted, without overlaps, neighbours as one. */
export const withSpan = (sent: readonly Span[], [from, to]: Span): Span[] => {
  if (from >= to) return [...sent]
  const apart = sent.filter(one => one[1] < from || one[0] > to)
  const touching = sent.filter(one => one[1] >= from && one[0] <= to)
  const whole: Span = [Math.min(from, ...touching.map(one => one[0])), Math.max(to, ...touching.map(one => one[1]))]
  const all = [...apart, whole]
  const kept = all.length <= mostSpans ? all : all.toSorted((a, b) => (b[1] - b[0]) - (a[1] - a[0])).slice(0, mostSpans)
  return kept.toSorted((a, b) => a[0] - b[0])
}

export const isAll = (sent: readonly Span[], bytes: number): boolean => sent.length === 1 && sent[0]?.[0] === 0 && sent[0][1] >= bytes

export const sentBytes = (sent: readonly Span[]): number => sent.reduce((sum, [from, to]) => sum + to - from, 0)
