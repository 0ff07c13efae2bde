import type { Finding } from '#domain/finding.ts'
import { visible } from '#lib/visible.ts'
import { wrap } from './text.ts'

const marks = { blocker: '✗', concern: '!', note: '·' } as const
/** Things listed under a finding before the rest are counted. */
const mostAbout = 8

/** A finding as a person reads it: what is so, what it concerns, what to do. */
export const findingLines = ({ level, what, remedy, about }: Finding, width: number): string[] => [
  ...wrap(`${marks[level]} ${visible(what, 1_000)}`, width, '  '),
  ...(about ?? []).slice(0, mostAbout).flatMap(one => wrap(`    ${visible(one, 300)}`, width, '    ')),
  ...((about?.length ?? 0) > mostAbout ? [`    and ${(about?.length ?? 0) - mostAbout} more`] : []),
  ...(remedy === undefined ? [] : wrap(`  → ${visible(remedy, 2_000)}`, width, '    ')),
]
