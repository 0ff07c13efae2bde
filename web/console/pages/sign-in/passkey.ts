/** Asks the browser's passkeys for what control wants, and answers as JSON. Throws what the browser throws: the person said no, or there is none. */
export const passkeyAnswer = async (options: unknown): Promise<never> => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON)
  const given = await navigator.credentials.get({ publicKey })
  if (!(given instanceof PublicKeyCredential)) throw new Error('no passkey')
  return given.toJSON() as never
}

/** Has the browser make another passkey. Throws what the browser throws. */
export const newPasskey = async (options: unknown): Promise<never> => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON)
  const made = await navigator.credentials.create({ publicKey })
  if (!(made instanceof PublicKeyCredential)) throw new Error('no passkey')
  return made.toJSON() as never
}
