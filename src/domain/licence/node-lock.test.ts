import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Factor, type FactorKind, lockOn, matchLock } from './node-lock.ts'

const kinds: readonly FactorKind[] = ['machine-id', 'board', 'processor', 'network', 'disk', 'host-name']
const machine = fc.uniqueArray(fc.constantFrom(...kinds), { minLength: 1, maxLength: 6 }).chain(some => fc.tuple(...some.map(kind => fc.string({ minLength: 1, maxLength: 20 }).map((value): Factor => ({ kind, value })))))

test('L8 a machine matches exactly if at most one factor differs or is missing, and at least two agree', () => {
  fc.assert(fc.property(machine, fc.string(), fc.array(fc.constantFrom('same', 'other', 'missing'), { minLength: 6, maxLength: 6 }), machine, (factors, salt, fates, more) => {
    const now = [
      ...factors.flatMap((factor, n) => (fates[n] === 'missing' ? [] : [fates[n] === 'other' ? { ...factor, value: `${factor.value}!` } : factor])),
      ...more.filter(({ kind }) => !factors.some(factor => factor.kind === kind)),
    ]
    const differ = factors.filter((_, n) => fates[n] !== 'same').map(({ kind }) => kind)
    const match = matchLock(lockOn(factors, salt), now)
    assert.deepEqual(match.differ, differ)
    assert.equal(match.isSame, differ.length <= 1 && factors.length - differ.length >= 2)
  }))
})

test('the order in which factors are read makes no difference', () => {
  fc.assert(fc.property(machine, fc.string(), (factors, salt) => assert.deepEqual(matchLock(lockOn(factors, salt), factors.toReversed()).differ, [])))
})

test('a lock tells no value, and the same value is another hash under another salt and as another kind', () => {
  const factors: Factor[] = [{ kind: 'disk', value: 'WD-1234' }, { kind: 'board', value: 'WD-1234' }]
  const [one, other] = [lockOn(factors, 'a'), lockOn(factors, 'b')]
  assert.equal(new Set([...one.factors, ...other.factors].map(({ hash }) => hash)).size, 4)
  assert.ok(!JSON.stringify([one, other]).includes('WD-1234'))
})

test('a factor that is said twice counts once', () => {
  assert.equal(matchLock(lockOn([{ kind: 'host-name', value: 'a' }, { kind: 'host-name', value: 'a' }], ''), [{ kind: 'host-name', value: 'a' }]).isSame, false)
})
