import { type Authenticator, makeAuthenticator } from '#test/services/authenticator.ts'

type Asked = { readonly ask: string; readonly options: unknown }

/** A device with a passkey, as the typed way to ask has it. */
export type Device = {
  make(asked: Asked): { ask: never; answer: never }
  show(asked: Asked): { ask: never; answer: never }
  readonly authenticator: Authenticator
}

export const deviceAt = (origin: string): Device => {
  const authenticator = makeAuthenticator(origin)
  const answered = ({ ask }: Asked, answer: object) => ({ ask: ask as never, answer: answer as never })
  return {
    authenticator,
    make: asked => answered(asked, authenticator.create(asked.options as { challenge: string })),
    show: asked => answered(asked, authenticator.get(asked.options as { challenge: string })),
  }
}
