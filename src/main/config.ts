import { readFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'

/** What the machine says about how to run; the only place that reads the environment. */
export type Config = { readonly home: string; readonly version: string; readonly user: string; readonly moves: string; readonly signingKey: string; readonly site: string; readonly token: string | undefined; readonly signedIn: string; /** For settings that name what they want of it. */ readonly environment: Readonly<Record<string, string | undefined>> }

export const readConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const state = environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state')
  const home = environment['REHOME_HOME'] ?? join(state, 'rehome')
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string }
  return { home, version, user: environment['REHOME_USER'] ?? userInfo().username, moves: join(home, 'moves'), signingKey: join(home, 'signing-key.pem'), site: environment['REHOME_SITE'] ?? '', token: environment['REHOME_TOKEN'], signedIn: join(home, 'signed-in.json'), environment }
}
