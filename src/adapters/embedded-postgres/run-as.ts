import { spawnSync } from 'node:child_process'

/** Whom the server runs as. PostgreSQL refuses to run as root. */
export type RunAs = { readonly uid: number; readonly gid: number; readonly name: string }

/** Undefined: as we are. As root: an existing user, `postgres` before `nobody`. */
export const runAs = (): RunAs | undefined => {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = [idOf('-u', name), idOf('-g', name)]
    if (uid !== undefined && gid !== undefined && uid !== 0) return { uid, gid, name }
  }
  throw new Error('PostgreSQL cannot run as root, and this machine has neither a user postgres nor a user nobody to run it as')
}

/** For `spawn`: the user, and nothing of our environment, so that no PG* variable or locale of ours reaches the server. */
export const spawnAs = (user: RunAs | undefined): { uid?: number; gid?: number; env: NodeJS.ProcessEnv } => ({
  ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  env: { PATH: process.env['PATH'], LC_ALL: 'C', ...(process.env['TZ'] === undefined ? {} : { TZ: process.env['TZ'] }) },
})

/** Proved by entering, as that user: modes, access lists and mounts all have a say. */
export const canEnter = (directory: string, user: RunAs | undefined): boolean =>
  user === undefined || spawnSync('/bin/sh', ['-c', 'cd "$1" && test -x .', 'sh', directory], { ...spawnAs(user), stdio: 'ignore', cwd: '/' }).status === 0

const idOf = (flag: '-u' | '-g', name: string): number | undefined => {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' })
  const id = Number.parseInt(stdout ?? '', 10)
  return status === 0 && Number.isInteger(id) ? id : undefined
}
