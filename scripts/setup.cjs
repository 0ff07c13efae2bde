'use strict'
/**
 * Makes a fresh checkout ready, and does nothing, fast, when it is: `npm ci` when package-lock.json changed, and what npm
 * cannot bring when it is asked for. Runs under the machine's own Node, 20 or newer: the Node 26 that everything else
 * needs is among the packages.
 *
 *   node scripts/setup.cjs [--for-tests] [--for-bench] [--for-web]
 */
const { spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const checkout = path.resolve(__dirname, '..')
const modules = path.join(checkout, 'node_modules')
const stamp = path.join(modules, '.rehome-setup')
const lock = path.join(checkout, '.rehome', 'setup.lock')
const lockWaitMs = 10 * 60_000

/** What npm does not bring, by the programs we look for. */
const needs = {
  '--for-tests': [
    { programs: ['pg_dump'], packages: ['postgresql-client-15'], otherwise: ['postgresql-client'], why: 'the tests move schemas with it' },
    { programs: ['chromium'], packages: ['chromium'], otherwise: ['chromium-browser'], why: 'the tests use console and portal in it' },
  ],
  '--for-bench': [{ programs: ['pg_dump', 'pg_restore', 'psql', 'pgbench', 'pgcopydb'], packages: ['postgresql-15', 'pgcopydb'], otherwise: ['postgresql', 'pgcopydb'], why: 'the bench runs them side by side with Rehome' }],
}
/** Console and portal are built, too; whoever only moves a database has no use for them. */
const web = '--for-web'
const leastMajor = 15

function main() {
  const asked = process.argv.slice(2)
  const unknown = asked.filter(option => !(option in needs) && option !== web)
  if (unknown.length > 0) fail(`unknown option ${unknown[0]}; there are ${[...Object.keys(needs), web].join(' and ')}`)
  if (Number(process.versions.node.split('.')[0]) < 20) fail(`this is Node ${process.versions.node}. Install Node 20 or newer; it brings Node 26 by itself.`)
  const faces = asked.includes(web)
  if (!isInstalled() || faces) whileLocked(() => {
    if (!isInstalled()) install()
    if (faces) buildWeb()
  })
  for (const need of asked.flatMap(option => needs[option] ?? [])) provide(need)
}

/** Does nothing, fast, when what is there was made of the same sources. */
function buildWeb() {
  const { status, error } = spawnSync(path.join(modules, '.bin', 'node'), [path.join(checkout, 'scripts', 'web.ts')], { cwd: checkout, stdio: ['ignore', process.stderr.fd, process.stderr.fd] })
  if (error || status !== 0) fail('the console and the portal could not be built; what was said is above.')
}

function isInstalled() {
  return read(stamp) === wanted()
}

/** What the installed packages are the result of. */
function wanted() {
  const locked = read(path.join(checkout, 'package-lock.json'))
  if (locked === undefined) fail(`${checkout} has no package-lock.json: this is not a whole checkout.`)
  return `${createHash('sha256').update(locked).digest('hex')} ${process.platform}-${process.arch}\n`
}

function install() {
  say('installing packages; this happens once, and again when package-lock.json changes …')
  const began = Date.now()
  fs.rmSync(stamp, { force: true })
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: checkout, stdio: ['ignore', process.stderr.fd, process.stderr.fd], env: outsideEnv() })
  if (error) fail(`npm cannot be run: ${error.message}. It comes with Node; put it on PATH.`)
  if (status !== 0) fail('npm ci did not succeed; what it said is above. If the registry was out of reach, run the same command again when it is.')
  proveNode()
  fs.writeFileSync(stamp, wanted())
  say(`done in ${Math.round((Date.now() - began) / 1000)} s.`)
}

/** `npm run` puts node_modules/.bin first on PATH. npm must not run by a Node that it is about to replace. */
function outsideEnv() {
  const kept = (process.env.PATH ?? '').split(path.delimiter).filter(entry => !path.resolve(entry).startsWith(modules))
  const env = { ...process.env, PATH: kept.join(path.delimiter) }
  // Of the npm that runs us: it would hand its own wishes, such as `--silent` or `omit`, to the install.
  for (const name of Object.keys(env)) if (/^npm_(config_(?!registry|cafile|userconfig|globalconfig|cache|proxy|https_proxy|noproxy)|lifecycle|package|command|execpath)/.test(name)) delete env[name]
  return env
}

function proveNode() {
  const { status, stdout, error, stderr } = spawnSync(path.join(modules, '.bin', 'node'), ['--version'], { encoding: 'utf8' })
  if (status === 0 && Number(/^v(\d+)/.exec(stdout)?.[1]) >= 26) return
  if (Number(process.versions.node.split('.')[0]) >= 26) return
  fail(`there is no Node 26 from npm that runs on ${process.platform}-${process.arch} (${(error?.message ?? stderr ?? '').trim()}). Install Node 26 and run this again with it.`)
}

function provide({ programs, packages, otherwise, why }) {
  const missing = () => programs.filter(program => !find(program))
  if (missing().length === 0) return
  const names = missing().join(', ')
  const isApt = spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0
  if (!isApt) fail(`${names} cannot be found: ${why}. Install it (of PostgreSQL version ${leastMajor} or newer) and put it on PATH.`)
  if (process.getuid?.() !== 0) fail(`${names} cannot be found: ${why}. Run\n\n  sudo apt-get install -y ${packages.join(' ')}\n`)
  say(`installing ${packages.join(' and ')} for ${names}: ${why} …`)
  if (!aptInstall(packages) && !(aptUpdate() && aptInstall(packages)) && !aptInstall(otherwise)) fail(`apt-get could not install ${packages.join(' ')}; what it said is above.`)
  if (missing().length > 0) fail(`${packages.join(' and ')}: installed, and still ${missing().join(', ')} cannot be found (of PostgreSQL, ${leastMajor} or newer).`)
}

/** On PATH, or where Debian and Homebrew keep the versions that they do not put there. */
function find(program) {
  const debian = '/usr/lib/postgresql'
  const versions = fs.existsSync(debian) ? fs.readdirSync(debian).map(version => path.join(debian, version, 'bin')) : []
  const places = [...(process.env.PATH ?? '').split(path.delimiter), ...versions, '/opt/homebrew/opt/libpq/bin', '/usr/local/opt/libpq/bin']
  return places.some(place => {
    const { status, stdout } = spawnSync(path.join(place, program), ['--version'], { encoding: 'utf8' })
    if (status !== 0) return false
    const major = Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1] ?? leastMajor)
    return major >= leastMajor
  })
}

function aptInstall(packages) {
  return apt(['install', '-y', '--no-install-recommends', ...packages])
}

function aptUpdate() {
  return apt(['update'])
}

function apt(words) {
  const { status } = spawnSync('apt-get', ['-q', ...words], { stdio: ['ignore', process.stderr.fd, process.stderr.fd], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  return status === 0
}

/** Two set-ups at once would install over each other. The file names the process; what a dead one left is taken over. */
function whileLocked(work) {
  fs.mkdirSync(path.dirname(lock), { recursive: true })
  const deadline = Date.now() + lockWaitMs
  let told = false
  while (!take()) {
    const holder = read(lock)
    if (holder === undefined) continue
    if (holder === '' ? isOld(lock) : !isAlive(Number(holder))) {
      removeStale(holder)
      continue
    }
    if (!told) say(`another process (${holder || 'starting'}) sets up this checkout already; waiting for it …`)
    told = true
    if (Date.now() > deadline) fail(`another process (${holder}) still sets up this checkout. If it does not, delete ${lock}`)
    pause(200)
  }
  process.on('exit', () => { fs.rmSync(lock, { force: true }) })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))
  work()
}

/** Moved aside first: between our look and now another may have removed it and taken the lock, which it then gets back. */
function removeStale(holder) {
  const aside = `${lock}.${process.pid}`
  try {
    fs.renameSync(lock, aside)
    if (read(aside) !== holder) fs.linkSync(aside, lock)
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error
  }
  fs.rmSync(aside, { force: true })
}

/** Its writer is between making and filling it, unless it died there. */
function isOld(file) {
  const found = fs.statSync(file, { throwIfNoEntry: false })
  return found !== undefined && Date.now() - found.mtimeMs > 2_000
}

function take() {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  }
}

function say(text) {
  process.stderr.write(`set-up: ${text}\n`)
}

function fail(text) {
  process.stderr.write(`set-up failed: ${text}\n`)
  process.exit(1)
}

main()
