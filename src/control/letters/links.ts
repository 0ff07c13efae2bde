import type { LinkPurpose } from '#domain/sign-in.ts'
import type { World } from '../ground/world.ts'

type Site = Pick<World, 'site'>

/** Pages that letters lead to. Who may not see one is asked to sign in first. */
export const pages = {
  move: ({ site }: Site, move: string): string => `${site}/moves/${move}`,
  plan: ({ site }: Site, move: string): string => `${site}/moves/${move}/plan`,
  thread: ({ site }: Site, move: string): string => `${site}/moves/${move}/messages`,
  task: ({ site }: Site, task: string): string => `${site}/tasks/${task}`,
  questionnaire: ({ site }: Site, move: string): string => `${site}/moves/${move}/questionnaire`,
  window: ({ site }: Site, move: string): string => `${site}/moves/${move}/window`,
  signOff: ({ site }: Site, move: string): string => `${site}/moves/${move}/sign-off`,
  faq: ({ site }: Site): string => `${site}/faq`,
  quote: ({ site }: Site, quote: string): string => `${site}/quotes/${quote}`,
  /** A page with a button: who has the address may fetch the file, so many times. */
  bundle: ({ site }: Site, token: string): string => `${site}/bundles/${token}`,
  customer: ({ site }: Site, customer: string): string => `${site}/customers/${customer}`,
  /** A page with a button that works without scripts: what stands behind a mark would never reach it. The token counts once, and no page is told of the address. */
  link: ({ site }: Site, purpose: LinkPurpose, token: string): string => `${site}/link/${purpose}/${token}`,
} as const
