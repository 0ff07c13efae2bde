import type { Exit } from './exit.ts'
import type { Services } from './services.ts'

/** What a command has at hand. */
export type Desk = {
  readonly services: Services
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly out: NodeJS.WriteStream
  readonly error: NodeJS.WriteStream
  /** Aborted by the first Ctrl-C; the second one ends the process. */
  readonly signal: AbortSignal
  /** The exit status the command ends with. */
  end(exit: Exit): void
}
