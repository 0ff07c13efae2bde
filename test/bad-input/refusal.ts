import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { printOfCatalog } from '#test/postgres/unchanged.ts'
import type { TestDatabase } from '#test/services/postgres.ts'
import type { Person, Said } from '#test/services/rehome.ts'

export type Refusal = {
  readonly status: number
  /** What the person must read: what is wrong, and what to do. */
  readonly says: readonly RegExp[]
  /** What must be as it was before. */
  readonly untouched?: readonly TestDatabase[]
}

/** Runs a command that must be refused, in sentences, with nothing changed and no password told. */
export const isRefused = async (person: Person, parameters: readonly string[], { status, says, untouched = [] }: Refusal): Promise<Said> => {
  const before = await Promise.all(untouched.map(printOfCatalog))
  const said = await person.run(...parameters)
  const all = said.out + said.err
  for (const pattern of says) assert.match(all.replace(/\s+/g, ' '), pattern)
  assert.equal(said.status, status, all)
  assert.doesNotMatch(all, /^\s+at .*:\d+:\d+|node:internal|\[object /m, 'no stack, no inspected object')
  assert.deepEqual(await Promise.all(untouched.map(printOfCatalog)), before, 'nothing changed')
  tellsNoPassword(person, said, parameters)
  return said
}

/** The passwords of the URLs among `parameters`, and `others`, stand in no output and in no file that was written. */
export const tellsNoPassword = (person: Person, said: Pick<Said, 'out' | 'err'>, parameters: readonly string[], others: readonly string[] = []): void => {
  const passwords = [...parameters.filter(p => URL.canParse(p)).map(p => new URL(p).password).flatMap(p => [p, unescaped(p)]), ...others].filter(p => p.length > 3)
  const texts = [said.out, said.err, ...files(person.home).map(file => readFileSync(file, 'latin1'))]
  for (const password of passwords) assert.ok(texts.every(text => !text.includes(password)), 'a password was told')
}

const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const files = (directory: string): string[] => readdirSync(directory, { recursive: true, encoding: 'utf8' }).map(name => join(directory, name)).filter(file => statSync(file).isFile())
