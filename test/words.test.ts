import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

/** Names that hold a word we do not use and are right all the same: somebody else's, or another thing. */
const allowed: readonly { readonly name: RegExp; readonly in: RegExp; readonly because: string }[] = [
  { name: /^(env|ProcessEnv)$/, in: /^src\/(adapters|main|entrances)\/|\.test\.ts$/, because: 'Node calls a process’s environment env' },
  { name: /^(Client|PoolClient|ClientBase|ClientConfig)$/, in: /^src\/adapters\//, because: 'the names of the pg driver' },
  { name: /^client_encoding$/, in: /^src\/adapters\//, because: 'a setting of PostgreSQL' },
  { name: /^(confirmed_)?flush(ed)?(_lsn)?$/i, in: /^src\/adapters\/store\/postgres\//, because: 'PostgreSQL’s replication protocol speaks of written, flushed and applied' },
  { name: /^flush$/, in: /^src\/(adapters|lib|entrances|main)\//, because: 'the method of Node’s transform streams, and its option to write to disk' },
  { name: /^sync$/, in: /^src\/adapters\//, because: 'the method of Node’s file handles that writes to disk' },
  { name: /^\w*Sync$/, in: /^src\/(lib|adapters|main|entrances)\//, because: 'Node calls its blocking functions …Sync' },
  { name: /^(migrate|migration\w*|Migrat(or|ion)|\w*Migrations?|migrateToLatest)$/, in: /^src\/adapters\/ledger\//, because: 'the one thing that word is for: a change to our own ledger’s schema' },
  { name: /^(Proxy|prototype|instanceof)$/, in: /^src\//, because: 'words of the language' },
]

/** Phrases in prose in which such a word is the right one. */
const phrases = /client\s+(?:programs?|tools?|librar(?:y|ies)|authentication)|on account of|takes? account of|account for|in sync\b/gi

const checkout = join(import.meta.dirname, '..')
const glossary = readFileSync(join(checkout, 'docs/glossary.md'), 'utf8')

/** What stands in code type in the third column of the glossary's tables. */
const neverSay = (text: string): string[] =>
  text.split('\n').filter(line => line.startsWith('| ')).flatMap(line => [...(line.split('|')[3] ?? '').matchAll(/`([^`]+)`/g)].map(match => match[1] ?? ''))

const words = neverSay(glossary)

test('the glossary names the words that we never use', () => {
  for (const word of ['account', 'client', 'sync', 'revert', 'flush']) assert.ok(words.includes(word), word)
  assert.deepEqual(words.filter((word, n) => words.indexOf(word) !== n), [])
})

test('no name in the code holds a word that we never use', () => {
  const files = globSync('src/**/*.ts', { cwd: checkout }).toSorted()
  assert.ok(files.length > 0)
  assert.deepEqual(files.flatMap(file => badNames(file, readFileSync(join(checkout, file), 'utf8'))), [])
})

test('our prose holds no word that we never use', () => {
  const files = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: checkout })].filter(file => file !== 'docs/glossary.md' && existsSync(join(checkout, file)))
  assert.ok(files.length > 0)
  assert.deepEqual(files.flatMap(file => badProse(file, readFileSync(join(checkout, file), 'utf8'))), [])
})

test('words are found whole, in any case and number, and not inside others', () => {
  const names = (code: string): string[] => badNames('src/mover/a.ts', code).map(found => found.split(': ')[1] ?? '')
  assert.deepEqual(names('const syncState = clients.length + account_id + runMigrations()'), ['syncState', 'clients', 'account_id', 'runMigrations'])
  assert.deepEqual(names("const environment = async () => 'client' // the client\n/* sync */ + `SELECT flush FROM account`"), [])
  assert.deepEqual(names('const a = `${client.name}`'), ['client'])
  assert.deepEqual(names('const b = process.env'), ['env'], 'the mover has no environment')
  assert.deepEqual(badNames('src/adapters/store/postgres/a.ts', 'new pg.Client(process.env)'), [])
  assert.equal(badProse('README.md', 'We sync the customers’ accounts.\n').length, 2)
  assert.deepEqual(badProse('README.md', 'Synchronous; environment; `client`; pgbench_accounts.\n```\nsync\n```\nInstall the client tools.\n'), [])
})

const badNames = (file: string, source: string): string[] =>
  [...new Set(codeOf(source).match(/[A-Za-z_$][\w$]*/g) ?? [])]
    .filter(name => partsOf(name).some(isNever) && !allowed.some(one => one.name.test(name) && one.in.test(file)))
    .map(name => `${file}: ${name}`)

const badProse = (file: string, text: string): string[] => {
  const blank = (code: string): string => code.replace(/[^\n]/g, ' ')
  const prose = text.replace(/^```[\s\S]*?^```/gm, blank).replace(/`[^`\n]*`/g, blank).replace(/\]\([^)]*\)|<[^>\n]*>|https?:\S+/g, blank).replace(phrases, blank)
  return prose.split('\n').flatMap((line, n) => (line.match(/[\w-]+/g) ?? []).filter(isNever).map(word => `${file}:${n + 1}: ${word}`))
}

/** `runMigrations` → run, migrations; `account_id` → account, id. */
const partsOf = (name: string): string[] => name.split(/_|\$|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).filter(part => part !== '')

const isNever = (word: string): boolean => {
  const lower = word.toLowerCase()
  return words.some(never => lower === never || lower === `${never}s` || lower === `${never}es` || (never.endsWith('y') && lower === `${never.slice(0, -1)}ies`) || lower === `${never.replace(/e$/, '')}ed` || lower === `${never.replace(/e$/, '')}ing`)
}

/** Without comments and texts: SQL and messages are data, names are ours. What is inserted into a text is code again. */
const codeOf = (source: string): string => {
  const bare = source.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/(^|[\s;{}()])\/\/.*$/gm, '$1').replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
  return bare.replace(/`(?:[^`\\]|\\.)*`/g, text => [...text.matchAll(/\$\{([^}]*)\}/g)].map(match => match[1]).join(' '))
}
