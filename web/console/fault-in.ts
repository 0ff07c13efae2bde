import type { ToldFault } from '#domain/told-fault.ts'

/** A fault in something that was told, parsed no further than it is used. */
export const faultIn = (says: Readonly<Record<string, unknown>>): ToldFault => {
  const { facts } = says
  const told = typeof facts === 'object' && facts !== null ? Object.entries(facts).filter((one): one is [string, string | number] => typeof one[1] === 'string' || typeof one[1] === 'number') : undefined
  return { code: textOf(says['code']), message: textOf(says['message']), remedy: textOf(says['remedy']), ...(told === undefined ? {} : { facts: Object.fromEntries(told) }) }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
