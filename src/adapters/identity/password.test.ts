import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordsContract } from '#ports/identity.contract.ts'
import { openPasswords, work } from './password.ts'

const never = new AbortController().signal
const little = { log2N: 10, r: 8, p: 1 }

passwordsContract('scrypt', () => ({ passwords: openPasswords(little), harder: openPasswords({ ...little, log2N: 11, p: 2 }) }))

test('a hash says what it was made with', async () => {
  assert.match(await openPasswords().hash('correct horse', never), new RegExp(`^\\$scrypt\\$ln=${work.log2N},r=${work.r},p=${work.p}\\$[\\w+/]{22}==\\$[\\w+/]{43}=$`))
})

test('a check for nobody takes as long as one for somebody', async () => {
  const passwords = openPasswords({ ...little, log2N: 13 })
  const hash = await passwords.hash('correct horse', never)
  const took = async (stored: string | undefined): Promise<number> => {
    const began = performance.now()
    await passwords.check('wrong horse', stored, never)
    return performance.now() - began
  }
  // The least of many, taken in turns: other work on the machine only adds.
  let [somebody, nobody] = [Infinity, Infinity]
  for (let n = 0; n < 10; n++) [somebody, nobody] = [Math.min(somebody, await took(hash)), Math.min(nobody, await took(undefined))]
  assert.ok(nobody > somebody / 3 && nobody < somebody * 3, `${nobody} ms against ${somebody} ms`)
})

test('however many sign in, only a few are at work at once, and whoever gives up waits no longer', async () => {
  const passwords = openPasswords({ ...little, log2N: 14 })
  const stop = new AbortController()
  const order: number[] = []
  const all = Array.from({ length: 8 }, (_, n) => passwords.hash(`password ${n}`, n === 7 ? stop.signal : never).then(() => order.push(n)))
  stop.abort(new Error('gone'))
  await assert.rejects(all[7] ?? Promise.resolve(), /gone/)
  assert.ok(order.length <= 2, `${order.length} were done before it was told`)
  await Promise.allSettled(all)
  assert.deepEqual(order.toSorted(), [0, 1, 2, 3, 4, 5, 6])
})

test('what was not made here is a bug, not a wrong password', async () => {
  for (const stored of ['', 'plain', '$scrypt$ln=15,r=8,p=1$AAAA$AAAA', `$scrypt$ln=31,r=8,p=1$AAAA$${Buffer.alloc(32).toString('base64')}`, '$2b$10$abcdefghijklmnopqrstuv']) await assert.rejects(openPasswords(little).check('x', stored, never), /was made here/)
})
