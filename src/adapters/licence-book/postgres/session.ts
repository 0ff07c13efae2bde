import pg from 'pg'
import { Fault } from '#domain/faults.ts'
import { assert } from '#lib/assert.ts'

/** A session of its own, in the book's schema. `lost`: what ended it. */
export const openSession = async (url: string, schema: string): Promise<{ readonly session: pg.Client; readonly lost: AbortSignal }> => {
  const lost = new AbortController()
  const session = new pg.Client({
    connectionString: url, application_name: 'rehome licence', keepAlive: true, options: `-c search_path=${identifier(schema)} -c TimeZone=UTC -c idle_in_transaction_session_timeout=60s -c synchronous_commit=on -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3`,
    types: { getTypeParser: (oid: number, format?: 'text' | 'binary') => parsers[oid] ?? (pg.types.getTypeParser(oid, format) as (text: string) => unknown) },
  })
  const end = (error?: unknown): void => { if (!lost.signal.aborted) lost.abort(asFault(error ?? new Error('Connection terminated'))) }
  session.on('error', end)
  session.on('end', () => { end() })
  try {
    await session.connect()
  } catch (error) {
    throw asFault(error)
  }
  return { session, lost: lost.signal }
}

/** The name of a schema as a setting may have it: letters, digits and _, so that it needs no quotes anywhere. */
export const identifier = (schema: string): string => {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new Fault('SETTINGS_WRONG', { file: 'REHOME_LICENCE_SCHEMA', reason: `${schema} is no name of a schema: small letters, digits and _` })
  return schema
}

export const asFault = (error: unknown): unknown => {
  if (error instanceof Fault || !(error instanceof Error)) return error
  const { code = '' } = error as Partial<pg.DatabaseError>
  return /^(08|57P0|53|25P0)/.test(code) || /^E[A-Z]+$/.test(code) || /Connection terminated|timeout|not queryable/.test(error.message) ? new Fault('LICENCE_BOOK_UNREACHABLE', { reason: error.message }, { cause: error }) : error
}

const wholeNumber = (text: string): number => {
  const value = Number(text)
  assert(Number.isSafeInteger(value), 'a number of the book is beyond what numbers can hold')
  return value
}

const parsers: Readonly<Record<number, (text: string) => unknown>> = { 20: wholeNumber, 1184: text => Temporal.Instant.from(text.replace(' ', 'T')).epochMilliseconds }
