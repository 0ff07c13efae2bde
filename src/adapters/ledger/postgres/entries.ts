import type { Kind } from '#domain/records.ts'
import type { EntriesWanted } from '#ports/ledger.ts'
import { type Put, type Statement, statement } from './statement.ts'

/** What a move is made of, as lines of the journal name it. Each has an index by move. */
const partsOfMove = ['task', 'gate', 'window', 'call', 'message', 'quote', 'charge', 'credential'] as const satisfies readonly Kind[]

/** Lines of the journal in their order, or the last ones first. By its index of subjects where it is asked for some, else by its key. */
export const entriesWanted = ({ after = 0, before, limit, isLastFirst = false, ...wanted }: EntriesWanted & { readonly limit: number }): Statement =>
  statement(put => `SELECT seq, at, who, verb, kind, subject, facts, previous, hash FROM journal WHERE seq > ${put(after)}${before === undefined ? '' : ` AND seq < ${put(before)}`}${conditions(wanted, put)} ORDER BY seq ${isLastFirst ? 'DESC' : 'ASC'} LIMIT ${limit}`)

const conditions = ({ subject, move, kind, verb, by, from, to }: EntriesWanted, put: Put): string => [
  subject === undefined ? '' : `subject = ${put(subject)}`,
  move === undefined ? '' : `subject = ANY (ARRAY(${ofMove(put(move))}))`,
  kind === undefined ? '' : `kind = ${put(kind)}`,
  verb === undefined ? '' : `verb = ${put(verb)}`,
  by === undefined ? '' : `who ->> 'id' = ${put(by)}`,
  from === undefined ? '' : `at >= ${put(new Date(from).toISOString())}`,
  to === undefined ? '' : `at < ${put(new Date(to).toISOString())}`,
].filter(one => one !== '').map(one => ` AND ${one}`).join('')

const ofMove = (move: ReturnType<Put>): string => [`SELECT (${move})::text`, ...partsOfMove.map(kind => `SELECT id::text FROM "${kind}" WHERE move = (${move})::uuid`)].join(' UNION ALL ')
