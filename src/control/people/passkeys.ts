import type { OperatorId } from '#domain/access.ts'
import { asId } from '#domain/ids.ts'
import { passkeyRefused, type PasskeyRefused } from '#domain/operator-sign-in.ts'
import type { Json, Passkey, Pending } from '#domain/records.ts'
import type { Instant } from '#domain/time.ts'
import type { PasskeyOnFile } from '#ports/identity.ts'
import { asSystem } from '../ground/as-system.ts'
import { operatorAs } from '../ground/callers.ts'
import { type Caller, decide, type Desk, type Glance, journal, keeping } from '../ground/desk.ts'
import { begin, take } from './pending.ts'
import { type Begun, beginSession } from './sessions.ts'
import type { World } from '../ground/world.ts'

/** What a browser is asked. `ask`: to be given back with its answer. */
export type Asked = { readonly ask: Pending['id']; readonly options: Json }
const lastsMs = 5 * 60_000
/** Of one person. */
const most = 20

/** To sign in: by whichever passkey of ours the browser has. */
export const askPasskey = async (world: World): Promise<Asked> => {
  const { challenge, options } = await world.passkeys.ask([])
  return { ask: await asSystem(world, desk => begin(desk, { purpose: 'passkey', secret: challenge, facts: { challenge }, lastsMs })), options: plain(options) }
}

/** A challenge counts once, also where the answer to it is wrong. */
export const signInByPasskey = (world: World, wish: { readonly ask: Pending['id']; readonly answer: Json; readonly before?: string | undefined }): Promise<Begun | PasskeyRefused> => asSystem(world, async desk => {
  const begun = await proveAndBegin(desk, wish)
  return 'refused' in begun ? keeping(begun) : begun
})

const proveAndBegin = async (desk: Desk, { ask, answer, before }: Parameters<typeof signInByPasskey>[1]): Promise<Begun | PasskeyRefused> => {
  const { tx, now, world: { passkeys } } = desk
  const [challenge, key] = [challengeOf(await take(desk, 'passkey', ask), now), passkeys.named(answer)]
  if (challenge === undefined) return passkeyRefused('the challenge is of no use any more')
  const passkey = key === undefined ? undefined : await tx.find('passkey', { key })
  if (passkey === undefined) return passkeyRefused('nobody has this key')
  const proven = await passkeys.proven(challenge, answer, onFile(passkey))
  if ('refused' in proven) return proven
  const [operator, current] = [await tx.lock('operator', passkey.operator), await tx.lock('passkey', passkey.id)]
  if (operator === undefined || operator.disabledAt !== null || current === undefined) return passkeyRefused('its person may not come in')
  // Two answers at once with one counter: one of them is by a copy of the key.
  if (onFile(current).counter !== onFile(passkey).counter) return passkeyRefused('it was used meanwhile')
  await tx.change('passkey', passkey.id, { about: aboutOf(proven), usedAt: now })
  return await beginSession(desk, operatorAs(operator).who, 'passkey', before)
}

/** To be made, for a person who may not be there yet. */
export const askNewPasskey = async (world: World, person: { readonly id: OperatorId; readonly email: string; readonly name: string }, known: readonly Passkey[] = []): Promise<Asked> => {
  const { challenge, options } = await world.passkeys.askNew(person, known.map(onFile))
  return { ask: await asSystem(world, desk => begin(desk, { purpose: 'new-passkey', secret: challenge, facts: { challenge, person: person.id }, lastsMs })), options: plain(options) }
}

export type MadePasskey = { readonly person: OperatorId; readonly key: PasskeyOnFile }

/** What the browser made, to be kept by `keepPasskey`. Its challenge counts once. */
export const madePasskey = async (desk: Desk, { ask, answer }: { readonly ask: Pending['id']; readonly answer: Json }): Promise<MadePasskey | PasskeyRefused> => {
  const pending = await take(desk, 'new-passkey', ask)
  const challenge = challengeOf(pending, desk.now)
  if (pending === undefined || challenge === undefined) return keeping(passkeyRefused('the challenge is of no use any more'))
  const key = await desk.world.passkeys.taken(challenge, answer)
  return 'refused' in key ? keeping(key) : { person: asId<'operator'>((pending.facts as { readonly person: string }).person), key }
}

export const keepPasskey = async ({ world, tx, now }: Desk, operator: OperatorId, key: PasskeyOnFile): Promise<Passkey['id']> => {
  const id = world.newId<'passkey'>()
  await tx.add('passkey', { id, operator, key: key.id, about: aboutOf(key), createdAt: now, usedAt: null })
  return id
}

type NotFound = { readonly refused: 'not-found' }

/** A further one for oneself. */
export const offerPasskey = async (world: World, { actor }: Caller): Promise<Asked | NotFound> => {
  if (actor.kind !== 'operator') return { refused: 'not-found' }
  const { operator, keys } = await world.ledger.read(async view => ({ operator: await view.get('operator', actor.id), keys: await view.list('passkey', { operator: actor.id }) }))
  return operator === undefined ? { refused: 'not-found' } : await askNewPasskey(world, operator, keys)
}

export const addPasskey = async (world: World, caller: Caller, wish: { readonly ask: Pending['id']; readonly answer: Json }): Promise<{ readonly id: Passkey['id'] } | PasskeyRefused | NotFound | { readonly refused: 'too-many-passkeys'; readonly most: number }> => {
  const { actor } = caller
  if (actor.kind !== 'operator') return { refused: 'not-found' }
  return await decide(world, caller, async desk => {
    const made = await madePasskey(desk, wish)
    if ('refused' in made) return made
    if (made.person !== actor.id) return keeping(passkeyRefused('it was made for somebody else'))
    await desk.tx.lock('operator', actor.id)
    if (await desk.tx.count('passkey', { operator: actor.id }) >= most) return keeping({ refused: 'too-many-passkeys', most } as const)
    const id = await keepPasskey(desk, actor.id, made.key)
    journal(desk, 'person.passkey', 'operator', actor.id, { added: id })
    return { id }
  }) as { id: Passkey['id'] } | PasskeyRefused | { refused: 'too-many-passkeys'; most: number }
}

export const listPasskeys = async ({ view, actor }: Glance): Promise<{ readonly items: readonly { readonly id: Passkey['id']; readonly createdAt: Instant; readonly usedAt: Instant | null }[] }> => {
  const keys = actor.kind === 'operator' ? await view.list('passkey', { operator: actor.id }, { limit: most }) : []
  return { items: keys.map(({ id, createdAt, usedAt }) => ({ id, createdAt, usedAt })) }
}

/** Not the last way in. */
export const removePasskey = async (desk: Desk, { passkey }: { readonly passkey: Passkey['id'] }): Promise<{ readonly removed: Passkey['id'] } | NotFound | { readonly refused: 'last-way-in' }> => {
  const { tx, actor } = desk
  const operator = actor.kind === 'operator' ? await tx.lock('operator', actor.id) : undefined
  const found = operator === undefined ? undefined : await tx.get('passkey', passkey)
  if (operator === undefined || found?.operator !== operator.id) return { refused: 'not-found' }
  if (operator.password === null && operator.subject === null && await tx.count('passkey', { operator: operator.id }) === 1) return { refused: 'last-way-in' }
  await tx.remove('passkey', { id: passkey })
  journal(desk, 'person.passkey', 'operator', operator.id, { removed: passkey })
  return { removed: passkey }
}

const challengeOf = (pending: Pending | undefined, now: Instant): string | undefined => (pending === undefined || pending.expiresAt <= now ? undefined : (pending.facts as { readonly challenge: string }).challenge)

// Proof: what is kept of a passkey was written by `aboutOf`.
const onFile = ({ key, about }: Passkey): PasskeyOnFile => ({ id: key, ...about as Omit<PasskeyOnFile, 'id'> })
const aboutOf = ({ publicKey, counter, transports }: PasskeyOnFile): Json => ({ publicKey, counter, transports })

/** As it is sent: what is undefined is not there. */
const plain = (options: object): Json => JSON.parse(JSON.stringify(options)) as Json
