/** Where people reach a tenant. One address, one upstream at a time. */
export interface Routes {
  readonly label: string
  /** The upstream in force, read back from what serves people, not from memory. */
  read(signal: AbortSignal): Promise<string>
  /** Compare and set: sends people to `next` if they are sent to `expected` now. Repeatable: already at `next` is success. Faults: ROUTE_REFUSED, ROUTE_MOVED. */
  point(expected: string, next: string, signal: AbortSignal): Promise<void>
}
