import { AsyncLocalStorage } from 'node:async_hooks'
import { AuthorizationResponseError, type Configuration, ResponseBodyError, allowInsecureRequests, authorizationCodeGrant, buildAuthorizationUrl, calculatePKCECodeChallenge, customFetch, discovery, fetchUserInfo, randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client'
import { z } from 'zod'
import { Fault } from '#domain/faults.ts'
import { type Claims, type SignInRefused, signInRefused } from '#domain/operator-sign-in.ts'
import { whyUnanswered } from '#lib/answer.ts'
import { visible } from '#lib/visible.ts'
import type { SignInService } from '#ports/identity.ts'

/** How a vendor's sign-in service is reached. `id` and `secret` name us there; `redirect` is our address that it sends people back to, as registered there. */
export const oidcSettings = z.strictObject({
  issuer: z.url(),
  id: z.string().min(1),
  secret: z.string().min(1),
  redirect: z.url(),
  scopes: z.string().default('openid email profile'),
  /** The claim that lists a person's groups. */
  groupsClaim: z.string().default('groups'),
  /** For services that never say whether an address is verified, and whose administrators alone set it. */
  trustsAddresses: z.boolean().default(false),
})
export type OidcSettings = z.output<typeof oidcSettings>

const timeoutS = 10

/** Sign-in by OpenID Connect: authorization code with PKCE, state and nonce. What the service is able to do is asked at the first use. */
export const openOidc = (settings: OidcSettings): SignInService => {
  const { issuer } = settings
  const waiting = new AsyncLocalStorage<AbortSignal>()
  let asked: Promise<Configuration> | undefined
  const discovered = async (): Promise<Configuration> => {
    asked ??= discover(settings, waiting)
    return asked.catch((error: unknown) => { asked = undefined; throw error })
  }
  return {
    issuer,
    begin: (signal) => waiting.run(signal, async () => {
      signal.throwIfAborted()
      const service = await discovered().catch((error: unknown) => { throw faultOf(error, issuer, signal) })
      const begun = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
      const url = buildAuthorizationUrl(service, {
        redirect_uri: settings.redirect, scope: settings.scopes, state: begun.state, nonce: begun.nonce,
        code_challenge: await calculatePKCECodeChallenge(begun.verifier), code_challenge_method: 'S256',
      })
      return { url: url.href, begun }
    }),
    finish: ({ state, nonce, verifier }, query, signal) => waiting.run(signal, async () => {
      signal.throwIfAborted()
      try {
        const service = await discovered()
        const tokens = await authorizationCodeGrant(service, cameBack(settings.redirect, query), { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true })
        const proven = tokens.claims()
        if (proven === undefined) return signInRefused('sign-in-void', 'there is no token that says who it is')
        const more = service.serverMetadata().userinfo_endpoint === undefined ? {} : await fetchUserInfo(service, tokens.access_token, proven.sub)
        return claimsOf({ ...more, ...proven }, settings)
      } catch (error) {
        const refused = refusalOf(error)
        if (refused !== undefined) return refused
        throw faultOf(error, issuer, signal)
      }
    }),
  }
}

const discover = (settings: OidcSettings, waiting: AsyncLocalStorage<AbortSignal>): Promise<Configuration> =>
  discovery(new URL(settings.issuer), settings.id, settings.secret, undefined, {
    timeout: timeoutS,
    // Unencrypted on this machine only: there is no network to listen on.
    execute: isLoopback(settings.issuer) ? [allowInsecureRequests] : [],
    [customFetch]: (url, { signal, ...options }) => fetch(url, { ...options, signal: AbortSignal.any([signal, waiting.getStore()].filter(one => one !== undefined)) } as RequestInit),
  })

const isLoopback = (address: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(address).hostname)

/** Our address as it is registered, whatever a proxy in between made of it, with what was sent along. */
const cameBack = (redirect: string, query: string): URL => {
  const url = new URL(redirect)
  url.search = query
  return url
}

const claimShape = z.looseObject({ iss: z.string(), sub: z.string().min(1).max(255), email: z.string().max(254).optional(), email_verified: z.union([z.boolean(), z.stringbool()]).optional(), name: z.string().max(200).optional() })
const groupShape = z.union([z.array(z.string()), z.string().transform(one => [one])]).catch([])

const claimsOf = (found: Readonly<Record<string, unknown>>, { groupsClaim, trustsAddresses }: OidcSettings): Claims | SignInRefused => {
  const read = claimShape.safeParse(found)
  if (!read.success) return signInRefused('sign-in-void', visible(z.prettifyError(read.error)))
  const { iss, sub, email, email_verified, name } = read.data
  return { issuer: iss, subject: sub, email: email ?? null, isEmailVerified: email !== undefined && (email_verified ?? trustsAddresses), name: name ?? null, groups: groupShape.parse(found[groupsClaim] ?? []) }
}

/** Codes of answers that do not belong to what was begun, as the library names them: a state, nonce, issuer or time that is not right. */
const voidCodes = ['OAUTH_INVALID_RESPONSE', 'OAUTH_JWT_CLAIM_COMPARISON_FAILED', 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED', 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED', 'OAUTH_KEY_SELECTION_FAILED']

/** A *no* to this person, as against a failure that meets everyone. */
const refusalOf = (error: unknown): SignInRefused | undefined => {
  if (error instanceof AuthorizationResponseError) return signInRefused('sign-in-denied', visible(error.error))
  if (error instanceof ResponseBodyError) return error.error === 'invalid_grant' ? signInRefused('sign-in-void', visible(error.error)) : undefined
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && voidCodes.includes(code) ? signInRefused('sign-in-void', visible(whyUnanswered(error))) : undefined
}

const faultOf = (error: unknown, issuer: string, signal: AbortSignal): unknown => {
  if (signal.aborted) return signal.reason
  if (error instanceof ResponseBodyError) return new Fault('IDENTITY_REFUSED', { issuer, reason: visible(error.error_description ?? error.error) }, { cause: error })
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isOurs = typeof code === 'string' && ['OAUTH_HTTP_REQUEST_FORBIDDEN', 'OAUTH_REQUEST_PROTOCOL_FORBIDDEN', 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED'].includes(code)
  return new Fault(isOurs ? 'IDENTITY_REFUSED' : 'IDENTITY_UNREACHABLE', { issuer, reason: whyUnanswered(error) }, { cause: error })
}
