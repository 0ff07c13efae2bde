import { z } from 'zod'
import { api } from '#wire/api.ts'
import type { Endpoint } from '#wire/endpoint.ts'

type Schema = Readonly<Record<string, unknown>>

/** The OpenAPI 3.1 document of everything that can be asked. */
export const openApi = (): Schema => ({
  openapi: '3.1.0',
  info: { title: 'Rehome control', version: '1', description: 'Instants are ISO 8601 in UTC, days YYYY-MM-DD. Every POST takes an Idempotency-Key. Lists come in pages: give `next` as `after`.' },
  components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' }, cookie: { type: 'apiKey', in: 'cookie', name: 'rehome' } }, schemas: { Problem: problemSchema } },
  security: [{ token: [] }, { cookie: [] }],
  paths: Object.fromEntries([...Map.groupBy(Object.entries(api) as [string, Endpoint][], ([, { path }]) => path)].map(([path, all]) => [path, Object.fromEntries(all.map(([name, one]) => [one.method.toLowerCase(), operationOf(name, one)]))])),
})

const problemSchema: Schema = { type: 'object', required: ['type', 'title', 'status', 'detail'], properties: { type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' } } }

const operationOf = (name: string, { method, path, says, input, answer, open }: Endpoint): Schema => {
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, Schema>; required?: string[] }
  const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map(match => match[1]))
  const parameters = Object.entries(properties).filter(([field]) => inPath.has(field) || method === 'GET')
    .map(([field, schema]) => ({ name: field, in: inPath.has(field) ? 'path' : 'query', required: inPath.has(field) || required.includes(field), schema }))
  const body = Object.fromEntries(Object.entries(properties).filter(([field]) => !inPath.has(field)))
  return {
    operationId: name, summary: says, tags: [name.split('.')[0]], ...(open === true ? { security: [] } : {}),
    parameters: [...parameters, ...(method === 'POST' ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 200 } }] : [])],
    ...(method === 'POST' ? { requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', properties: body, required: required.filter(field => !inPath.has(field)), additionalProperties: false } } } } } : {}),
    responses: { 200: { description: 'The answer.', content: { 'application/json': { schema: withoutDialect(z.toJSONSchema(answer, { io: 'input', unrepresentable: 'any' })) } } }, default: { description: 'Why not.', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } } },
  }
}

const withoutDialect = ({ $schema: _, ...schema }: Schema): Schema => schema
