import type { Pin, Playbook } from '#domain/playbook.ts'

/** The playbooks of an installation, each in every version that was kept. All were judged before any is given. */
export interface Playbooks {
  /** The latest version of each, by key; the deprecated ones too. */
  latest(): readonly Playbook[]
  /** Undefined: it is not here, or never was. */
  find(pin: Pin): Playbook | undefined
  /** Ascending. */
  versionsOf(key: string): readonly number[]
}
