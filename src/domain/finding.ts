/**
 * Something preflight found. `blocker`: the move does not start. `concern`: it can, and somebody should know.
 * `note`: a fact for the record.
 */
export type Finding = {
  /** A stable word for machines, kebab-case: `wal-level`, `no-replica-identity`. */
  readonly id: string
  readonly level: 'blocker' | 'concern' | 'note'
  readonly side: 'source' | 'target' | 'both'
  /** One sentence: what is so. */
  readonly what: string
  /** What to do, exactly: a statement to run, a package to install, an option to give. */
  readonly remedy?: string
  /** What it concerns, such as the tables; at most a hundred are listed. */
  readonly about?: readonly string[]
}

export const blocks = (findings: readonly Finding[]): boolean => findings.some(f => f.level === 'blocker')
