import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { freePort } from '#adapters/embedded-postgres/port.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { usePerson } from '#test/services/rehome.ts'
import { until } from '#test/services/until.ts'

test('one command starts control, a worker and a licence server that gives out seats, tells what is not set yet, and ends all of it when it is interrupted', async t => {
  const person = usePerson(t)
  const database = await useDatabase(t, { major: 18 })
  const [site, licences] = [await freePort(), await freePort()].map(port => `http://127.0.0.1:${port}`)
  assert.ok(site !== undefined && licences !== undefined)
  const running = person.with({ DATABASE_URL: database.url, REHOME_PORT: new URL(site).port, REHOME_LICENCE_LISTEN: new URL(licences).host }).start('start')
  await running.says(/http:\/\/\S+\/setup\/\S+/, { withinMs: 60_000 })
  await running.says(/No database is moved from this machine yet: \S+agent\.json/)
  const answers = async (url: string): Promise<number> => (await fetch(url).catch(() => ({ status: 0 }))).status
  await until('control answers', async () => await answers(`${site}/healthz`) === 200, { withinMs: 30_000 })
  await until('the licence server answers', async () => await answers(`${licences}/healthz`) === 200, { withinMs: 30_000 })
  await running.says(/administrator’s token is in (\S+)\./)
  const tokenFile = /administrator’s token is in (\S+)\.\s/.exec(running.said())?.[1] ?? ''
  const sheet = await fetch(`${licences}/api/licences/sheet`, { headers: { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` } })
  assert.equal(sheet.status, 200, await sheet.text())
  running.child.kill('SIGINT')
  const { status, out, err } = await running.ended
  assert.ok(status === 0 || status === 130, `${status} ${out} ${err}`)
  for (const url of [site, licences]) assert.equal(await answers(`${url}/healthz`), 0)
})
