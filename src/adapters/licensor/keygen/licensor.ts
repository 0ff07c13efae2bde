import { randomUUID } from 'node:crypto'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { Fault } from '#domain/faults.ts'
import type { LicenceSheet, SheetLicence } from '#domain/licence/sheet.ts'
import { canonical } from '#lib/canonical.ts'
import { visible } from '#lib/visible.ts'
import type { Licensor, LicensorCan, Released } from '#ports/licensor.ts'
import { type AskKeygen, askingKeygen, type KeygenAddress, type Said } from './ask.ts'
import { inWords, unusable } from './reasons.ts'
import { keygenFile, type KeygenLicence, keygenLicence, type KeygenMachine, keygenMachine, one, page, validated } from './shapes.ts'

export type KeygenSettings = KeygenAddress & {
  /** Only licences of this product; undefined: all that the token sees. */
  readonly product?: string
  /** The machine of this side of the move, as the vendor's product names it to Keygen. A function is asked when the fingerprint is first needed. */
  readonly machine: { readonly fingerprint: string | (() => Promise<string>); readonly name: string }
  /** A folder: each licence's file is laid here when it is installed, for products that check offline. */
  readonly files?: string
}

/** Keygen has no reason for a maintenance, no profiles, no signed notice of a new address, and carries no leases from one machine to another. */
export const keygenCan: LicensorCan = { maintenance: false, carriesSeats: false, redirect: false, profiles: false, keys: false }

type World = { readonly server: string; readonly settings: Pick<KeygenSettings, 'product' | 'files'> & { readonly machine: { readonly fingerprint: string; readonly name: string } }; readonly ask: AskKeygen }

/**
 * One machine's licences at Keygen (https://keygen.sh), by its public HTTP API: a licence is active here if the machine of the settings is among the licence's machines. Calls:
 * list licences and machines, `validate` and `validate-key`, `check-out` (https://keygen.sh/docs/api/licenses/), create and delete a machine (https://keygen.sh/docs/api/machines/,
 * https://keygen.sh/docs/activating-machines/), pages by cursor (https://keygen.sh/docs/api/pagination/). Both sides of a move are the same server with another machine.
 *
 * Keygen lets a licence have as many machines as its policy says; here it has one at a time, so it is refused while it has any other machine. Two that activate in
 * the same instant are kept apart by Keygen only where the policy allows one machine (`maxMachines: 1`).
 */
export const openKeygenLicensor = (settings: KeygenSettings): Licensor => {
  const { protocol, hostname, origin, pathname } = new URL(settings.url)
  const server = `${origin}${pathname.replace(/\/$/, '')} (${visible(settings.machine.name, 100)})`
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) throw new Fault('LICENSOR_REFUSED', { server, verb: 'connect', reason: 'it is reached by https://, and by http:// only on the same machine' })
  const { machine: { name, fingerprint } } = settings
  const [ask, printed] = [askingKeygen(server, settings), typeof fingerprint === 'string' ? async () => fingerprint : fingerprint]
  const ready = async (): Promise<World> => ({ server, ask, settings: { ...settings, machine: { name, fingerprint: await printed() } } })
  const cannot = (verb: string, reason: string) => async (): Promise<never> => { throw new Fault('LICENSOR_REFUSED', { server, verb, reason }) }
  return {
    label: server,
    can: keygenCan,
    readBack: async signal => readBack(await ready(), signal),
    maintain: cannot('change its maintenance', 'Keygen has no maintenance in which those who are at work go on; suspending a licence would throw them out'),
    deactivate: async (licence, _key, signal) => deactivate(await ready(), licence, signal),
    install: async ({ licence }, _key, signal) => install(await ready(), licence, signal),
    activate: async ({ licence }, code, _key, signal) => activate(await ready(), licence, code, signal),
    link: cannot('link a profile', 'Keygen has no profiles: a product asks by the key of its licence'),
    rename: cannot('rename a profile', 'Keygen has no profiles: a product asks by the key of its licence'),
    redirect: cannot('redirect', 'Keygen stays where it is: there is nobody to be sent elsewhere'),
    async [Symbol.asyncDispose]() { /* every question has a connection of its own */ },
  }
}

const readBack = async (world: World, signal: AbortSignal): Promise<LicenceSheet> => {
  const { product, machine } = world.settings
  const licences = await list(world, 'licenses', { ...(product === undefined ? {} : { product }) }, keygenLicence, signal)
  const here = await list(world, 'machines', { fingerprint: machine.fingerprint }, keygenMachine, signal)
  const boundTo = new Map(here.map(each => [each.relationships.license.data.id, nameOf(each)]))
  return {
    format: 'rehome-licences/1',
    server: { name: world.server, product: 'Keygen', version: 'v1' },
    takenAt: Date.now(),
    maintenance: null,
    licences: licences.map(licence => sheetLicence(licence, boundTo.get(licence.id))).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    profiles: [],
  }
}

/** A seat is what Keygen calls a process of a machine. Who holds them is not read: they are not carried. */
const sheetLicence = ({ id, attributes: { name, key, expiry, maxProcesses, floating }, relationships }: KeygenLicence, machine: string | undefined): SheetLicence => ({
  id, product: relationships.product?.data?.id ?? '', kind: floating === true ? 'floating' : 'node-locked', name: name ?? id, seats: maxProcesses ?? null, endsAt: expiry === null ? null : Date.parse(expiry),
  state: machine === undefined ? 'inactive' : 'active', machine: machine ?? null, code: key, taken: [],
})

const nameOf = ({ attributes: { name, hostname }, id }: KeygenMachine): string => name ?? hostname ?? id

/** It is made sure first that the licence could be activated again: what is suspended or over would end on no machine. */
const deactivate = async (world: World, licence: string, signal: AbortSignal): Promise<Released> => {
  const verb = `deactivate the licence ${visible(licence)}`
  const { meta } = validated.safeParse(granted(await world.ask({ method: 'POST', path: `licenses/${encodeURIComponent(licence)}/actions/validate`, body: { meta: {} }, verb, isChange: false }, signal)).json).data ?? confused(world, verb)
  const machines = await machinesOf(world, licence, signal)
  const ours = machines.find(isOurs(world))
  if (ours !== undefined) {
    mustBeUsable(world, verb, meta)
    const said = await world.ask({ method: 'DELETE', path: `machines/${encodeURIComponent(ours.id)}`, verb, isChange: true }, signal)
    if (said.status !== 404) granted(said)
  }
  return { licence, document: canonical({ keygen: licence }), receipt: null }
}

const install = async (world: World, licence: string, signal: AbortSignal): Promise<void> => {
  const verb = `install the licence ${visible(licence)}`
  granted(await world.ask({ method: 'GET', path: `licenses/${encodeURIComponent(licence)}`, verb, isChange: false }, signal))
  const { files } = world.settings
  if (files === undefined) return
  const said = granted(await world.ask({ method: 'POST', path: `licenses/${encodeURIComponent(licence)}/actions/check-out`, body: { meta: {} }, verb, isChange: false }, signal))
  const file = one(keygenFile).safeParse(said.json).data ?? confused(world, verb)
  if (!/^[\w-]{1,100}$/.test(licence)) throw new Fault('LICENSOR_REFUSED', { server: world.server, verb, reason: 'its name is no name for a file' })
  await lay(join(files, `${licence}.lic`), file.data.attributes.certificate)
}

/** Whole or not at all; only its owner reads it. */
const lay = async (path: string, text: string): Promise<void> => {
  const draft = `${path}.${randomUUID()}`
  await using file = await open(draft, 'wx', 0o600)
  await file.writeFile(text)
  await file.sync()
  await rename(draft, path)
}

const activate = async (world: World, licence: string, code: string | null, signal: AbortSignal): Promise<void> => {
  const { settings: { machine }, server } = world
  const verb = `activate the licence ${visible(licence)}`
  const refused = (reason: string): Fault => new Fault('LICENSOR_REFUSED', { server, verb, reason })
  if (code === null) throw refused('its licence key is missing')
  await mustBeKeyOf(world, licence, code, verb, signal)
  const machines = await machinesOf(world, licence, signal)
  if (machines.some(isOurs(world))) return
  if (machines.length > 0) throw refused(`the licence is active elsewhere, on ${machines.slice(0, 5).map(each => visible(nameOf(each), 100)).join(', ')}${machines.length > 5 ? ' and others' : ''}; deactivate it there first`)
  const body = { data: { type: 'machines', attributes: { fingerprint: machine.fingerprint, name: machine.name }, relationships: { license: { data: { type: 'licenses', id: licence } } } } }
  const said = await world.ask({ method: 'POST', path: 'machines', body, verb, isChange: true, secrets: [code] }, signal)
  // Somebody who asked the same at once was there first.
  if (said.codes.includes('FINGERPRINT_TAKEN') && (await machinesOf(world, licence, signal)).some(isOurs(world))) return
  const made = one(keygenMachine).safeParse(granted(said).json).data ?? confused(world, verb)
  if (!isOurs(world)(made.data) || made.data.relationships.license.data.id !== licence) confused(world, verb)
}

const mustBeKeyOf = async (world: World, licence: string, code: string, verb: string, signal: AbortSignal): Promise<void> => {
  const said = granted(await world.ask({ method: 'POST', path: 'licenses/actions/validate-key', body: { meta: { key: code } }, verb, isChange: false, secrets: [code] }, signal))
  const { meta, data } = validated.safeParse(said.json).data ?? confused(world, verb)
  if (data === null) throw new Fault('LICENSOR_REFUSED', { server: world.server, verb, reason: 'the licence key is not known' })
  if (data.id !== licence) throw new Fault('LICENSOR_REFUSED', { server: world.server, verb, reason: 'the licence key is that of another licence' })
  mustBeUsable(world, verb, meta)
}

const mustBeUsable = ({ server }: World, verb: string, { valid, code }: { readonly valid: boolean; readonly code: string }): void => {
  if (!valid && unusable.includes(code)) throw new Fault('LICENSOR_REFUSED', { server, verb, reason: inWords(code) ?? code })
}

const isOurs = ({ settings }: World) => ({ attributes }: KeygenMachine): boolean => attributes.fingerprint === settings.machine.fingerprint

const machinesOf = async (world: World, licence: string, signal: AbortSignal): Promise<KeygenMachine[]> =>
  (await list(world, 'machines', { license: licence }, keygenMachine, signal)).filter(each => each.relationships.license.data.id === licence)

const mostPages = 1_000

/** All of them, by pages of 100: the last one's id is the cursor, as long as there is a link to more. */
const list = async <Of extends z.ZodType<{ readonly id: string }>>(world: World, path: string, filter: Readonly<Record<string, string>>, shape: Of, signal: AbortSignal): Promise<z.output<Of>[]> => {
  const found: z.output<Of>[] = []
  const verb = 'tell what stands there'
  for (let pages = 0; pages < mostPages; pages += 1) {
    const query = new URLSearchParams({ ...filter, 'page[size]': '100', 'page[cursor]': found.at(-1)?.id ?? '' })
    const said = granted(await world.ask({ method: 'GET', path: `${path}?${query.toString()}`, verb, isChange: false }, signal))
    const told = page(shape).safeParse(said.json).data ?? confused(world, verb)
    found.push(...told.data)
    if (told.data.length === 0 || typeof told.links?.next !== 'string') return found
  }
  throw new Fault('LICENSOR_REFUSED', { server: world.server, verb, reason: `it has more than ${mostPages * 100}` })
}

const granted = (said: Said): Said => {
  if (said.fault !== undefined) throw said.fault
  return said
}

const confused = ({ server }: World, verb: string): never => { throw new Fault('LICENSOR_CONFUSED', { server, reason: `asked to ${verb}, it gave an answer of another form` }) }
