import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { usePerson, type Person, type Running } from '#test/services/rehome.ts'
import { useDatabase, type Scope } from '#test/services/postgres.ts'

/** A real licence server: a process of its own, a database of its own, a home of its own. */
export type LicenceServer = {
  readonly url: string
  readonly token: string
  readonly person: Person
  /** Ended by SIGKILL, in whatever it does. */
  kill(): Promise<void>
  /** At the same address, on the same data. */
  startAgain(): Promise<void>
}

export const useLicenceServer = async (scope: Scope, issuer: string | undefined, leaseSeconds: number): Promise<LicenceServer> => {
  const { url: database } = await useDatabase(scope, { major: 18 })
  const person = usePerson(scope).with({ REHOME_LICENCE_DATABASE: database })
  const begin = async (listen: string): Promise<readonly [Running, string]> => {
    const running = person.start('licence', 'server', '--listen', listen, '--lease-seconds', String(leaseSeconds), ...(issuer === undefined ? [] : ['--issuer', issuer]))
    await running.says(/answers at http:\/\/[\d.]+:\d+/, { withinMs: 60_000 })
    return [running, /answers at (http:\/\/[\d.]+:\d+)/.exec(running.said())?.[1] ?? '']
  }
  const [first, url] = await begin('127.0.0.1:0')
  let running = first
  return {
    url, person, token: readFileSync(join(person.home, '.rehome/licence/admin-token'), 'utf8').trim(),
    async kill() {
      if (running.child.exitCode !== null || running.child.signalCode !== null) return
      const gone = once(running.child, 'exit')
      running.child.kill('SIGKILL')
      await gone
    },
    async startAgain() {
      const [again] = await begin(new URL(url).host)
      running = again
    },
  }
}

/** What one licence is, and how applications find it. */
export type Wanted = { readonly kind: string; readonly name: string; readonly seats: number | 'unlimited'; readonly profile: string }

export type Estate = { readonly issuer: LicenceServer; readonly old: LicenceServer; readonly new: LicenceServer; readonly issuerKey: string; readonly mover: Person; /** By profile. */ readonly licences: ReadonlyMap<string, string> }

/** An issuer, and two servers of which the old one has the licences, all by the commands that people use. */
export const useEstate = async (scope: Scope, wanted: readonly Wanted[], leaseSeconds: number): Promise<Estate> => {
  const issuer = await useLicenceServer(scope, undefined, leaseSeconds)
  const [old, new_] = await Promise.all([useLicenceServer(scope, issuer.url, leaseSeconds), useLicenceServer(scope, issuer.url, leaseSeconds)])
  const mover = usePerson(scope).with({ REHOME_ORIGIN_TOKEN: old.token, REHOME_DESTINATION_TOKEN: new_.token, REHOME_LICENCE_TOKEN: old.token })
  const vendor = mover.with({ REHOME_LICENCE_TOKEN: issuer.token })
  const done = async (person: Person, ...words: string[]): Promise<Record<string, unknown>> => {
    const said = await person.run('licence', ...words, '--json')
    assert.equal(said.status, 0, `${words.join(' ')}: ${said.out}${said.err}`)
    return JSON.parse(said.out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
  }
  const licences = await Promise.all(wanted.map(async ({ kind, name, seats, profile }): Promise<[string, string]> => {
    const issued = await done(vendor, 'issue', '--at', issuer.url, '--product', 'Tide Charts', '--of', kind, '--name', name, '--seats', String(seats), '--borrow-hours', '24', '--to', 'issued')
    const activated = await done(mover, 'activate', '--at', old.url, '--document', String(issued['document']), '--code', `file:${String(issued['code'])}`)
    return [profile, String(activated['licence'])]
  }))
  await done(mover, 'profiles', '--at', old.url, ...licences.flatMap(([profile, licence]) => ['--link', `${profile}=${licence}`]))
  const read = (await (await fetch(new URL('/api/server', old.url))).json()) as { issuerKey?: string }
  return { issuer, old, new: new_, issuerKey: read.issuerKey ?? '', mover, licences: new Map(licences) }
}

/** The sheet as the server says it now, as it crosses the wire. */
export const sheetOf = async ({ url, token }: LicenceServer): Promise<{ readonly maintenance: unknown; readonly licences: readonly { readonly id: string; readonly state: string; readonly kind: string; readonly seats: number | null; readonly taken: readonly unknown[] }[]; readonly profiles: readonly { readonly name: string; readonly licences: readonly string[] }[] }> => {
  const answer = await fetch(new URL('/api/licences/sheet', url), { headers: { authorization: `Bearer ${token}` } })
  assert.equal(answer.status, 200, await answer.clone().text())
  return (await answer.json()) as never
}
