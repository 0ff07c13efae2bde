import { spawn } from 'node:child_process'
import { isUtf8 } from 'node:buffer'
import { buffer } from 'node:stream/consumers'
import { assert } from '#lib/assert.ts'
import { visible } from '#lib/visible.ts'
import { Fault } from '#domain/faults.ts'
import type { Settings } from './context.ts'
import type { PgDump } from './pg-dump-find.ts'

/** `pre-data`: everything up to tables; `post-data`: what is built when the rows are there. */
export type Section = 'pre-data' | 'post-data'

/**
 * A part of the schema as SQL: no data, nothing of Rehome's, no publications, subscriptions, tablespaces or security labels (those name things outside of the
 * database). Every identifier is quoted, so that a word that became reserved in a newer server stays a name. Seen in `snapshot`, which its session must keep.
 * The password travels in the child's environment. Faults: STORE_UNREACHABLE, STORE_REFUSED_LOGIN, SNAPSHOT_LOST, STORE_REFUSED with what pg_dump said.
 */
export const dumpSchema = async (dump: PgDump, settings: Settings, section: Section, snapshot: string, signal?: AbortSignal): Promise<string> => {
  const child = spawn(dump.path, [...options, `--section=${section}`, `--snapshot=${snapshot}`, `--dbname=${libpqUrl(settings.url)}`], {
    env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, ...(signal === undefined ? {} : { signal }),
  })
  const [out, said, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), new Promise<number | null>((ends, fails) => { child.once('error', fails).once('close', ends) })])
  if (code !== 0) throw refusal(settings.name, said.toString('utf8'))
  if (!isUtf8(out)) throw new Fault('STORE_REFUSED', { store: settings.name, code: 'pg_dump', reason: 'the schema holds bytes that are not UTF-8' })
  return withoutRestriction(out.toString('utf8'))
}

/** The schema lock waits at most a minute: pg_dump takes ACCESS SHARE on every table. */
const options = ['--schema-only', '--no-publications', '--no-subscriptions', '--no-tablespaces', '--no-security-labels', '--quote-all-identifiers', '--exclude-schema="rehome"', '--encoding=UTF8', '--no-password', '--lock-wait-timeout=60s']

/** Since August 2025 the text is wrapped in `\restrict KEY` and `\unrestrict KEY` for psql; only exactly these two lines are taken away. */
export const withoutRestriction = (text: string): string => {
  const [whole, head = '', key] = /^((?:--[^\n]*\n|\n)*)\\restrict ([A-Za-z0-9]+)\n/.exec(text) ?? []
  if (whole === undefined) return text
  const body = text.slice(whole.length).trimEnd()
  const end = `\n\\unrestrict ${key}`
  assert(body.endsWith(end), 'what pg_dump restricts it also unrestricts')
  return `${head}${body.slice(0, 1 - end.length)}`
}

/** What the driver alone understands is left out: libpq refuses a parameter it does not know. */
const libpqUrl = (url: string): string => {
  const parsed = new URL(url)
  assert(parsed.password === '', 'a password never stands in an argument')
  const wanted = new URLSearchParams({ application_name: 'rehome schema', connect_timeout: '15' })
  for (const [name, value] of parsed.searchParams) {
    if (name === 'sslmode') wanted.set(name, value === 'no-verify' ? 'require' : value)
    else if (name === 'ssl' && value !== 'false') wanted.set('sslmode', 'require')
    else if (known.has(name)) wanted.set(name, value)
  }
  parsed.search = ''
  // A plus sign is a plus sign to libpq.
  return `${parsed.href}?${wanted.toString().replaceAll('+', '%20')}`
}

const known = new Set(['host', 'hostaddr', 'port', 'user', 'dbname', 'sslcert', 'sslkey', 'sslrootcert', 'sslcrl', 'sslnegotiation', 'channel_binding', 'gssencmode', 'krbsrvname', 'target_session_attrs', 'load_balance_hosts', 'keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count', 'tcp_user_timeout', 'require_auth'])

/** Settings of the person's shell that would change what is printed are left out: a variable that is undefined is not passed on. */
const environment = ({ password }: Settings): NodeJS.ProcessEnv => ({
  ...process.env, PGOPTIONS: undefined, PGTZ: undefined, PGDATESTYLE: undefined, LC_ALL: 'C', PGCLIENTENCODING: 'UTF8', ...(password === undefined ? {} : { PGPASSWORD: password }),
})

const refusal = (store: string, said: string): Fault => {
  const lines = said.split('\n').filter(line => line.trim() !== '')
  const reason = visible(lines.map(line => line.replace(/^pg_dump: (error: )?/, '')).join(' '), 500)
  if (/invalid snapshot identifier|could not import the requested snapshot/.test(said)) return new Fault('SNAPSHOT_LOST', { reason })
  if (/password authentication failed|no password supplied|role ".*" (does not exist|is not permitted)/.test(said)) return new Fault('STORE_REFUSED_LOGIN', { store, reason })
  if (/connection to server .* failed|server closed the connection|could not translate host name|timeout expired/.test(said)) return new Fault('STORE_UNREACHABLE', { store, reason })
  return new Fault('STORE_REFUSED', { store, code: 'pg_dump', reason })
}
