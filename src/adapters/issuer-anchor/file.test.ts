import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { anId } from '#test/licence/samples.ts'
import { issuerAnchorAt } from './file.ts'

const useFile = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rehome-issuer-'))
  t.after(() => { rmSync(folder, { recursive: true }) })
  return join(folder, 'licence', 'issuer-anchor')
}

test('an issuer’s anchor knows the newest generation of each licence, whoever of several processes gave it out', async t => {
  const file = useFile(t)
  const [one, other] = [issuerAnchorAt(file), issuerAnchorAt(file)]
  const [licence, unknown] = [anId<'licence'>(), anId<'licence'>()]
  assert.equal(await one.newest(licence), 0)
  await one.remember([{ licence, generation: 1 }])
  await other.remember([{ licence, generation: 3 }])
  await one.remember([{ licence, generation: 2 }])
  assert.deepEqual([await one.newest(licence), await other.newest(licence), await one.newest(unknown)], [3, 3, 0])
  assert.equal(await issuerAnchorAt(file).newest(licence), 3)
})

test('a last line that was half written is cut off, and anything else that is wrong is told', async t => {
  const file = useFile(t)
  const [licence, second] = [anId<'licence'>(), anId<'licence'>()]
  await issuerAnchorAt(file).remember([{ licence, generation: 7 }])
  appendFileSync(file, `${second} 9`)
  const opened = issuerAnchorAt(file)
  assert.deepEqual([await opened.newest(licence), await opened.newest(second)], [7, 0])
  await opened.remember([{ licence: second, generation: 1 }])
  assert.equal(readFileSync(file, 'utf8'), `${licence} 7\n${second} 1\n`)
  writeFileSync(file, `${licence} many\n`)
  await assert.rejects(issuerAnchorAt(file).newest(licence), { code: 'ISSUER_ANCHOR_WRONG' })
  await assert.rejects(opened.newest(licence), { code: 'ISSUER_ANCHOR_WRONG' }, 'it became shorter')
})
