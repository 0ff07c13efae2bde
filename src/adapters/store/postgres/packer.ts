import type { Identity, Table } from '#domain/catalog.ts'
import type { Finding } from '#domain/finding.ts'
import { visible } from '#lib/visible.ts'
import type { Packer } from '#ports/bundle.ts'
import type { Store, Wish } from '#ports/store.ts'
import type { Context } from './context.ts'
import { leftovers } from './examine-activity.ts'
import { endpoint, unfit } from './examine-endpoint.ts'
import { blocker, bytesText, concern, count, type Ground, majorOf, named, note, survey, versionText } from './examine-ground.ts'
import { encodingsApart, type Extension, extensionsFor, readExtensions } from './examine-pair.ts'
import { mayCreate } from './examine-rights.ts'
import { emptiness, readSuperuserObjects, superuserObjectsFor } from './examine-target.ts'
import { readRoles, usedRoles } from './roles.ts'
import { Summed } from './rows.ts'
import { createDumped, type Dumped, dumpWithoutTarget } from './schema.ts'
import { contextOf } from './store.ts'

/** A schema on its way, with what preflight asks of a source. */
type Packed = {
  readonly format: 1
  /** As `server_version_num`. */
  readonly version: number
  readonly encoding: string
  readonly extensions: readonly Extension[]
  readonly roles: readonly string[]
  readonly superuserObjects: readonly string[]
  readonly dumped: Dumped
}

/** Bundles of PostgreSQL databases. */
export const postgresPacker: Packer = {
  async pack(source, anchor, signal) {
    const context = contextOf(source)
    const { version, settings } = await survey(context, 'source')
    const packed: Packed = {
      format: 1, version, encoding: settings.server_encoding, extensions: await readExtensions(context.query), roles: await usedRoles(context.query),
      superuserObjects: await readSuperuserObjects(context.query), dumped: await dumpWithoutTarget(context, { snapshot: anchor.snapshot, signal }),
    }
    return JSON.stringify(packed)
  },
  examine: (target: Store, packed, { tables, identity, resuming }) => examine(contextOf(target), parse(packed), tables, identity, resuming),
  unpack: (target, packed, signal) => createDumped(contextOf(target), parse(packed).dumped, signal),
  tally: () => new Summed(),
}

/** Only from a part whose hash is signed. */
const parse = (packed: string): Packed => JSON.parse(packed) as Packed

const examine = async (context: Context, packed: Packed, tables: readonly Table[], identity: Identity, resuming: boolean): Promise<Finding[]> => {
  const target = await survey(context, 'target')
  const first = unfit(target)
  if (first.length > 0) return first
  const ways = await endpoint(target)
  if (ways.some(found => found.level === 'blocker')) return ways
  const wish: Wish = { follow: false, schema: 'dump', tenant: identity.database, resuming }
  // There is no source to be asked: what these ask of both sides they ask of the target, twice, and it is told once.
  const ground: Ground = { source: target, target, wish, tables }
  const found = [
    ...ways, ...versions(packed, target.version),
    ...once([...await leftovers(ground), ...await mayCreate(ground)]), ...await emptiness(ground),
    ...await extensionsFor(packed.extensions, target, wish), ...encodingsApart(packed.encoding, target.settings.server_encoding, `CREATE DATABASE ${named(`${target.database}_new`)} TEMPLATE template0 ENCODING '${visible(packed.encoding)}';`),
    ...superuserObjectsFor(packed.superuserObjects, target), ...await rolesLacking(context, packed.roles, target.role),
    note('target', 'space', `The rows take about ${bytesText(tables.reduce((sum, t) => sum + t.bytes, 0))} on the target's disk, and as much again or less for indexes.`),
  ]
  return (['blocker', 'concern', 'note'] as const).flatMap(level => found.filter(f => f.level === level))
}

const once = (found: readonly Finding[]): Finding[] => found.filter((f, at) => found.findIndex(other => other.id === f.id) === at)

const versions = ({ version }: Packed, there: number): Finding[] => {
  const [from, to] = [versionText(version), versionText(there)]
  return majorOf(there) < majorOf(version)
    ? [blocker('target', 'target-older', `The target runs PostgreSQL ${to}, which is older than the ${from} that the bundle was made of.`, { remedy: `Take a target of version ${majorOf(version)} or newer.` })]
    : [note('target', 'versions', `From PostgreSQL ${from} to ${to}.`)]
}

const rolesLacking = async (context: Context, used: readonly string[], role: string): Promise<Finding[]> => {
  const { known } = await readRoles(context.query)
  const missing = used.filter(name => !known.has(name))
  return missing.length === 0 ? [] : [concern('target', 'roles', `The target's server lacks ${count(missing.length, 'role')} that own or are granted something in the bundle; without them what they own belongs to ${named(role)}, and what they were granted is left out.`, {
    remedy: missing.slice(0, 20).map(name => `CREATE ROLE ${named(name)};`).join('\n'), about: missing.map(name => visible(name)),
  })]
}
