import type { Environment, Home } from '#domain/homes.ts'
import type { Locale } from '#domain/locale.ts'
import type { FactValue } from '#domain/playbook.ts'
import type { People } from '#domain/programmes.ts'
import type { Country, Day, Zone } from '#domain/time.ts'

export type SampleProgramme = {
  readonly name: string; readonly playbook: string; readonly customers: number; readonly perWave: number; /** Weeks from now to the first wave. */ readonly firstWeek: number
  readonly origin: Omit<Home, 'id' | 'vendor'>; readonly destination: Omit<Home, 'id' | 'vendor'>; readonly environments: readonly Environment[]; /** Through partners. */ readonly sold: boolean
  readonly people: People; answers(n: number): Readonly<Record<string, FactValue>>
}

const people: People = [
  { role: 'project-manager', name: 'Moves desk', email: 'moves@vendor.example', phone: '+00 100 1' }, { role: 'support', name: 'Support desk', email: 'support@vendor.example', phone: '+00 100 2' }, { role: 'customer-success', name: 'Customer desk', email: 'customers@vendor.example', phone: null },
]
const home = (name: string, kind: Home['kind'], addressPattern: string | null, licensedUsers: number | null = null): Omit<Home, 'id' | 'vendor'> => ({ name, kind, addressPattern, capacity: 4, licensedUsers })

/** One programme for each case, and both offers of case B. */
export const sampleProgrammes: readonly SampleProgramme[] = [
  {
    name: 'Case A: to the new cloud', playbook: 'cloud-to-cloud', customers: 40, perWave: 8, firstWeek: 2, environments: ['prod'], sold: false, people,
    origin: home('first cloud', 'shared', 'https://{name}.cloud.example.com'), destination: home('second cloud', 'shared', 'https://{name}.example.cloud'),
    answers: n => ({ sso: n % 2 === 0, vpn: n % 5 === 0, vpc: n % 7 === 0, outsideDatabaseAccess: n % 3 === 0, integrations: n % 4 === 0 ? ['payments', 'reporting'] : [] }),
  },
  {
    name: 'Case B: to servers of their own', playbook: 'cloud-to-self-hosted', customers: 20, perWave: 5, firstWeek: 4, environments: ['prod'], sold: true, people,
    origin: home('forms cloud', 'shared', 'https://{name}.forms.example.com'), destination: home('own servers', 'self-hosted', null, 300), answers: n => ({ fileGigabytes: n % 30, serverReady: n % 2 === 0, contractTerm: n % 2 === 0 ? 'month' : 'year' }),
  },
  {
    name: 'Case B: from shared to dedicated', playbook: 'shared-to-dedicated', customers: 20, perWave: 5, firstWeek: 3, environments: ['prod'], sold: true, people,
    origin: home('shared server', 'shared', 'https://{name}.shared.example.com'), destination: home('dedicated servers', 'dedicated', 'https://{name}.own.example.com', 500), answers: n => ({ deviceFleets: n % 3 === 0 ? ['tablets', 'scanners'] : [] }),
  },
  {
    name: 'Case C: ninety days, in waves', playbook: 'ninety-days-in-waves', customers: 40, perWave: 5, firstWeek: 4, environments: ['prod'], sold: false, people,
    origin: home('data centre', 'shared', 'https://{name}.claims.example.com'), destination: home('public cloud', 'dedicated', 'https://{name}.claims.example.cloud'), answers: n => ({ vpn: n % 2 === 0, directConnection: n % 6 === 0, firewall: n % 3 !== 0, thirdParties: n % 4 === 0 ? ['clearing house'] : [] }),
  },
  {
    name: 'Case D: licence servers', playbook: 'licence-server', customers: 20, perWave: 10, firstWeek: 1, environments: ['prod'], sold: false, people,
    origin: home('old licence hosts', 'licence-host', null), destination: home('new licence hosts', 'licence-host', null), answers: n => ({ internetAccess: n % 2 === 0, renamesProfiles: n % 3 === 0 }),
  },
  {
    name: 'Case D: application servers', playbook: 'application-server', customers: 20, perWave: 10, firstWeek: 2, environments: ['prod'], sold: false, people,
    origin: home('old application servers', 'application-server', null), destination: home('new application servers', 'application-server', null), answers: n => ({ addressChanges: n % 2 === 0, usesLicenceServer: n % 3 === 0 }),
  },
]

export const samplePartners: readonly { readonly name: string; readonly locale: Locale }[] = [{ name: 'Morgenrot Vertrieb', locale: 'en' }, { name: 'あけぼの商会', locale: 'ja' }, { name: 'Harbour Line Resellers', locale: 'en' }]

export type SampleCompany = { readonly name: string; readonly slug: string; readonly country: Country; readonly zone: Zone; readonly locale: Locale }

const firsts = ['Nordlicht', 'Kestrel', 'Alderbrook', 'Seafarer', 'Tall Pine', 'Copperfield', 'Blue Heron', 'Quarry Hill', 'Lantern', 'Juniper', 'Saltmarsh', 'Windrose', 'Old Mill', 'Starling', 'Granite', 'Meadowlark']
const seconds = ['Foods', 'Textiles', 'Instruments', 'Shipping', 'Health', 'Paper', 'Optics', 'Gardens', 'Mobility', 'Ceramics', 'Printing']
const places: readonly Pick<SampleCompany, 'country' | 'zone' | 'locale'>[] = [
  { country: 'JP', zone: 'Asia/Tokyo', locale: 'ja' }, { country: 'DE', zone: 'Europe/Berlin', locale: 'en' }, { country: 'US-CA', zone: 'America/Los_Angeles', locale: 'en' }, { country: 'GB', zone: 'Europe/London', locale: 'en' }, { country: 'US-NY', zone: 'America/New_York', locale: 'en' }, { country: 'JP', zone: 'Asia/Tokyo', locale: 'ja' },
]

/** So many companies, none of which another call with another `before` names. */
export const sampleCompanies = (before: number, count: number): SampleCompany[] =>
  Array.from({ length: count }, (_, n) => {
    const at = before + n
    // 16 and 11 have no common divisor: each pair comes once before any comes again.
    const name = `${firsts[at % firsts.length] ?? ''} ${seconds[at % seconds.length] ?? ''}`
    return { name, slug: name.toLowerCase().replaceAll(' ', '-'), ...(places[at % places.length] ?? { country: 'JP', zone: 'Asia/Tokyo', locale: 'ja' }) }
  })

/** The Saturday so many weeks on. */
export const saturdayAfter = (today: Day, weeks: number): Day => {
  const day = Temporal.PlainDate.from(today)
  return day.add({ days: (6 - day.dayOfWeek + 7) % 7 + weeks * 7 }).toString()
}
