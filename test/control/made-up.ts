import { z } from 'zod'
import type { Endpoint } from '#wire/endpoint.ts'

type Schema = {
  readonly type?: string | readonly string[]; readonly format?: string; readonly pattern?: string; readonly enum?: readonly unknown[]; readonly const?: unknown; readonly anyOf?: readonly Schema[]; readonly oneOf?: readonly Schema[]; readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>; readonly required?: readonly string[]; readonly items?: Schema; readonly prefixItems?: readonly Schema[]; readonly minItems?: number; readonly minLength?: number; readonly minimum?: number; readonly exclusiveMinimum?: number; readonly default?: unknown
  readonly propertyNames?: Schema; readonly additionalProperties?: Schema | boolean; readonly $ref?: string; readonly $defs?: Readonly<Record<string, Schema>>; readonly 'x-kind'?: string
}

/** Where in an input an id stands, and of what. */
export type Place = { readonly path: string; readonly kind: string }
/** Which id stands at a place. */
export type Pick = (place: Place) => string

/** An input that an endpoint takes, made up from its schema: with every field, or with those alone that must be there and those that are named. */
export const madeUp = ({ input }: Endpoint, pick: Pick, every: boolean | string): Record<string, unknown> => {
  const whole = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Schema
  return valueOf(whole, '', { pick, every, whole, depth: 0 }) as Record<string, unknown>
}

/** Every place of an id in an input. */
export const placesOf = (endpoint: Endpoint): Place[] => {
  const places: Place[] = []
  madeUp(endpoint, place => { places.push(place); return '00000000-0000-7000-8000-000000000000' }, true)
  return places
}

type How = { readonly pick: Pick; readonly every: boolean | string; readonly whole: Schema; readonly depth: number }

const valueOf = (schema: Schema, path: string, how: How): unknown => {
  if (schema.$ref !== undefined) return how.depth > 4 ? {} : valueOf(schema.$ref === '#' ? how.whole : how.whole.$defs?.[schema.$ref.split('/').at(-1) ?? ''] ?? {}, path, { ...how, depth: how.depth + 1 })
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const options = schema.anyOf ?? schema.oneOf
  if (options !== undefined) return valueOf(options.find(one => one.type !== 'null') ?? {}, path, how)
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map(one => valueOf(one, path, how))) as unknown
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'string': return textOf(schema, path, how)
    case 'integer':
    case 'number': return schema.minimum ?? (schema.exclusiveMinimum === undefined ? 1 : schema.exclusiveMinimum + 1)
    case 'boolean': return true
    case 'array': return schema.prefixItems?.map(one => valueOf(one, path, how)) ?? Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () => valueOf(schema.items ?? {}, path, how))
    case 'object': return objectOf(schema, path, how)
    default: return {}
  }
}

const objectOf = ({ properties = {}, required = [], propertyNames, additionalProperties }: Schema, path: string, how: How): Record<string, unknown> => {
  const fields = Object.entries(properties).filter(([name]) => required.includes(name) || how.every === true || (path === '' && name === how.every))
  const named = propertyNames === undefined || typeof additionalProperties !== 'object' ? [] : [[String(valueOf(propertyNames, path, how)), valueOf(additionalProperties, path, how)]]
  return Object.fromEntries([...fields.map(([name, schema]) => [name, valueOf(schema, path === '' ? name : `${path}.${name}`, how)]), ...named]) as Record<string, unknown>
}

const textOf = (schema: Schema, path: string, { pick }: How): string => {
  if (schema['x-kind'] !== undefined) return pick({ path, kind: schema['x-kind'] })
  const field = path.split('.').at(-1) ?? ''
  const formats: Readonly<Record<string, string>> = { uuid: '00000000-0000-7000-8000-000000000000', date: '2026-12-01', 'date-time': '2026-12-01T10:00:00Z', email: 'somebody@nowhere.example', uri: 'https://nowhere.example/' }
  const fields: Readonly<Record<string, string>> = { zone: 'Asia/Tokyo', country: 'JP', locale: 'en', month: '2026-12', currency: 'JPY', at: '22:00', from: '22:00', password: 'a heron beside the pond', addressPattern: 'https://{name}.made-up.example', mine: 'true', late: 'true', marked: 'true', open: 'true', isOpen: 'true' }
  const made = formats[schema.format ?? ''] ?? fields[field] ?? 'made-up'
  return schema.pattern === undefined || new RegExp(schema.pattern).test(made) ? made.padEnd(schema.minLength ?? 0, 'x') : ['22:00', '2026-12', 'JP', 'JPY', 'made-up', 'a1b2c3', '0', 'x'.repeat(43), 'a'.repeat(64), '1.2.3.4', 'made-up.example', '2026-12-01'].find(one => new RegExp(schema.pattern as string).test(one)) ?? made
}
