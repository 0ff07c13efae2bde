import { licensorContract, type LicensorFixture, type Side, type Way } from '#ports/licensor.contract.ts'
import { faulty, type Mishap } from '#adapters/licensor/faulty/faulty.ts'
import { openMemoryIssuer } from './issuer.ts'
import { openMemoryLicensor } from './licensor.ts'

const never = new AbortController().signal
const mishaps: Readonly<Record<Way, Mishap>> = { closed: { how: 'unreachable' }, silent: { how: 'after' }, broken: { how: 'after' } }

const make = async (): Promise<LicensorFixture> => {
  const issuer = openMemoryIssuer()
  const of = { origin: openMemoryLicensor({ name: 'old', issuer }), destination: openMemoryLicensor({ name: 'new', issuer }) } satisfies Partial<Record<Side, unknown>>
  return {
    ...of,
    async issue({ seats }) {
      const { licence, document, code } = issuer.issue({ seats })
      const profile = `profile of ${licence}`
      await of.origin.install({ licence, document, receipt: null }, `install ${licence}`, never)
      await of.origin.activate({ licence, document, receipt: null }, code, `activate ${licence}`, never)
      await of.origin.link({ name: profile, licences: [licence] }, `link ${licence}`, never)
      return { licence, code, profile }
    },
    seat: async (side, profile, user) => of[side].seats.checkOut(profile, { user, host: 'desk', program: 'charts' }),
    machines: { origin: 'machine of old', destination: 'machine of new' },
    address: 'https://licences.example/',
    movedTo: async side => of[side].seats.movedTo,
    by: async (side, way) => faulty(of[side], () => mishaps[way]),
    restart: async side => of[side],
    secrets: [],
  }
}

licensorContract('a licence server on memory', openMemoryLicensor({ name: 'any', issuer: openMemoryIssuer() }).can, make)
