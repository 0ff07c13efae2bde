import { z } from 'zod'
import type { Id } from '#domain/ids.ts'

/**
 * One question or wish that control answers: from this description come the server's validation, the OpenAPI document, the typed way to ask it, and the command on
 * the command line. Names in braces in `path` are fields of `input`; the others travel in the query of a GET and in the body of a POST.
 */
export type Endpoint<Input extends z.ZodObject = z.ZodObject, Answer extends z.ZodType = z.ZodType> = {
  /** GET changes nothing. */
  readonly method: 'GET' | 'POST'
  readonly path: `/api/${string}`
  /** A sentence for the reference and for `--help`. */
  readonly says: string
  readonly input: Input
  readonly answer: Answer
  /** Needs nobody to have signed in. */
  readonly open?: true
  /** What is sent is for nobody else's eyes: there is no command for it, because others on the machine can read command lines. */
  readonly isSecret?: true
}

export const endpoint = <Input extends z.ZodObject, Answer extends z.ZodType>(description: Endpoint<Input, Answer>): Endpoint<Input, Answer> => description

/** ISO 8601 in UTC on the wire, milliseconds inside. */
export const instant = z.codec(z.iso.datetime(), z.number(), { decode: text => Date.parse(text), encode: ms => new Date(ms).toISOString() })
export const day = z.iso.date()
/** The id of one kind of thing: taken for what it says it is, and looked up before it is believed. */
export const id = <Kind extends string>(kind: Kind) => z.uuid().meta({ 'x-kind': kind }) as unknown as z.ZodType<Id<Kind>, Id<Kind>>
/** The list is made anew by each who asks for it, in half a millisecond. */
const zones: ReadonlySet<string> = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])
export const zone = z.string().refine(name => zones.has(name), 'is no time zone such as Asia/Tokyo').describe('a time zone, such as Asia/Tokyo')
export const country = z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'is no country such as JP, or part of one such as US-CA').describe('a country, such as JP, or part of one, such as US-CA')
export const locale = z.enum(['en', 'ja']).describe('the language that is written in')
export const name = z.string().trim().min(1).max(200)
/** Of a name, in any case. */
export const part = z.string().trim().min(1).max(200)
export const note = z.string().trim().max(4_000)
export const text = z.strictObject({ en: z.string(), ja: z.string() })
export const email = z.email().max(254)

/** Of every list: the page after this id, at most so many. */
export const paging = { after: z.uuid().describe('the page after this id').exactOptional(), limit: z.coerce.number().int().min(1).max(500).describe('at most so many').exactOptional() }
export const pageOf = <Item extends z.ZodType>(item: Item) => z.strictObject({ items: z.array(item), /** Give it as `after` for what follows; none: that was all. */ next: z.uuid().nullable() })

type Shape = Readonly<Record<string, z.ZodType>>
/** Every field may be left out. */
export const changesOf = <Fields extends Shape>(fields: Fields): { readonly [Name in keyof Fields]: z.ZodExactOptional<Fields[Name]> } =>
  Object.fromEntries(Object.entries(fields).map(([field, schema]) => [field, z.exactOptional(schema)])) as never
