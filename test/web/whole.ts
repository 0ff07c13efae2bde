import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Table } from '#domain/catalog.ts'
import { completeTables, databaseRoot, type Manifest, signManifest, tableEvidence } from '#domain/evidence.ts'
import type { MoveId, ProgrammeId } from '#domain/programmes.ts'
import type { TableId } from '#domain/stream.ts'
import { assert } from '#lib/assert.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import { signerOf } from '#lib/sign.ts'
import type { Control } from '#test/control/rig.ts'
import { type OwnServer, readyToTest, useOwnServer } from './own-server.ts'

/** A vendor with the sample programmes, and one customer whose move has something on every page. `values`: what stands in an address for each of its parameters, or in one address alone for its last; for one of them there may be several. */
export type Whole = OwnServer & { /** One whose customers go in waves. */ readonly inWaves: ProgrammeId; readonly values: Readonly<Record<'console' | 'portal', Readonly<Record<string, readonly string[]>>>> }

export const useWhole = async (control: Control): Promise<Whole> => {
  const loader = await control.as('migration-lead')
  await loader('sample.load', {})
  const own = await useOwnServer(control)
  await readyToTest(control, own.move)
  await control.world.ledger.transaction(async tx => {
    // As control itself would have ordered it.
    for (const { id } of await tx.list('move_order', { move: own.move, kind: 'files' })) await tx.change('move_order', id, { facts: { tenant: 'aozora', origin: 'Forms cloud', destination: 'your own server', by: 'the migration lead', how: null, watchSeconds: null, users: null } })
  })
  const proof = await proven(control, own)
  const moves = (await loader('moves.list', { limit: 500 })).items
  const [sample, licences] = [moves[0], moves.find(one => one.move.playbook === 'licence-server')]
  const tasks = (await own.lead('tasks.list', { move: own.move, limit: 200 })).items
  const theirs = (await (await control.asContact(own.contact))('tasks.list', { move: own.move, limit: 200 })).items
  const first = (ids: readonly { readonly id: string }[]): string[] => ids.slice(0, 1).map(({ id }) => id)
  const parts = [...readFileSync(join(web, 'console/pages/move/move.tsx'), 'utf8').matchAll(/^ {2}'?([\w-]+)'?: \{ says:/gm)].map(([, name]) => name ?? '')
  const inWaves = moves.find(one => one.move.playbook === 'ninety-days-in-waves')?.move.programme
  assert(inWaves !== undefined, 'the sample has a programme that goes in waves')
  return { ...own, inWaves, values: {
    console: { move: [own.move, ...sample === undefined ? [] : [sample.move.id]], task: first(tasks), part: parts, quote: [own.quote], proof: [proof], key: ['cloud-to-self-hosted'], '/licences/$move': licences === undefined ? [] : [licences.move.id] },
    portal: { move: [own.move], part: ['tasks'], task: first(theirs.filter(task => task.state === 'open')), quote: [own.quote] },
  } }
}

const web = join(import.meta.dirname, '../../web')
/** A path whose last parts may be left out is as many paths; a task stands beside the tasks. */
const spelt = (path: string): string[] => {
  const [always = '', ...may] = path.split(/(?=\/\{-\$)/).map(part => part.replace('{-$', '$').replace('}', ''))
  return [always, ...may.map((_, n) => always + may.slice(0, n + 1).join(''))].map(one => one.replace('/$part/$task', '/tasks/$task'))
}
/** Every path that a face has a page for, as its router's table says. */
export const routesOf = (face: 'console' | 'portal'): string[] => [...new Set([...readFileSync(join(web, face, 'routes.tsx'), 'utf8').matchAll(/(?:\bpage\(|\bpath: )'([^']+)'/g)].flatMap(([, path]) => spelt(path ?? '')))]

/** A page: its address, and a name for it that stays the same. */
export type PageThere = { readonly name: string; readonly at: string }

/** All of a face's pages, with values for their parameters; of two that have several each only the last is told with all of them. */
export const pagesOf = (face: 'console' | 'portal', { values }: Whole): PageThere[] => routesOf(face).flatMap(path => {
  const names = [...path.matchAll(/\$(\w+)/g)].map(([, name]) => name ?? '')
  const valuesOf = (name: string): readonly string[] => (name === names.at(-1) ? values[face][path] : undefined) ?? values[face][name] ?? []
  const missing = names.filter(name => valuesOf(name).length === 0)
  if (missing.length > 0) throw new Error(`the page ${path} of the ${face} has a parameter without a value in test/web/whole.ts: ${missing.join(', ')}`)
  const last = names.at(-1)
  const named = (value = '', n = 0): string => (`${face}${path.replace(`$${last ?? ''}`, last === 'part' ? value : n === 0 ? last ?? '' : `${last ?? ''}-${n + 1}`)}`).replace(/\/$/, '/home').replaceAll(/[/$]+/g, '-')
  if (last === undefined) return [{ name: named(), at: `/${face}${path}` }]
  return valuesOf(last).map((value, n) => ({ name: named(value, n), at: `/${face}${path.replaceAll(/\$(\w+)/g, (_, name: string) => (name === last ? value : valuesOf(name)[0] ?? ''))}` }))
})

/** Always the same, so that what is shown of it is. */
const ownKey = createPrivateKey({ key: Buffer.from(`302e020100300506032b657004220420${sha256('the key of a test')}`, 'hex'), format: 'der', type: 'pkcs8' }).export({ type: 'pkcs8', format: 'pem' }).toString()

/** Evidence as a move leaves it behind, of a database that was never there. */
const proven = async ({ world, vendor, clock }: Control, { move, customer }: { readonly move: MoveId; readonly customer: OwnServer['customer'] }): Promise<string> => {
  const at = (minutes: number): string => new Date(clock.now() + minutes * 60_000).toISOString()
  const tableOf = (name: string): Table => ({ id: name as TableId, label: name, columns: [], key: ['id'], order: 'key', format: 'binary', route: 'stream', bytes: 0, rows: 0 })
  const names = ['public.forms', 'public.records', 'public.pictures', 'public.people', 'public.devices', 'audit.changes']
  const tables = completeTables(names.map(tableOf), names.map((name, i) => tableEvidence(tableOf(name), 'follow', Array.from({ length: i + 1 }, (_, n) => ({ order: 'key' as const, rows: 4_812 * (n + 1), bytes: 96_300 * (n + 3), sha256: sha256(`${name} ${n}`) })))))
  const side = (label: string) => ({ engine: 'postgres' as const, version: '18.1', system: '7345918250034712', timeline: 1, database: 'forms (oid 16384)', label })
  const values = { tenant: 'aozora', jobs: 4 }
  const manifest: Manifest = {
    format: 'rehome-evidence/1', move: { id: move, tenant: 'aozora', leg: 'out', cold: false, startedAt: at(-180), provenAt: at(-60) }, tool: { name: 'rehome', version: '0.1.0', node: '26.10.0' },
    source: side('postgres://app@forms.example.com/forms'), target: side('postgres://app@forms.aozora.example/forms'), configuration: { values, sha256: sha256(canonical(values)) }, schema: { how: 'dump', fingerprint: sha256('schema') },
    anchors: { copied: ['0/1A2B3C4'], verified: { position: '0/2A2B3C4', at: at(-70) }, frozenAt: at(-61) }, tables, changedSince: { keys: 412, rows: 412, sha256: sha256('changed') }, sequences: { count: 6, sha256: sha256('sequences') },
    largeObjects: { count: 0, bytes: 0, sha256: sha256('none') }, freeze: { ms: 840, steps: { fence: 120, drain: 720 }, budgetMs: 5_000 }, approvals: [{ who: 'the migration lead', what: 'move', at: at(-200) }], root: databaseRoot(tables),
  }
  const evidence = signManifest(manifest, signerOf(ownKey))
  const id = world.newId<'proof'>()
  await world.ledger.transaction(async tx => { await tx.add('proof', { id, vendor: vendor.id, customer, move, leg: 'out', root: manifest.root, evidence, at: clock.now() - 60 * 60_000 }) })
  return id
}
