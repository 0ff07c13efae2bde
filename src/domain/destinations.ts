import type { HomeKind } from './homes.ts'
import type { Playbook } from './playbook.ts'

/** From which kinds of home to which a playbook leads. */
export type Way = { readonly from: readonly HomeKind[]; readonly to: readonly HomeKind[] }

export type WrongHome =
  | { readonly refused: 'wrong-origin'; readonly playbook: string; readonly is: HomeKind; readonly from: readonly HomeKind[] }
  | { readonly refused: 'wrong-destination'; readonly playbook: string; readonly is: HomeKind; readonly to: readonly HomeKind[] }

const clouds = ['shared', 'dedicated'] as const

/** What a vendor’s own playbook of a case may do; the built-in ones are held to what they say. */
const byCase: Readonly<Record<Playbook['case'], Way>> = {
  A: { from: [...clouds, 'self-hosted'], to: clouds },
  B: { from: clouds, to: ['dedicated', 'self-hosted'] },
  C: { from: [...clouds, 'self-hosted'], to: [...clouds, 'self-hosted'] },
  D: { from: ['licence-host', 'application-server'], to: ['licence-host', 'application-server'] },
}

const byKey: Readonly<Record<string, Way>> = {
  'cloud-to-self-hosted': { from: clouds, to: ['self-hosted'] },
  'shared-to-dedicated': { from: ['shared'], to: ['dedicated'] },
  'licence-server': { from: ['licence-host'], to: ['licence-host'] },
  'application-server': { from: ['application-server'], to: ['application-server'] },
}

export const wayOf = (playbook: Pick<Playbook, 'key' | 'case'>): Way => (Object.hasOwn(byKey, playbook.key) ? byKey[playbook.key] : undefined) ?? byCase[playbook.case]

/** Why this playbook does not lead from a home of the one kind to one of the other. Undefined: it does. */
export const whyWrongHome = (playbook: Pick<Playbook, 'key' | 'case'>, origin: HomeKind, destination: HomeKind): WrongHome | undefined => {
  const { from, to } = wayOf(playbook)
  if (!from.includes(origin)) return { refused: 'wrong-origin', playbook: playbook.key, is: origin, from }
  return to.includes(destination) ? undefined : { refused: 'wrong-destination', playbook: playbook.key, is: destination, to }
}
