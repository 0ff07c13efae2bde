import { Fault } from '#domain/faults.ts'
import type { Packer } from '#ports/bundle.ts'
import type { Licensor } from '#ports/licensor.ts'
import type { Store } from '#ports/store.ts'
import { openKeygenAt } from './licensor/keygen/address.ts'
import { openOwnLicensor } from './licensor/own/licensor.ts'
import { thisMachine } from './machine/machine.ts'
import type { Settings } from './store/postgres/context.ts'
import { postgresPacker } from './store/postgres/packer.ts'
import { openPostgres } from './store/postgres/store.ts'

/** How to reach a store: the URL says of which kind. */
export type StoreSettings = Settings

/** One line for each kind of store. */
const stores: Readonly<Record<string, (settings: StoreSettings) => Store>> = {
  'postgres:': openPostgres,
  'postgresql:': openPostgres,
}

export const openStore = (settings: StoreSettings): Store => {
  const open = stores[new URL(settings.url).protocol]
  if (open === undefined) throw new Fault('STORE_UNREACHABLE', { store: settings.name, reason: `there is no store of the kind ${new URL(settings.url).protocol}//` })
  return open(settings)
}

const packers: Readonly<Record<string, Packer>> = { 'postgres:': postgresPacker, 'postgresql:': postgresPacker }

/** How stores of this kind travel without their target. */
export const packerOf = (url: string): Packer => {
  const packer = packers[new URL(url).protocol]
  if (packer === undefined) throw new Fault('STORE_UNREACHABLE', { store: 'bundle', reason: `there are no bundles of stores of the kind ${new URL(url).protocol}//` })
  return packer
}

/** How to reach a licence server: `kind` says whose it is. */
export type LicensorSettings = { readonly url: string; readonly kind: string; readonly token?: string; /** Certificates, as PEM, of the authorities that are believed. */ readonly ca?: string }

/** One line for each kind of licence server. */
const licensors: Readonly<Record<string, (settings: { readonly url: string; readonly token: string; readonly ca?: string }) => Licensor>> = {
  own: openOwnLicensor,
  keygen: settings => openKeygenAt(settings, thisMachine()),
}

export const openLicensor = ({ url, kind, token, ca }: LicensorSettings): Licensor => {
  const open = licensors[kind]
  if (open === undefined) throw new Fault('LICENSOR_UNREACHABLE', { server: url, reason: `there is no licence server of the kind ${kind}` })
  return open({ url, token: token ?? '', ...(ca === undefined ? {} : { ca }) })
}
