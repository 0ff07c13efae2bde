import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider'
import { freePort } from '#adapters/embedded-postgres/port.ts'

/** Making one takes a while; all services of a process share it. */
const signingKey = { ...generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }

/** A person as the service knows it: what it says of them. */
export type OidcPerson = { readonly email?: string; readonly email_verified?: boolean; readonly name?: string; /** Usually a list of names. */ readonly groups?: unknown }

export type OidcOptions = {
  /** Where browsers are sent back to. */
  readonly redirect: string
  readonly people: Readonly<Record<string, OidcPerson>>
  /** How long a code may be exchanged. */
  readonly codeLastsS?: number
  readonly secret?: string
  /** A free one, if none is named. */
  readonly port?: number
  /** Whoever comes without saying who they are is shown a page with everybody’s name on it, to choose their own; otherwise they are taken for one who broke off. */
  readonly asks?: boolean
}

/** A real OpenID Connect provider in this process, on 127.0.0.1, at which whoever comes is signed in as `person`. */
export interface OidcService extends AsyncDisposable {
  readonly issuer: string
  readonly id: string
  readonly secret: string
  /** What a browser does: follows `url` through the sign-in as `person`, and answers the query it is sent back to `redirect` with. `denies`: the person breaks off. */
  browse(url: string, person: string, how?: { readonly denies?: boolean }): Promise<string>
}

/** Loopback port of its own; closed with everything that is connected. */
export const startOidcProvider = async ({ redirect, people, codeLastsS = 60, secret = 'a secret of the test service', port, asks = false }: OidcOptions): Promise<OidcService> => {
  const chosen = port ?? await freePort()
  const issuer = `http://127.0.0.1:${chosen}`
  const provider = new Provider(issuer, {
    adapter: rowsInMemory(),
    jwks: { keys: [signingKey] },
    clients: [{ client_id: 'rehome', client_secret: secret, redirect_uris: [redirect], response_types: ['code'], grant_types: ['authorization_code'] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    cookies: { keys: ['of the test service'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    ttl: { AuthorizationCode: codeLastsS, AccessToken: 60, IdToken: 60, Grant: 60, Session: 60, Interaction: 60 },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
    // Nobody is asked whether we may read what we ask for: only who it is.
    loadExistingGrant: async ctx => {
      const { oidc } = ctx
      const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId ?? '', accountId: oidc.session?.accountId ?? '' })
      grant.addOIDCScope('openid email profile groups')
      await grant.save()
      return grant
    },
    interactions: { url: (_, interaction) => `/as/${interaction.uid}` },
  })
  const answer = provider.callback()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', issuer)
    if (!url.pathname.startsWith('/as/')) return void answer(request, response)
    const person = url.searchParams.get('person')
    if (person === null && asks) return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(chooser(url.pathname, people))
    const result = person === null ? { error: 'access_denied', error_description: 'the person broke off' } : { login: { accountId: person } }
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false }).catch((error: unknown) => { response.statusCode = 500; response.end(String(error)) })
  })
  server.listen(chosen, '127.0.0.1')
  await once(server, 'listening')
  return {
    issuer, id: 'rehome', secret,
    browse: (url, person, { denies = false } = {}) => browse(url, redirect, denies ? undefined : person),
    async [Symbol.asyncDispose]() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const chooser = (path: string, people: Readonly<Record<string, OidcPerson>>): string => `<!doctype html><html lang="en"><title>Sign-in service</title><h1>Who are you?</h1>${Object.entries(people).map(([person, { name }]) => `<p><a href="${path}?person=${encodeURIComponent(person)}">${name ?? person}</a></p>`).join('')}</html>`

/** What the provider keeps, of each of its kinds, by id. */
const rowsInMemory = (): ((kind: string) => Adapter) => {
  const rows = new Map<string, AdapterPayload>()
  const where = (kind: string, fits: (row: AdapterPayload) => boolean): AdapterPayload | undefined => [...rows].find(([key, row]) => key.startsWith(`${kind} `) && fits(row))?.[1]
  return kind => ({
    upsert: async (id, row) => { rows.set(`${kind} ${id}`, row) },
    find: async id => rows.get(`${kind} ${id}`),
    findByUid: async uid => where(kind, row => row.uid === uid),
    findByUserCode: async code => where(kind, row => row.userCode === code),
    consume: async id => { const row = rows.get(`${kind} ${id}`); if (row !== undefined) row['consumed'] = Math.floor(Date.now() / 1_000) },
    destroy: async id => { rows.delete(`${kind} ${id}`) },
    revokeByGrantId: async grant => { for (const [key, row] of rows) if (row.grantId === grant) rows.delete(key) },
  })
}

/** Follows redirects with a jar of cookies, as a browser, until it would leave for us. */
const browse = async (start: string, redirect: string, person: string | undefined): Promise<string> => {
  const jar = new Map<string, string>()
  let url = new URL(start)
  for (let steps = 0; steps < 12; steps++) {
    if (url.pathname.startsWith('/as/') && person !== undefined) url.searchParams.set('person', person)
    const response = await fetch(url, { redirect: 'manual', headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') } })
    await response.arrayBuffer()
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split(/=(.*)/s)
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`the sign-in service answered ${response.status} at ${url.pathname}`)
    url = new URL(location, url)
    if (url.href.startsWith(redirect)) return url.search.slice(1)
  }
  throw new Error('the sign-in service sends the browser round and round')
}
