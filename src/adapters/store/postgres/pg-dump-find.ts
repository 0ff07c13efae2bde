import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { glob, realpath } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from '#domain/faults.ts'

export type PgDump = { readonly path: string; readonly major: number; readonly minor: number }

/**
 * The pg_dump that writes the schema of a server of version `source` for one of version `target`: at least as new as the source, and as new as the target where
 * there is one, because a newer one writes what newer servers want. REHOME_PG_DUMP names the only one to be considered. Faults: SCHEMA_TOOL_MISSING.
 */
export const findPgDump = async (source: number, target: number, environment: NodeJS.ProcessEnv = process.env): Promise<PgDump> => {
  const named = environment['REHOME_PG_DUMP']
  const found = await Promise.all((named === undefined || named === '' ? await candidates(environment) : [named]).map(versionOf))
  const best = choose(found.filter(dump => dump !== undefined), source, target)
  if (best === undefined) throw new Fault('SCHEMA_TOOL_MISSING', { version: source, install: installLine(source) })
  return best
}

/** The newest that is not newer than the target, else the oldest that is. */
export const choose = (found: readonly PgDump[], source: number, target: number): PgDump | undefined => {
  const fit = found.filter(dump => dump.major >= source).toSorted((a, b) => a.major - b.major || a.minor - b.minor)
  return fit.findLast(dump => dump.major <= target) ?? fit[0]
}

/** Where packages put it, besides the PATH: Debian and Ubuntu, the PostgreSQL project's packages for Red Hat, Homebrew, Postgres.app, Windows. */
const packaged = [
  '/usr/lib/postgresql/*/bin', '/usr/pgsql-*/bin', '/opt/homebrew/opt/{postgresql@*,libpq}/bin', '/usr/local/opt/{postgresql@*,libpq}/bin', '/opt/homebrew/bin',
  '/Applications/Postgres.app/Contents/Versions/*/bin', 'C:/Program Files/PostgreSQL/*/bin',
]

const candidates = async (environment: NodeJS.ProcessEnv): Promise<string[]> => {
  const program = process.platform === 'win32' ? 'pg_dump.exe' : 'pg_dump'
  const onPath = (environment['PATH'] ?? '').split(delimiter).filter(folder => folder !== '')
  const patterns = [...packaged, ...onPath.map(folder => folder.replaceAll(/[[\]{}*?]/g, '?'))].map(folder => join(folder, program))
  const paths = (await Promise.all(patterns.map(pattern => Array.fromAsync(glob(pattern))))).flat()
  return [...new Set(await Promise.all(paths.map(path => realpath(path).catch(() => path))))]
}

const run = promisify(execFile)

/** Undefined: there is none, or it does not say. */
const versionOf = async (path: string): Promise<PgDump | undefined> => {
  const said = await run(path, ['--version'], { timeout: 10_000, windowsHide: true }).catch(() => undefined)
  const [, major, minor] = /\(PostgreSQL\) (\d+)(?:\.(\d+))?/.exec(said?.stdout ?? '') ?? []
  return major === undefined ? undefined : { path, major: Number(major), minor: Number(minor ?? 0) }
}

/** The one line that installs a pg_dump of at least `version` here. */
export const installLine = (version: number, platform: NodeJS.Platform = process.platform, release: string = osRelease()): string => {
  if (platform === 'darwin') return `brew install postgresql@${version}`
  if (platform === 'win32') return `winget install --exact --id PostgreSQL.PostgreSQL.${version}`
  const id = field(release, 'ID')
  const family = `${id} ${field(release, 'ID_LIKE')}`
  if (/\b(debian|ubuntu)\b/.test(family)) {
    const own = distributed[`${id} ${field(release, 'VERSION_ID')}`]
    if (own !== undefined && own >= version) return `sudo apt-get install -y postgresql-client-${own}`
    return `sudo apt-get install -y postgresql-common && sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y && sudo apt-get install -y postgresql-client-${version}`
  }
  if (/\balpine\b/.test(family)) return `sudo apk add postgresql${version}-client`
  if (/\b(fedora|rhel|centos)\b/.test(family)) return `sudo dnf install -y postgresql${version} (from https://yum.postgresql.org)`
  if (/\bsuse\b/.test(family)) return `sudo zypper install -y postgresql${version}`
  if (/\barch\b/.test(family)) return 'sudo pacman -S postgresql'
  return `the package with pg_dump ${version} or newer from https://www.postgresql.org/download/`
}

/** The version a distribution has without any further package source. */
const distributed: Readonly<Record<string, number>> = { 'debian 11': 13, 'debian 12': 15, 'debian 13': 17, 'ubuntu 22.04': 14, 'ubuntu 24.04': 16 }

const field = (release: string, name: string): string => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(release)?.[1] ?? ''

const osRelease = (): string => {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return ''
  }
}
