import type { LinkPurpose } from '#domain/sign-in.ts'
import type { World } from './world.ts'

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
  quote: ({ site }: Site, quote: string): string => `${site}/quotes/${quote}`,
  customer: ({ site }: Site, customer: string): string => `${site}/customers/${customer}`,
  /** The token stands where no server, proxy or log ever sees it: a browser keeps what is behind the mark to itself. */
  link: ({ site }: Site, purpose: LinkPurpose, token: string): string => `${site}/link/${purpose}#${token}`,
} as const
