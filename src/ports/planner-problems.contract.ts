import fc from 'fast-check'
import { addDays } from '#domain/days.ts'
import type { CustomerId, PartnerId } from '#domain/parties.ts'
import type { ToPlace, WaveProblem } from '#domain/schedule.ts'

/** Problems small enough to try everything, with rules of every kind, and about as often without a plan as with one. */
export const smallProblems = ({ placed }: { readonly placed: boolean }): fc.Arbitrary<WaveProblem> =>
  fc.record({ dates: fc.integer({ min: 2, max: 4 }), customers: fc.integer({ min: 1, max: 4 }) }).chain(({ dates: dateCount, customers: customerCount }) => {
    const first = '2026-12-26'
    // A weekend has two days, a night one; at times a single night stands between two weekends.
    const dates = Array.from({ length: dateCount }, (_, n) => ({ day: addDays(first, 4 * n), days: n % 2 === 0 ? [addDays(first, 4 * n), addDays(first, 4 * n + 1)] : [addDays(first, 4 * n)] }))
    const day = fc.integer({ min: -1, max: 4 * dateCount + 1 }).map(n => addDays(first, n))
    const dateDay = fc.constantFrom(...dates.map(date => date.day))
    const ids = Array.from({ length: customerCount }, (_, n) => `c${n}` as CustomerId)
    const idList = fc.uniqueArray(fc.constantFrom(...ids), { minLength: Math.min(2, customerCount), maxLength: 3 })
    const rarely = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: of })
    const few = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.oneof({ weight: 4, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: fc.array(of, { minLength: 1, maxLength: 2 }) })
    const named = <T>(list: readonly T[]): (T & { readonly id: string })[] => list.map((one, n) => ({ ...one, id: `rule-${n}` }))
    const customer = (id: CustomerId): fc.Arbitrary<ToPlace> => fc.record({
      id: fc.constant(id),
      name: fc.constant(`Customer ${id}`),
      country: fc.constantFrom('JP', 'US'),
      partner: fc.constantFrom(null, 'p0' as PartnerId, 'p1' as PartnerId),
      minutes: fc.integer({ min: 0, max: 4 }).map(n => n * 45),
      uses: fc.subarray(['team', 'home']),
      noGo: few(day),
      earliest: rarely(day),
      latest: rarely(day),
      holidaysToo: fc.boolean(),
      dislikes: fc.dictionary(dateDay, fc.nat(9), { maxKeys: 3, noNullPrototype: true }),
      placed: placed ? fc.oneof({ weight: 6, arbitrary: dateDay }, { weight: 1, arbitrary: day }, { weight: 6, arbitrary: fc.constant(null) }) : fc.constant(null),
    })
    const holidays = (country: string): fc.Arbitrary<WaveProblem['holidays'][number]> =>
      few(day).map(list => ({ country, from: '2026-01-01', to: '2027-12-31', days: Object.fromEntries(list.map(one => [one, { en: 'Holiday', ja: '祝日' }])) }))
    const capacity = (id: string, unit: 'minutes' | 'moves', most: fc.Arbitrary<number>): fc.Arbitrary<WaveProblem['capacities'][number]> =>
      fc.record({ id: fc.constant(id), name: fc.constant({ en: id, ja: id }), unit: fc.constant(unit), most, except: fc.dictionary(dateDay, most, { maxKeys: 1, noNullPrototype: true }) })
    const blackout = fc.record({ name: fc.constant({ en: 'Close', ja: '決算' }), from: day, capacity: fc.constantFrom(null, 'team') }).map(one => ({ ...one, to: addDays(one.from, 2) }))
    return fc.record({
      dates: fc.constant(dates),
      customers: fc.tuple(...ids.map(customer)),
      capacities: fc.tuple(capacity('team', 'minutes', fc.integer({ min: 3, max: 16 }).map(n => n * 30)), capacity('home', 'moves', fc.integer({ min: 1, max: 4 }))),
      blackouts: few(blackout).map(named),
      holidays: fc.tuple(holidays('JP'), holidays('US')),
      wave: fc.record({ least: rarely(fc.integer({ min: 1, max: 2 })), most: rarely(fc.integer({ min: 1, max: 3 })) }),
      partners: rarely(fc.constant('p0' as PartnerId)).map(partner => (partner === null ? [] : [{ partner, name: 'Partner', mostADate: 1 }])),
      together: few(idList).map(list => named(list.map(customers => ({ customers })))),
      apart: few(idList).map(list => named(list.map(customers => ({ customers })))),
      after: few(fc.record({ customer: fc.constantFrom(...ids), other: fc.constantFrom(...ids), days: fc.integer({ min: 0, max: 5 }) })).map(named),
      weights: fc.record({ perWeekLater: fc.nat(3), perDayShort: fc.nat(2), slackDays: fc.nat(7), perMoveOverShare: fc.nat(5) }),
    })
  })
