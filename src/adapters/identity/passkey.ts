import { type AuthenticationResponseJSON, type RegistrationResponseJSON, generateAuthenticationOptions, generateRegistrationOptions, verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { z } from 'zod'
import { passkeyRefused } from '#domain/operator-sign-in.ts'
import { visible } from '#lib/visible.ts'
import type { Passkeys } from '#ports/identity.ts'

/** `origin`: the address in the browser, such as `https://rehome.vendor.example`. A key belongs to its host name. */
export type PasskeySettings = { readonly origin: string; readonly name: string }

/** EdDSA, ES256 and RS256, by their numbers in RFC 9053: what devices have. Named, because Node warns on being asked for newer ones. */
const algorithms = [-8, -7, -257]

/** Passkeys by WebAuthn. The person must have shown itself to the device, by finger, face or PIN: a passkey alone signs in. */
export const openPasskeys = ({ origin, name }: PasskeySettings): Passkeys => {
  const rpID = new URL(origin).hostname
  return {
    async askNew(person, known) {
      const options = await generateRegistrationOptions({
        rpName: name, rpID, userID: Uint8Array.from(Buffer.from(person.id)), userName: person.email, userDisplayName: person.name, attestationType: 'none', supportedAlgorithmIDs: algorithms,
        excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      })
      return { challenge: options.challenge, options }
    },
    async taken(challenge, answer) {
      // Whatever the answer is: the library looks at every part of it, and throws.
      const verified = await verifyRegistrationResponse({ response: answer as RegistrationResponseJSON, expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpID, requireUserVerification: true, supportedAlgorithmIDs: algorithms }).catch(refused)
      if ('refused' in verified) return verified
      if (!verified.verified) return passkeyRefused('its signature does not fit')
      const { id, publicKey, counter, transports = [] } = verified.registrationInfo.credential
      return { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter, transports }
    },
    async ask(known) {
      const options = await generateAuthenticationOptions({ rpID, allowCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })), userVerification: 'required' })
      return { challenge: options.challenge, options }
    },
    named: answer => answerShape.safeParse(answer).data?.id,
    async proven(challenge, answer, passkey) {
      // The library takes the signature for that of the key it is given, whatever the answer calls itself.
      if (answerShape.safeParse(answer).data?.id !== passkey.id) return passkeyRefused('it is of another key')
      const credential = { id: passkey.id, publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')), counter: passkey.counter }
      const verified = await verifyAuthenticationResponse({ response: answer as AuthenticationResponseJSON, expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpID, credential, requireUserVerification: true }).catch(refused)
      if ('refused' in verified) return verified
      return verified.verified ? { ...passkey, counter: verified.authenticationInfo.newCounter } : passkeyRefused('its signature does not fit')
    },
  }
}

const answerShape = z.looseObject({ id: z.string().min(1).max(2_048), rawId: z.string(), type: z.literal('public-key'), response: z.looseObject({}) })

/** Everything that the library throws is about the answer, which came from outside. */
const refused = (error: unknown): ReturnType<typeof passkeyRefused> => passkeyRefused(visible(error instanceof Error ? error.message : 'it cannot be read'))
