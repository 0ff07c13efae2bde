import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { Fault } from '#domain/faults.ts'
import type { FleetPattern } from '#domain/fleet.ts'
import type { PreparedMachine } from '#domain/licence/course.ts'
import type { Serves } from '#domain/orders.ts'
import { readAddress } from '#entrances/cli/address.ts'
import type { Address, Hook, MoveRequest } from '#entrances/cli/services.ts'
import { type Application, applicationOf, applicationSetting } from './application-settings.ts'
import { type LicenceReach, licenceReachOf, licenceSetting } from './agent-licence-settings.ts'
import { redirectOfAgent } from './redirect-settings.ts'

const reference = z.string().min(1)
const anything = z.string().min(1).max(200).default('*')
const fleetSchema = z.strictObject({ fleet: z.string().min(1).max(200), user: anything, host: anything, program: anything, least: z.int().min(1).default(1) })
const settingsSchema = z.strictObject({
  stores: z.array(z.strictObject({
    home: z.string().min(1), tenant: z.string().min(1), /** By what devices are known that come to this home. */ fleets: z.array(fleetSchema).max(200).default([]), /** Answers who came, in its columns user, host and program. */ devices: z.string().exactOptional(), /** What the store is called in reports. */ store: z.string().min(1).default('app'), url: reference, /** An empty database into which moves to this home are rehearsed. */ rehearsal: reference.exactOptional(),
    hook: z.strictObject({ url: z.url(), secret: reference }).exactOptional(), upstream: z.url().exactOptional(), countUsers: z.string().exactOptional(), listUsers: z.string().exactOptional(), /** The folder with the tenant's files, on this machine. */ files: z.string().min(1).exactOptional(), /** Programs of the product itself: who they are is no question to anybody. */ own: z.array(z.string().min(1).max(200)).max(100).default([]),
  })).max(1_000).default([]),
  applications: z.array(applicationSetting).max(100).default([]),
  licences: z.array(licenceSetting).max(1_000).default([]),
  routes: z.array(z.strictObject({ tenant: z.string().min(1), url: z.url(), token: reference })).default([]),
  redirect: redirectOfAgent.exactOptional(),
}).refine(({ stores, applications, licences }) => stores.length + applications.length + licences.length > 0, { path: ['stores'], message: 'there is none' })
type Settings = z.output<typeof settingsSchema>
type StoreSetting = Settings['stores'][number]
type Environment = Readonly<Record<string, string | undefined>>

/** One store of a tenant, with what it takes to reach it and the product in front of it. */
export type Reach = { readonly store: string; readonly address: Address; readonly hook?: Hook; readonly upstream?: string; readonly countUsers?: string; readonly listUsers?: string; readonly own: readonly string[] }

/**
 * What an agent has the keys of: stores, products and proxies by the names of homes and tenants. All of it stays on this machine. Texts that begin with `env:` or `file:` are
 * references, read when they are needed; `{tenant}` in an address is the tenant's name; the tenant `*` is every one of that home.
 */
export class AgentSettings {
  readonly serves: readonly Serves[]
  /** Where this agent answers old addresses, if it does. */
  readonly redirect: Settings['redirect']
  readonly #settings: Settings
  readonly #environment: Environment
  readonly #file: string

  constructor(file: string, environment: Environment) {
    this.#file = file
    this.#environment = environment
    this.#settings = readSettings(file)
    this.redirect = this.#settings.redirect
    this.serves = [...this.#settings.stores.flatMap(({ home, tenant, rehearsal }) => [{ home, tenant }, ...(rehearsal === undefined ? [] : [{ home, tenant, what: 'rehearsal' as const }])]), ...this.#settings.applications.map(({ home, tenant }) => ({ home, tenant, what: 'application' as const })), ...this.#settings.licences.map(({ home, tenant }) => ({ home, tenant, what: 'licences' as const }))]
  }

  async reach(home: string, tenant: string): Promise<Reach> {
    const found = nearest(this.#settings.stores, tenant, one => one.home === home)
    if (found === undefined) throw this.#wrong(`there is no store of ${tenant} in ${home}`)
    return { store: found.store, own: found.own, address: await this.#address(found, tenant), ...this.#hook(found), ...(found.upstream === undefined ? {} : { upstream: named(found.upstream, tenant) }), ...(found.countUsers === undefined ? {} : { countUsers: found.countUsers }), ...(found.listUsers === undefined ? {} : { listUsers: found.listUsers }) }
  }

  /** Where moves of a tenant to this home are rehearsed. */
  async rehearsal(home: string, tenant: string): Promise<Address> {
    const found = nearest(this.#settings.stores, tenant, one => one.home === home && one.rehearsal !== undefined)
    if (found?.rehearsal === undefined) throw this.#wrong(`there is no database for rehearsals of ${tenant} in ${home}`)
    return await this.#address({ ...found, url: found.rehearsal }, tenant)
  }

  /** Where a tenant's files are. */
  files(home: string, tenant: string): string {
    const found = nearest(this.#settings.stores, tenant, one => one.home === home && one.files !== undefined)
    if (found?.files === undefined) throw this.#wrong(`there is no folder with the files of ${tenant} in ${home}`)
    // A tenant's name is one name: it cannot lead out of the folder that it stands in.
    return found.files.replaceAll('{tenant}', () => tenant)
  }

  /** The application of a tenant in a home, and what may be done with it. */
  application(home: string, tenant: string): Application {
    const found = this.#settings.applications.find(one => one.home === home && one.tenant === tenant)
    if (found === undefined) throw this.#wrong(`there is no application of ${tenant} in ${home}`)
    return applicationOf(found, this.#environment, text => this.#secret(text), this.#secrets())
  }

  /** The licence server of a tenant in a home. */
  licences(home: string, tenant: string, machine: PreparedMachine | null): LicenceReach {
    const found = nearest(this.#settings.licences, tenant, one => one.home === home)
    if (found === undefined) throw this.#wrong(`there is no licence server of ${tenant} in ${home}`)
    return licenceReachOf(found, tenant, machine, text => this.#secret(text), reason => this.#wrong(reason))
  }

  /** Every secret that these settings lead to, as far as it can be read. */
  #secrets(): string[] {
    const { stores, routes, applications, licences } = this.#settings
    const references = [...stores.flatMap(one => [one.url, ...(one.hook === undefined ? [] : [one.hook.secret])]), ...routes.map(one => one.token), ...licences.map(one => one.token), ...applications.flatMap(one => one.identity ?? [])]
    return references.flatMap(reference => {
      try {
        const text = this.#secret(reference)
        return [...text.split('\n').filter(line => !line.startsWith('#')), ...(URL.canParse(text) ? [decodeURIComponent(new URL(text).password)] : [])]
      } catch {
        return []
      }
    })
  }

  get hasFleets(): boolean { return this.#settings.stores.some(one => one.fleets.length > 0) }

  /** The fleets of devices that come to a tenant in its new home, and what else knows who came. */
  fleets(home: string, tenant: string): { readonly patterns: readonly FleetPattern[]; readonly devices?: string } {
    const found = nearest(this.#settings.stores, tenant, one => one.home === home)
    return { patterns: found?.fleets ?? [], ...(found?.devices === undefined ? {} : { devices: found.devices }) }
  }

  /** The proxy whose upstream is changed; none, if either home has no address behind one. */
  route(tenant: string, origin: Reach, destination: Reach): MoveRequest['route'] {
    const found = nearest(this.#settings.routes, tenant, () => true)
    if (found === undefined || origin.upstream === undefined || destination.upstream === undefined) return undefined
    return { url: named(found.url, tenant), token: this.#secret(found.token), origin: origin.upstream, destination: destination.upstream }
  }

  async #address({ url, home }: StoreSetting, tenant: string): Promise<Address> {
    try {
      return await readAddress('source', named(this.#secret(url), tenant), {}, async () => undefined)
    } catch (error) {
      if (error instanceof Fault) throw error
      throw this.#wrong(`the url of ${home}: ${error instanceof Error ? error.message : ''}`)
    }
  }

  #hook({ hook }: StoreSetting): { readonly hook?: Hook } {
    return hook === undefined ? {} : { hook: { url: hook.url, secret: this.#secret(hook.secret) } }
  }

  #secret(text: string): string {
    if (text.startsWith('env:')) {
      const value = this.#environment[text.slice(4)]
      if (value === undefined) throw this.#wrong(`the environment has no ${text.slice(4)}`)
      return value
    }
    if (!text.startsWith('file:')) return text
    try {
      return readFileSync(text.slice(5), 'utf8').trim()
    } catch (cause) {
      throw this.#wrong(`${text.slice(5)} cannot be read`, cause)
    }
  }

  #wrong(reason: string, cause?: unknown): Fault {
    return new Fault('AGENT_SETTINGS', { file: this.#file, reason }, { cause })
  }
}

/** The tenant's own line before the one for all. */
const nearest = <T extends { readonly tenant: string }>(lines: readonly T[], tenant: string, fits: (line: T) => boolean): T | undefined =>
  lines.find(line => fits(line) && line.tenant === tenant) ?? lines.find(line => fits(line) && line.tenant === '*')

const named = (text: string, tenant: string): string => text.replaceAll('{tenant}', () => encodeURIComponent(tenant)).replaceAll('%7Btenant%7D', () => encodeURIComponent(tenant))

const readSettings = (file: string): Settings => {
  const wrong = (reason: string, cause?: unknown): Fault => new Fault('AGENT_SETTINGS', { file, reason }, { cause })
  let text: string
  try {
    // Windows has no such bits.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) throw wrong('others on this machine may read it')
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Fault) throw error
    throw wrong('it cannot be read', error)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw wrong('it is no JSON')
  }
  const settings = settingsSchema.safeParse(json)
  if (!settings.success) throw wrong(settings.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  return settings.data
}
