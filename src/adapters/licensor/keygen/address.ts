import { z } from 'zod'
import { Fault } from '#domain/faults.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import type { Licensor } from '#ports/licensor.ts'
import type { Machine } from '#ports/machine.ts'
import { openKeygenLicensor } from './licensor.ts'

const words = z.strictObject({ machine: z.string().min(1).max(255), fingerprint: z.string().min(1).max(255).optional(), product: z.string().min(1).optional(), files: z.string().min(1).optional() })

/**
 * From one address: Keygen's, and in its query which side of a move this is. `machine=NAME&fingerprint=…`: the machine as the vendor's product names it; `machine=here`: the one that
 * this runs on, by a fingerprint of ours where none is given. `product=…`: only its licences. `files=FOLDER`: for licence files. Fault SETTINGS_WRONG.
 */
export const openKeygenAt = ({ url, token, ca }: { readonly url: string; readonly token: string; readonly ca?: string }, here: Machine): Licensor => {
  const address = new URL(url)
  const wrong = (reason: string): Fault => new Fault('SETTINGS_WRONG', { file: `${address.origin}${address.pathname}`, reason })
  const query = words.safeParse(Object.fromEntries(address.searchParams))
  if (!query.success) throw wrong('beside the address it takes machine=here, or machine=NAME&fingerprint=…, and where wanted product=… and files=FOLDER')
  const [, version, kind, whose = '', ...more] = address.pathname.split('/')
  if (version !== 'v1' || kind !== 'accounts' || whose === '' || more.join('') !== '') throw wrong('it looks like https://api.keygen.sh/v1/accounts/NAME?machine=here')
  const { machine, fingerprint, product, files } = query.data
  const isHere = machine === 'here'
  if (!isHere && fingerprint === undefined) throw wrong('of another machine than this one the fingerprint must be given, as Keygen has it')
  return openKeygenLicensor({
    url: `${address.origin}${address.pathname}`, token, ...(ca === undefined ? {} : { ca }), ...(product === undefined ? {} : { product }), ...(files === undefined ? {} : { files }),
    machine: { name: isHere ? here.name : machine, fingerprint: fingerprint ?? (() => fingerprintOf(here)) },
  })
}

/**
 * A machine as one string, as Keygen wants it: it cannot tell a small change from another machine, so the factor that changes least is taken, and all of them only where
 * there is none. Hashed, so that nothing of the machine leaves it. A product that names machines in a way of its own must be given its own.
 */
export const fingerprintOf = async (machine: Machine): Promise<string> => {
  const factors = (await machine.factors()).toSorted((a, b) => (a.kind < b.kind ? -1 : 1))
  const lasting = factors.filter(({ kind }) => kind === 'machine-id')
  if (factors.length === 0) throw new Fault('SETTINGS_WRONG', { file: machine.name, reason: 'nothing can be read that this machine is known by: give fingerprint=… with the address' })
  return sha256(canonical(['rehome-keygen', ...(lasting.length > 0 ? lasting : factors).map(({ kind, value }) => [kind, value])]))
}
