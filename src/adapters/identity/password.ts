import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { longestPassword } from '#domain/operator-sign-in.ts'
import { assert } from '#lib/assert.ts'
import { Gate } from '#lib/gate.ts'
import type { Passwords } from '#ports/identity.ts'

/** How much work a guess costs: `log2N`, r and p of scrypt (RFC 7914). It takes 2^(log2N + 7) × r bytes while it runs. */
export type Work = { readonly log2N: number; readonly r: number; readonly p: number }

/** 32 MB and some 150 ms, as OWASP's password storage cheat sheet has it. */
export const work: Work = { log2N: 15, r: 8, p: 3 }

/** So many at once: memory is bounded, however many sign in. */
const atOnce = 2

/** Stored as `$scrypt$ln=15,r=8,p=3$salt$hash`, so that each is checked with what it was made with, and more work can be asked later. */
export const openPasswords = (asked: Work = work): Passwords => {
  const limit = limited(atOnce)
  const hash = async (password: string, signal: AbortSignal): Promise<string> => {
    const salt = randomBytes(16)
    return show({ ...asked, salt, hash: await limit(() => derive(password, { ...asked, salt }), signal) })
  }
  return {
    hash,
    async check(password, stored, signal) {
      const kept = stored === undefined ? { ...asked, ...nobody } : read(stored)
      const found = await limit(() => derive(password.slice(0, longestPassword + 1), kept), signal)
      const fits = timingSafeEqual(found, kept.hash) && stored !== undefined
      return { fits, rehash: fits && isLess(kept, asked) ? await hash(password, signal) : null }
    },
  }
}

/** Takes the time of a check; nothing fits it. */
const nobody = { salt: Buffer.alloc(16), hash: Buffer.alloc(32) }

type Kept = Work & { readonly salt: Buffer; readonly hash: Buffer }

const isLess = (kept: Work, asked: Work): boolean => kept.log2N < asked.log2N || kept.r < asked.r || kept.p < asked.p

const show = ({ log2N, r, p, salt, hash }: Kept): string => `$scrypt$ln=${log2N},r=${r},p=${p}$${salt.toString('base64')}$${hash.toString('base64')}`

const read = (stored: string): Kept => {
  const [, log2N, r, p, salt = '', hash = ''] = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+=*)\$([\w+/]+=*)$/.exec(stored) ?? []
  const kept = { log2N: Number(log2N), r: Number(r), p: Number(p), salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
  assert(kept.log2N <= 20 && kept.hash.length === hashBytes, 'what is stored of a password was made here')
  return kept
}

const hashBytes = 32
const run = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt)

/** The same characters, typed on whatever keyboard, are the same password. */
const derive = (password: string, { log2N, r, p, salt }: Work & { readonly salt: Buffer }): Promise<Buffer> =>
  run(password.normalize('NFKC'), salt, hashBytes, { N: 2 ** log2N, r, p, maxmem: 2 ** (log2N + 8) * r })

const limited = (most: number) => {
  const room = new Gate(true)
  let running = 0
  return async <T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    signal.throwIfAborted()
    while (running >= most) {
      room.shut()
      await room.pass(signal)
    }
    running++
    try {
      return await task()
    } finally {
      running--
      room.open()
    }
  }
}
