import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import { asId, type Id } from '#domain/ids.ts'
import type { GivenUp, IssuedActivation, IssuedLicence, IssuerBook } from './issuer-book.ts'

/** `reopened`: another one on the same book, as another process has it. */
export type IssuerBookRig = { readonly book: IssuerBook; reopened(): Promise<IssuerBook> }

const at = Date.parse('2026-11-22T09:00:00.123Z')
const many = 12

const issuedLicence = (over: Partial<IssuedLicence> = {}): IssuedLicence => {
  const id = asId<'licence'>(randomUUID())
  return {
    licence: { id, product: 'Mesh Solver', kind: 'session', name: 'Sessions “日本”', seats: null, startsAt: at, endsAt: at + 1, graceDays: 3, borrowHours: 0, issuedAt: at },
    document: 'a.b.c', key: randomUUID(), fingerprint: 'f', salt: 's', codeHash: 'h', withdrawnAt: null, ...over,
  }
}
const activationOf = (licence: Id<'licence'>, generation: number): IssuedActivation => ({ licence, generation, server: asId(randomUUID()), publicKey: 'k', machine: 'lm-01', document: `d.${generation}.${randomUUID()}`, activatedAt: at, givenUp: null })
const givenUp: GivenUp = { receiptHash: 'r', at: at + 5, seatsUntil: at + 9 }

export const issuerBookContract = (name: string, open: (t: TestContext) => Promise<IssuerBookRig>): void => {
  describe(`the issuer’s book: ${name}`, () => {
    it('keeps a licence as it was issued, and the same key is the same licence', async t => {
      const { book, reopened } = await open(t)
      const issued = issuedLicence()
      assert.deepEqual(await book.issue(issued), issued)
      assert.deepEqual(await book.issue(issuedLicence({ key: issued.key })), issued)
      assert.deepEqual(await (await reopened()).issued(issued.licence.id), issued)
      assert.equal(await book.issued(asId(randomUUID())), undefined)
    })

    it('issues one licence to those who ask for the same at once', async t => {
      const { book } = await open(t)
      const key = randomUUID()
      const all = await Promise.all(Array.from({ length: many }, () => book.issue(issuedLicence({ key }))))
      assert.equal(new Set(all.map(({ licence }) => licence.id)).size, 1)
    })

    it('lists licences by id in pages, each with its newest activation', async t => {
      const { book } = await open(t)
      const all = Array.from({ length: 3 }, () => issuedLicence()).toSorted((a, b) => (a.licence.id < b.licence.id ? -1 : 1))
      for (const issued of all) await book.issue(issued)
      const [one = issuedLicence(), two = one, three = one] = all
      const activation = activationOf(two.licence.id, 1)
      await book.activate(activation, 'q1', null)
      assert.deepEqual(await book.list({ after: null, limit: 2 }), [{ issued: one, newest: null }, { issued: two, newest: activation }])
      assert.deepEqual(await book.list({ after: two.licence.id, limit: 2 }), [{ issued: three, newest: null }])
    })

    it('L1 keeps one activation that stands: the next one takes the place of one that is given up at the same instant, or was', async t => {
      const { book, reopened } = await open(t)
      const { licence: { id } } = await book.issue(issuedLicence())
      const [first, second, third] = [activationOf(id, 1), activationOf(id, 2), activationOf(id, 3)]
      assert.equal(await book.newest(id), undefined)
      assert.equal(await book.activate(second, 'q', null), false, 'generations are not skipped')
      assert.equal(await book.activate(first, 'q1', null), true)
      assert.equal(await book.activate(second, 'q2', null), false, 'the first stands')
      assert.deepEqual(await book.newest(id), first)
      assert.equal(await book.activate(second, 'q2', givenUp), true)
      assert.equal(await book.giveUp(id, 1, givenUp), false, 'it is not the newest')
      assert.equal(await book.giveUp(id, 2, givenUp), true)
      assert.equal(await book.giveUp(id, 2, { ...givenUp, receiptHash: 'other' }), false)
      assert.deepEqual(await (await reopened()).newest(id), { ...second, givenUp })
      assert.equal(await book.activate(third, 'q3', givenUp), false, 'it was given up before')
      assert.equal(await book.activate(third, 'q3', null), true)
      assert.deepEqual([await book.answered('q1'), await book.answered('q3'), await book.answered('q9')], [1, 3, undefined])
    })

    it('learns an activation that it had forgotten, and nothing older or of a licence that is not there', async t => {
      const { book, reopened } = await open(t)
      const { licence: { id } } = await book.issue(issuedLicence())
      const [first, third] = [activationOf(id, 1), activationOf(id, 3)]
      await book.activate(first, 'q1', null)
      assert.equal(await book.learn(activationOf(id, 1), at), false)
      assert.equal(await book.learn(third, at + 1), true)
      assert.deepEqual(await (await reopened()).newest(id), third)
      assert.equal(await book.learn(activationOf(id, 2), at), false)
      assert.equal(await book.learn(activationOf(asId(randomUUID()), 1), at), false)
      assert.equal(await book.giveUp(id, 3, givenUp), true)
      assert.equal(await book.activate(activationOf(id, 4), 'q4', null), true)
    })

    it('L1 of those who activate together exactly one does', async t => {
      const { book, reopened } = await open(t)
      const other = await reopened()
      const { licence: { id } } = await book.issue(issuedLicence())
      const won = await Promise.all(Array.from({ length: many }, (_, n) => (n % 2 === 0 ? book : other).activate(activationOf(id, 1), `q${n}`, null)))
      assert.equal(won.filter(Boolean).length, 1)
      const next = await Promise.all(Array.from({ length: many }, (_, n) => (n % 2 === 0 ? book : other).activate(activationOf(id, 2), `p${n}`, givenUp)))
      assert.equal(next.filter(Boolean).length, 1)
      assert.equal((await book.newest(id))?.generation, 2)
    })

    it('answers a request once: an old one is not taken for a new one', async t => {
      const { book } = await open(t)
      const { licence: { id } } = await book.issue(issuedLicence())
      await book.activate(activationOf(id, 1), 'q1', null)
      await book.answer('q2', id, 1)
      await book.answer('q2', id, 1)
      assert.equal(await book.answered('q2'), 1)
      for (const used of ['q1', 'q2']) assert.equal(await book.activate(activationOf(id, 2), used, givenUp), false)
      assert.equal((await book.newest(id))?.givenUp, null, 'and nothing of it is kept')
    })

    it('keeps the first instant at which a licence was withdrawn, and activates it for nobody from then on', async t => {
      const { book } = await open(t)
      const { licence: { id } } = await book.issue(issuedLicence())
      await book.withdraw(id, at + 1)
      await book.withdraw(id, at + 2)
      assert.equal((await book.issued(id))?.withdrawnAt, at + 1)
      assert.equal(await book.activate(activationOf(id, 1), 'q', null), false)
    })
  })
}
