import type { Json, Operator, Pending } from '#domain/records.ts'
import { sha256 } from '#lib/hash.ts'
import type { Desk } from '../ground/desk.ts'

type Wish = Pick<Pending, 'purpose'> & { readonly secret: string; readonly operator?: Operator['id']; readonly facts?: Json; readonly lastsMs: number }

/** Keeps what is begun until it is finished. `secret`: what only who may finish it knows. What nobody finished in time goes. */
export const begin = async ({ world, tx, now }: Desk, { purpose, secret, operator, facts, lastsMs }: Wish): Promise<Pending['id']> => {
  await tx.remove('pending', { expiresAt: { to: now } })
  const id = world.newId<'pending'>()
  await tx.add('pending', { id, purpose, operator: operator ?? null, hash: sha256(secret), facts: facts ?? {}, createdAt: now, expiresAt: now + lastsMs })
  return id
}

export const pendingOf = ({ tx }: Pick<Desk, 'tx'>, purpose: Pending['purpose'], secret: string): Promise<Pending | undefined> => tx.find('pending', { purpose, hash: sha256(secret) })

/** It is gone when it was taken: of two who want to finish the same, one finds nothing. */
export const take = async ({ tx }: Desk, purpose: Pending['purpose'], id: Pending['id']): Promise<Pending | undefined> => {
  const pending = await tx.lock('pending', id)
  if (pending?.purpose !== purpose) return undefined
  await tx.remove('pending', { id })
  return pending
}
