import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { InvalidArgumentError } from 'commander'
import { visible } from '#lib/visible.ts'
import type { Address } from './services.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * A database from what stands behind `--from` or `--to`: a URL, or, so that no password stands in the list of processes, `env:NAME` or `file:PATH` with the
 * URL in it. A password comes from the URL, from REHOME_SOURCE_PASSWORD or REHOME_TARGET_PASSWORD, from PGPASSWORD, or from the prompt.
 */
export const readAddress = async (side: 'source' | 'target', given: string, environment: Environment, ask: (question: string) => Promise<string | undefined>): Promise<Address> => {
  const url = parse(side, resolve(given, environment))
  const inUrl = url.password !== '' ? decoded(side, url.password) : (url.searchParams.get('password') ?? '')
  url.password = ''
  url.searchParams.delete('password')
  const address = { url: url.href }
  if (inUrl !== '') return { ...address, password: inUrl }
  const password = environment[side === 'source' ? 'REHOME_SOURCE_PASSWORD' : 'REHOME_TARGET_PASSWORD'] ?? environment['PGPASSWORD']
  if (password !== undefined) return { ...address, password }
  const typed = await ask(`Password of ${visible(decodeURIComponent(url.username))} at ${url.host}${visible(decodeURIComponent(url.pathname))} (the ${side}), empty for none: `)
  return typed === undefined || typed === '' ? address : { ...address, password: typed }
}

const resolve = (given: string, environment: Environment): string => {
  if (given.startsWith('env:')) {
    const value = environment[given.slice(4)]
    if (value === undefined) throw new InvalidArgumentError(`The environment has no ${given.slice(4)}.`)
    return value
  }
  if (!given.startsWith('file:')) return given
  try {
    return readFileSync(given.slice(5), 'utf8').trim()
  } catch (error) {
    throw new InvalidArgumentError(`The file ${given.slice(5)} cannot be read: ${error instanceof Error ? error.message : ''}.`)
  }
}

/** What was given is not repeated: it may hold a password. */
const parse = (side: string, text: string): URL => {
  if (!URL.canParse(text)) throw new InvalidArgumentError(`The ${side} is not a URL. It looks like postgres://user@host:5432/database; a password with special characters must be percent-encoded.`)
  const url = new URL(text)
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') throw new InvalidArgumentError(`The ${side} is a URL of the kind ${url.protocol}//; Rehome moves postgres:// for now.`)
  if (url.pathname === '' || url.pathname === '/') throw new InvalidArgumentError(`The ${side} names no database: add it after the host, as in postgres://user@host:5432/database.`)
  for (const part of [url.username, url.pathname]) decoded(side, part)
  if (url.username === '') throw new InvalidArgumentError(`The ${side} names no user: add it before the host, as in postgres://user@host:5432/database.`)
  return url
}

const decoded = (side: string, part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new InvalidArgumentError(`The ${side} has a % in it that encodes nothing. In a user, password or database’s name write %25 for %; a password with special characters must be percent-encoded.`)
  }
}

/** Asks at the terminal, without echo. Undefined: there is no terminal to ask at. */
export const askHidden = async (question: string): Promise<string | undefined> => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
