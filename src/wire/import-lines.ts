import { z } from 'zod'
import { environments, homeKinds } from '#domain/homes.ts'
import { duties } from '#domain/parties.ts'
import type { ImportKind } from './api/transfer.ts'
import { country, email, locale, name, zone } from './endpoint.ts'

/** A cell that is empty is nothing. */
const orNothing = <Schema extends z.ZodType>(schema: Schema) => z.union([z.literal('').transform(() => null), schema])
const count = z.string().regex(/^\d{1,9}$/, 'is no whole number').transform(Number)
const several = <const Values extends readonly [string, ...string[]]>(values: Values) => z.string().transform(text => text.split(/[;\s]+/).filter(word => word !== '')).pipe(z.array(z.enum(values)).min(1, `is one or several of ${values.join(', ')}, with blanks between`))

/** The columns of each kind of file, and what may stand in them. A column that is missing is as one that is empty. */
export const importLines = {
  partners: z.object({ name, locale }),
  customers: z.object({ name, country, zone, locale, partner: orNothing(name) }),
  contacts: z.object({ customer: orNothing(name), partner: orNothing(name), name, company: orNothing(name), email, phone: orNothing(z.string().max(40)), extension: orNothing(z.string().max(20)), duties: several(duties), locale: orNothing(locale) }),
  homes: z.object({ name, kind: z.enum(homeKinds), addressPattern: orNothing(z.string().regex(/^https?:\/\/\S+$/, 'is no address such as https://{name}.example.com')), capacity: count.refine(n => n > 0, 'is 1 or more'), licensedUsers: orNothing(count) }),
  tenants: z.object({ name, customer: name, home: name, environment: z.enum(environments), address: orNothing(z.url()), users: orNothing(count) }),
} as const satisfies Record<ImportKind, z.ZodObject>
