import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

type Rule = {
  /** Layers whose files it may import besides its own. */
  readonly layers: readonly string[] | 'all'
  /** Packages of npm. */
  readonly packages: readonly string[] | 'all'
  /** Node's own modules. */
  readonly builtins: readonly string[] | 'all'
  readonly because: string
}

/** Who may import whom. ARCHITECTURE.md shows the same table with its reasons. Test files are free, contract suites have a line of their own. */
const rules: Readonly<Record<string, Rule>> = {
  lib: { layers: [], packages: ['canonicalize'], builtins: 'all', because: 'lib knows no word of the domain, and few packages are worth a layer that all others stand on' },
  domain: { layers: ['lib'], packages: [], builtins: [], because: 'the domain decides; it does no I/O and needs nobody’s package' },
  ports: { layers: ['domain', 'lib'], packages: [], builtins: [], because: 'a port says what an adapter promises, not how' },
  contracts: { layers: ['domain', 'lib', 'ports'], packages: ['fast-check'], builtins: 'all', because: 'a contract suite must not know which adapter it proves' },
  wire: { layers: ['domain'], packages: ['zod'], builtins: [], because: 'wire is the shape of what crosses a process, without business rules' },
  mover: { layers: ['domain', 'ports', 'lib'], packages: [], builtins: ['node:crypto', 'node:events', 'node:stream'], because: 'the mover reaches the world through ports only' },
  control: { layers: ['domain', 'ports', 'lib'], packages: [], builtins: ['node:crypto'], because: 'use cases know neither HTTP nor the mover nor the licence server' },
  licence: { layers: ['domain', 'ports', 'lib'], packages: [], builtins: ['node:crypto'], because: 'use cases know neither HTTP nor control' },
  adapters: { layers: ['domain', 'ports', 'wire', 'lib'], packages: 'all', builtins: 'all', because: 'an adapter answers a port; what to do with it is decided elsewhere' },
  entrances: { layers: ['domain', 'control', 'licence', 'wire', 'lib'], packages: 'all', builtins: 'all', because: 'an entrance translates; main gives it what it calls' },
  main: { layers: 'all', packages: 'all', builtins: 'all', because: 'main wires everything' },
}

const products = /postgres|pgoutput|mysql|mariadb|percona|\bpg_?|\b(?:lsn|gtid|binlog|wal|s3|azure|webdav)\b/i

/** Where a product may be named although the layer does not know it. */
const named: Readonly<Record<string, string>> = {
  'src/domain/catalog.ts': 'the identity of a store says which engine it is',
  'src/domain/faults.ts': 'remedies tell people what to type, which differs by product',
  'src/domain/faults-ja.ts': 'the same in Japanese',
}

/** What a decision must be given instead: time, chance and the outside are arguments. */
const impure = /\b(?:async|await|Promise|setTimeout|setInterval|fetch|process|performance|Date\.now|new Date|Math\.random|randomUUID|crypto|console)\b/

type Sources = ReadonlyMap<string, string>

const checkout = join(import.meta.dirname, '..')
const sources: Sources = new Map(globSync('src/**/*.ts', { cwd: checkout }).toSorted().map(file => [file, readFileSync(join(checkout, file), 'utf8')]))

test('every import keeps to the table of layers', () => {
  assert.deepEqual(againstTable(sources), [])
})

test('the table of layers finds what is against it', () => {
  const bad = (file: string, source: string): string[] => againstTable(new Map([[file, source]]))
  const found: [string, string, RegExp][] = [
    ['src/domain/a.ts', "import { join } from 'node:path'", /node:path/],
    ['src/domain/a.ts', "import { z } from 'zod'", /zod/],
    ['src/domain/a.ts', "import type { Store } from '#ports/store.ts'", /domain.*ports/],
    ['src/mover/a.ts', "export const x = 1\nimport { openStore } from '#adapters/store/postgres/store.ts'", /mover.*adapters/],
    ['src/mover/a.ts', "import { readFile } from 'node:fs/promises'", /node:fs/],
    ['src/adapters/store/memory/a.ts', "import { quote } from '#adapters/store/postgres/identifiers.ts'", /another adapter/],
    ['src/adapters/store/memory/a.ts', "import { quote } from '../postgres/identifiers.ts'", /another adapter/],
    ['src/adapters/store/memory/a.ts', "import { openMover } from '#mover/mover.ts'", /adapters.*mover/],
    ['src/entrances/cli/a.ts', "const m = await import('#mover/mover.ts')", /entrances.*mover/],
    ['src/ports/store.contract.ts', "import { openMemory } from '#adapters/store/memory/store.ts'", /contracts.*adapters/],
    ['src/lib/a.ts', "import {\n  type Leg,\n} from '#domain/move.ts'", /lib.*domain/],
    ['src/mover/a.ts', "import { x } from '../lib/x.ts'", /written #lib/],
    ['src/mover/a.ts', "import { x } from './x'", /ends in \.ts/],
    ['src/somewhere/a.ts', 'export const x = 1', /no layer/],
  ]
  for (const [file, source, why] of found) assert.match(bad(file, source).join('\n'), why, `${file}: ${source}`)
  assert.deepEqual(bad('src/mover/a.ts', "// from '#adapters/x.ts'\nimport { x } from '#lib/x.ts'"), [])
})

test('there are no barrels and no default exports', () => {
  const found = [...sources].flatMap(([file, source]) => {
    const code = withoutComments(source)
    if (/(^|\/)index\.ts$/.test(file)) return [`${file}: a barrel hides who needs what`]
    if (/^export\s+(\*|\{[^}]*\})\s*from\b/m.test(code) && !isTest(file)) return [`${file} passes on what another file exports: import it from there`]
    return /^export\s+default\b/m.test(code) ? [`${file}: a default export has no name to search for`] : []
  })
  assert.deepEqual(found, [])
})

test('no files import each other in a ring', () => {
  assert.deepEqual(rings(sources), [])
  assert.deepEqual(rings(new Map([['src/lib/a.ts', "import { b } from './b.ts'"], ['src/lib/b.ts', "import { c } from './c.ts'"], ['src/lib/c.ts', "import { a } from './a.ts'"]])), ['src/lib/a.ts → src/lib/b.ts → src/lib/c.ts → src/lib/a.ts'])
})

test('the domain takes time, chance and the outside as arguments', () => {
  const found = ofLayer('domain').flatMap(([file, source]) => lines(withoutTexts(withoutComments(source))).filter(([, line]) => impure.test(line)).map(([n, line]) => `${file}:${n} ${line.trim()}`))
  assert.deepEqual(found, [])
})

test('the mover names no product, not even in a comment', () => {
  const found = ofLayer('mover').flatMap(([file, source]) => lines(source).filter(([, line]) => products.test(line)).map(([n, line]) => `${file}:${n} ${line.trim()}`))
  assert.deepEqual(found, [])
})

test('domain and ports name no product outside comments', () => {
  const found = [...ofLayer('domain'), ...ofLayer('ports'), ...ofLayer('lib')]
    .filter(([file]) => !(file in named))
    .flatMap(([file, source]) => lines(withoutComments(source)).filter(([, line]) => products.test(line)).map(([n, line]) => `${file}:${n} ${line.trim()}`))
  assert.deepEqual(found, [])
})

const againstTable = (files: Sources): string[] =>
  [...files].flatMap(([file, source]) => {
    const layer = layerOf(file)
    const rule = rules[layer]
    if (rule === undefined) return [`${file} is in no layer: the table has ${Object.keys(rules).join(', ')}`]
    if (isTest(file)) return []
    return importsOf(source).flatMap(specifier => {
      const why = objection(file, layer, rule, specifier)
      return why === undefined ? [] : [`${file} imports ${specifier}: ${why}`]
    })
  })

const objection = (file: string, layer: string, rule: Rule, specifier: string): string | undefined => {
  const may = (list: readonly string[] | 'all', name: string): boolean => list === 'all' || list.includes(name)
  if (specifier.startsWith('node:')) return may(rule.builtins, specifier) ? undefined : `${layer} may not; ${rule.because}`
  if (!specifier.startsWith('.') && !specifier.startsWith('#')) return may(rule.packages, specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')) ? undefined : `${layer} may not; ${rule.because}`
  if (!specifier.endsWith('.ts')) return 'an import of ours ends in .ts'
  const path = resolveImport(file, specifier)
  const other = layerOf(path)
  if (specifier.startsWith('.') && other !== layer && folderOf(path) !== folderOf(file)) return `across layers it is written #${other}/…`
  if (folderOf(path) !== folderOf(file) && !may(rule.layers, other)) return `${layer} may not import ${other}; ${rule.because}`
  if (layer === 'adapters' && other === 'adapters' && adapterOf(path) !== adapterOf(file) && file !== 'src/adapters/registry.ts') return `it belongs to another adapter; only the registry knows several`
  return undefined
}

const layerOf = (file: string): string => (file.startsWith('src/ports/') && file.endsWith('.contract.ts') ? 'contracts' : folderOf(file))
const folderOf = (file: string): string => (file.startsWith('src/') ? (file.split('/')[1] ?? '') : (file.split('/')[0] ?? ''))
/** `store/postgres`, `clock`: the folder under a port's, or the port's where it has only files. */
const adapterOf = (file: string): string => file.split('/').slice(2, -1).slice(0, 2).join('/')
const isTest = (file: string): boolean => file.endsWith('.test.ts')
const ofLayer = (layer: string): [string, string][] => [...sources].filter(([file]) => folderOf(file) === layer && !isTest(file) && !file.endsWith('.contract.ts'))

const resolveImport = (file: string, specifier: string): string =>
  specifier.startsWith('#') ? (/^#(examples|test)\//.test(specifier) ? specifier.slice(1) : `src/${specifier.slice(1)}`) : normalize(join(dirname(file), specifier))

const importsOf = (source: string): string[] =>
  [...withoutComments(source).matchAll(/^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm)].map(match => match[1] ?? match[2] ?? match[3] ?? '')

/** Good enough for our own code: a `//` in a text is only taken for a comment where no quote or colon stands before it. */
const withoutComments = (source: string): string => source.replace(/\/\*[\s\S]*?\*\//g, comment => comment.replace(/[^\n]/g, ' ')).replace(/(^|[\s;{}()])\/\/.*$/gm, '$1')
const withoutTexts = (code: string): string => code.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
const lines = (source: string): [number, string][] => source.split('\n').map((line, n) => [n + 1, line])

/** Imports of types alone count too: two files that describe each other are one concept. */
const rings = (files: Sources): string[] => {
  const next = new Map([...files].map(([file, source]) => [file, importsOf(source).filter(s => /^[.#]/.test(s)).map(s => resolveImport(file, s))]))
  const [done, found] = [new Set<string>(), [] as string[]]
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' → '))
    if (path.includes(file) || done.has(file)) return
    for (const other of next.get(file) ?? []) visit(other, [...path, file])
    done.add(file)
  }
  for (const file of files.keys()) visit(file, [])
  return found
}
