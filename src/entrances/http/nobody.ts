import type { Caller } from '#control/ground/desk.ts'

/** Of what is open to those who have not signed in. Its use cases ask for what proves somebody, and never what the caller may. */
export const nobody: Caller = { actor: { kind: 'system' }, who: { kind: 'system', id: 'nobody', name: 'somebody who has not signed in' } }
