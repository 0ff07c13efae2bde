import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#domain/faults.ts'
import { toldFault } from '#domain/told-fault.ts'
import { scripted, serves } from '#test/control/scripted.ts'
import { type Faces, useBrowser, useFaces } from '#test/services/browser.ts'

const wait = { timeout: 30_000 }
const full = { type: 'fault', ...toldFault(new Fault('STORE_FULL', { store: 'target', reason: 'No space left on device' })) } as const

/** Two looks at one tenant that an agent could not take: one ended by a fault of a newer agent, the last by one of the catalogue. */
const useFailures = async (faces: Faces) => {
  const [lead, admin] = [await faces.as('migration-lead'), await faces.as('admin')]
  const { customer } = await faces.customer('Tsurugi Works')
  const [{ id: origin }, { id: destination }] = [await lead('homes.add', { name: 'the old cloud', kind: 'shared' }), await lead('homes.add', { name: 'the new cloud', kind: 'dedicated' })]
  const { id: tenant } = await lead('tenants.add', { customer, home: origin, name: 'tsurugi' })
  const { id: programme } = await lead('programmes.add', { name: 'To a new cloud', playbook: 'shared-to-dedicated', people: [] })
  const { id: move } = await lead('moves.add', { tenant, programme, destination, t0: new Date(faces.clock.now() + 100 * 86_400_000).toISOString().slice(0, 10) })
  const agent = scripted(faces.site, (await admin('agents.add', { name: 'beside the old cloud' })).token)
  await agent.ask('agents.join', {})
  for (const fault of [{ type: 'fault', code: 'MOON_IS_DOWN', message: 'The moon is down.', remedy: 'Wait for it.' } as const, full]) {
    await lead('moves.order', { move, kind: 'preflight' })
    const { claimed } = await agent.ask('orders.claim', { serves, waitSeconds: 5 })
    assert.ok(claimed !== null)
    await agent.tell(claimed, 1, { type: 'retry', code: 'STORE_FULL', message: full.message, facts: full.facts ?? {}, inMs: 400 }, fault, { type: 'ended', how: 'failed' })
  }
  return move
}

test('what an agent could not do is told in the reader’s language: what the world said is quoted, and so is a fault that nobody here knows', { timeout: 180_000 }, async t => {
  const faces = await useFaces(t, await useBrowser(t), { start: Date.now() })
  const move = await useFailures(faces)
  const { page, complaints } = await faces.open({ roles: ['migration-lead'] }, `/console/moves/${move}/orders`, { locale: 'ja' })
  const of = (code: string) => page.getByRole('listitem').filter({ hasText: code })
  await of('STORE_FULL').waitFor(wait)
  assert.match(await of('STORE_FULL').innerText(), /移行先の空き容量がありません：「No space left on device」（原文）\s+サーバーのディスクに空きを作り/)
  assert.doesNotMatch(await of('STORE_FULL').innerText(), /has no room|Make room/)
  assert.match(await of('MOON_IS_DOWN').innerText(), /MOON_IS_DOWN （原文）The moon is down\. Wait for it\./)
  await page.goto(`${faces.site}/console/moves/${move}/room`)
  const log = page.getByRole('log')
  await log.getByText('失敗しました: 移行先の空き容量がありません：「No space left on device」（原文） STORE_FULL').waitFor(wait)
  await log.getByText(/後に再試行: 移行先の空き容量がありません/).first().waitFor(wait)

  // A wrong line of an import too.
  await page.goto(`${faces.site}/console/moves`)
  await page.getByRole('button', { name: 'インポート' }).first().click(wait)
  await page.getByLabel('内容（CSV）').fill('name,country,zone,locale,partner\nNo partner,DE,UTC,en,Nobody\nBad,Germany,UTC,en,')
  await page.getByRole('button', { name: '確認のみ' }).click()
  await page.getByText('2 行目: 販売パートナー「Nobody」がありません。先に登録してください。').waitFor(wait)
  await page.getByText('3 行目: 国：JP のような国コード、または US-CA のような地域コードで入力してください。').waitFor(wait)

  const english = await faces.open({ roles: ['migration-lead'] }, `/console/moves/${move}/orders`)
  await english.page.getByText('The target has no room left: No space left on device.').waitFor(wait)
  assert.equal(await english.page.getByText('（原文）').count(), 0)
  assert.deepEqual([...complaints, ...english.complaints], [])
})
