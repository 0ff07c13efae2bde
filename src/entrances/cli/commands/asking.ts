import { type Command, InvalidArgumentError, Option } from 'commander'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { visible } from '#lib/visible.ts'
import { api, type EndpointName } from '#wire/api.ts'
import { asking, Refusal } from '#wire/ask.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import type { Desk } from '../desk.ts'
import { described } from '../options.ts'
import { answerLines } from '../view/answer.ts'
import { widthOf } from '../view/open.ts'

/** Everything that control can be asked as a command of the same name: `customers.list` is `rehome customers list`. */
export const addAsking = (program: Command, desk: Desk): void => {
  for (const [name, endpoint] of Object.entries(api) as [EndpointName, Endpoint][]) {
    if (endpoint.isSecret === true) continue
    const [group = '', verb = ''] = name.split('.')
    const fields = fieldsOf(endpoint)
    const command = described(groupOf(program, group).command(verb).description(lowerFirst(endpoint.says.replace(/\.$/, ''))), [...fields.map(optionOf), new Option('--idempotency-key <key>', 'the same request asked again with it is carried out once'), new Option('--json', 'for machines: the answer as control gave it')].filter(option => endpoint.method === 'POST' || option.long !== '--idempotency-key'), [
      [`rehome ${group} ${verb}${fields.filter(field => field.isRequired).map(field => ` --${dashed(field.name)} ${exampleOf(field)}`).join('')}`, 'asks the control that you are signed in to, or the one of REHOME_SITE'],
    ])
    command.action(options => ask(name, endpoint, fields, options as Options, desk))
  }
}

type Options = Readonly<Record<string, unknown>> & { readonly json?: boolean; readonly idempotencyKey?: string }

const ask = async (name: EndpointName, endpoint: Endpoint, fields: readonly Field[], options: Options, desk: Desk): Promise<void> => {
  const input = Object.fromEntries(fields.flatMap(field => { const value = options[camel(field.name)]; return value === undefined ? [] : [[field.name, value]] }))
  const { site, token } = desk.services.control()
  try {
    const answer = await asking(site, token)(name, input as never, { signal: desk.signal, ...(options.idempotencyKey === undefined ? {} : { key: options.idempotencyKey }) })
    const said = z.encode(endpoint.answer, answer)
    desk.out.write(options.json === true ? `${JSON.stringify(said)}\n` : answerLines(said, widthOf(desk.out)).map(line => `${line}\n`).join(''))
  } catch (error) {
    if (desk.signal.aborted) throw desk.signal.reason
    const problem = error instanceof Refusal ? error.problem : { type: '/problems/unreachable', status: 0, detail: `Control at ${site} cannot be reached. Start it with \`npm start\`, or say where it is with REHOME_SITE.` }
    if (options.json === true) desk.out.write(`${JSON.stringify({ ...problem, type: problem['type'] })}\n`)
    else desk.error.write(`${visible(typeof problem['detail'] === 'string' ? problem['detail'] : 'Control gave no answer.', 4_000)}\n`)
    desk.end(error instanceof Refusal && error.status < 500 ? 'negative' : 'fault')
  }
}

type Field = { readonly name: string; readonly isRequired: boolean; readonly type: 'text' | 'number' | 'yes-no' | 'choice' | 'list' | 'json'; readonly says: string; readonly choices: readonly string[] }
type Schema = { readonly type?: string; readonly enum?: readonly unknown[]; readonly anyOf?: readonly Schema[]; readonly format?: string; readonly description?: string; readonly items?: Schema }

const fieldsOf = ({ input }: Endpoint): Field[] => {
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as { properties?: Readonly<Record<string, Schema>>; required?: readonly string[] }
  return Object.entries(properties).map(([name, whole]) => {
    const schema = whole.anyOf?.find(one => one.type !== 'null') ?? whole
    const choices = schema.enum?.map(String) ?? schema.items?.enum?.map(String) ?? []
    const type = schema.type === 'number' || schema.type === 'integer' ? 'number' : schema.type === 'boolean' ? 'yes-no' : schema.type === 'array' && schema.items?.type === 'string' ? 'list' : schema.type === 'string' ? choices.length > 0 ? 'choice' : 'text' : 'json'
    return { name, isRequired: required.includes(name), type, choices, says: whole.description ?? schema.description ?? saysOf(type, schema, choices) }
  })
}

const saysOf = (type: Field['type'], { format }: Schema, choices: readonly string[]): string => {
  const texts: Readonly<Record<string, string>> = { uuid: 'an id', date: 'a day, YYYY-MM-DD', 'date-time': 'an instant, ISO 8601 in UTC', email: 'an e-mail address' }
  switch (type) {
    case 'text': return texts[format ?? ''] ?? 'a text'
    case 'number': return 'a number'
    case 'yes-no': return 'yes or no'
    case 'choice': return 'one of these'
    case 'list': return choices.length > 0 ? `several of ${choices.join(', ')}, with commas between` : 'several, with commas between'
    case 'json': return 'as JSON, or @FILE with it'
  }
}

const optionOf = (field: Field): Option => {
  const option = new Option(`--${dashed(field.name)} <${field.type === 'json' ? 'json' : field.type === 'choice' ? 'which' : field.type}>`, field.says)
  if (field.isRequired) option.makeOptionMandatory()
  return field.type === 'choice' ? option.choices(field.choices) : option.argParser(text => read(field.type, text))
}

const read = (type: Field['type'], text: string): unknown => {
  if (type === 'list') return text === '' ? [] : text.split(',').map(item => item.trim())
  if (type === 'text') return text === 'null' ? null : text
  if (type === 'yes-no') {
    if (['yes', 'true'].includes(text)) return true
    if (['no', 'false'].includes(text)) return false
    throw new InvalidArgumentError('Say yes or no.')
  }
  if (type === 'number') {
    const value = Number(text)
    if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('Give a number.')
    return value
  }
  try {
    return JSON.parse(text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text)
  } catch {
    throw new InvalidArgumentError(text.startsWith('@') ? `${visible(text.slice(1), 200)} cannot be read, or holds no JSON.` : 'Give JSON, or @FILE with it.')
  }
}

const groupOf = (program: Command, name: string): Command => program.commands.find(one => one.name() === name) ?? program.command(name).description(verbsOf(name).join(', ')).helpGroup('Ask control:')

const verbsOf = (group: string): string[] => Object.keys(api).flatMap(name => (name.startsWith(`${group}.`) ? [name.slice(group.length + 1)] : []))

const exampleOf = ({ type, choices, name, says }: Field): string => (type === 'choice' ? choices[0] ?? '…' : type === 'list' ? choices.slice(0, 2).join(',') || 'a,b' : type === 'number' ? '1' : type === 'yes-no' ? 'yes' : type === 'json' ? `@${name}.json` : says === 'an id' ? 'ID' : '…')

const dashed = (name: string): string => name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
const camel = (name: string): string => dashed(name).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1)
