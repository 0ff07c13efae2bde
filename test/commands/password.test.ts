import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { useRole } from '#test/postgres/contexts.ts'
import { tellsNoPassword } from '#test/bad-input/refusal.ts'
import { useDatabase } from '#test/services/postgres.ts'
import { usePerson } from '#test/services/rehome.ts'

const shop = 'CREATE TABLE orders (id integer PRIMARY KEY); INSERT INTO orders SELECT generate_series(1, 5000)'
const special = `p@ss:w/rd?#[]% +&='"\\$é`

/** The command lines and environments of `pid` and everything it started: what others on the machine may see of it. */
const seenOf = (pid: number): string => {
  const all = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n').map(line => line.trim().split(/\s+/).map(Number))
  const under = (parent: number): number[] => [parent, ...all.filter(([, ppid]) => ppid === parent).flatMap(([child = 0]) => under(child))]
  return under(pid).map(one => { try { return readFileSync(`/proc/${one}/cmdline`, 'utf8') } catch { return '' } }).join('\n')
}

test('a password full of special characters moves a database, and is seen nowhere meanwhile and afterwards', async t => {
  const person = usePerson(t)
  const [source, target] = await Promise.all([useDatabase(t, { major: 15, template: shop }), useDatabase(t, { major: 18 })])
  const [from, to] = await Promise.all([useRole(t, source, 'SUPERUSER'), useRole(t, target, 'SUPERUSER')])
  for (const [database, role] of [[source, from], [target, to]] as const) await database.query(`ALTER ROLE ${role.name} PASSWORD '${special.replaceAll("'", "''")}'`)
  const url = (role: { url: string }): string => {
    const bare = new URL(role.url)
    bare.password = ''
    return bare.href.replace('@', `:${encodeURIComponent(special)}@`)
  }
  const owner = person.with({ OLD: url(from), NEW: url(to) })
  const secrets = [special, encodeURIComponent(special), new URL(url(from)).password]
  const mover = owner.start('move', '--from', 'env:OLD', '--to', 'env:NEW', '--cutover', 'wait', '--until', 'switched', '--rate', '20kB')
  await mover.says(/copy begins/)
  for (let look = 0; look < 5; look++) for (const secret of secrets) assert.ok(!seenOf(mover.child.pid ?? 0).includes(secret))
  const held = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout
  for (const secret of secrets) assert.ok(!held.includes(secret), 'nor of the process that keeps the picture')
  await person.run('throttle', '--rate', '0')
  await mover.says(/rehome cutover/)
  await person.run('cutover')
  const said = await mover.ended
  assert.equal(said.status, 0, said.out + said.err)
  tellsNoPassword(person, said, [], secrets)
  tellsNoPassword(person, await owner.run('cleanup', '--from', 'env:OLD', '--to', 'env:NEW', '--force'), [], secrets)
})

test('a URL on the command line is gone from the list of processes as soon as we run', async t => {
  const person = usePerson(t)
  const [source, target] = await Promise.all([useDatabase(t, { major: 15, template: shop }), useDatabase(t, { major: 18 })])
  const mover = person.start('move', '--from', source.url, '--to', target.url, '--rate', '20kB')
  await mover.says(/preflight begins/)
  assert.ok(!seenOf(mover.child.pid ?? 0).includes(new URL(source.url).password))
})

/** Types a password at a terminal that python3 keeps, and tells what the terminal showed. */
const terminal = `
import os, pty, sys, time, select
pid, fd = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
seen, typed, end = b'', 0, time.time() + 30
while time.time() < end:
    if select.select([fd], [], [], 0.1)[0]:
        try: part = os.read(fd, 65536)
        except OSError: break
        if not part: break
        seen += part
    if seen.count(b'empty for none: ') > typed:
        typed += 1; time.sleep(0.3); os.write(fd, (sys.stdin.readline() if False else os.environ['TYPED']).encode() + b'\\r')
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

test('at a terminal a password that is missing is asked for, and what is typed is not shown', async t => {
  const person = usePerson(t)
  const [source, target] = await Promise.all([useDatabase(t, { major: 15, template: shop }), useDatabase(t, { major: 18 })])
  const role = await useRole(t, source)
  const bare = (url: string): string => url.replace(/:[^:@/]*@/, '@')
  const look = (typed: string) => spawnSync('python3', ['-c', terminal, process.execPath, join(import.meta.dirname, '../../bin/rehome.cjs'), 'preflight', '--from', bare(role.url), '--to', target.url], {
    encoding: 'utf8', cwd: person.home, env: { PATH: process.env['PATH'], HOME: person.home, TYPED: typed, TERM: 'xterm' },
  })
  const good = look(new URL(role.url).password)
  assert.match(good.stdout, new RegExp(`Password of ${role.name} at 127\\.0\\.0\\.1:\\d+/${source.name} \\(the source\\), empty for none: \\r\\n`))
  assert.ok(!good.stdout.includes(new URL(role.url).password), 'no echo')
  assert.equal(good.status, 3, good.stdout + good.stderr)
  const wrong = look('not the password')
  assert.match(wrong.stdout, /The source refused the login/)
  assert.ok(!wrong.stdout.includes('not the password'))
  assert.equal(wrong.status, 4)
})
