import { checkNames, type Check } from './checks.ts'

/** Who may answer a check that the ledger cannot answer by itself. *doer*: whoever does the task says it. *reported*: a program beside the product reports it; a person's own word does not do, what somebody of the vendor saw does. */
export const told = {
  'date-committed': 'doer', 'files-confirmed': 'doer', 'sso-tested': 'doer', 'call-held': 'doer',
  'rehearsed': 'reported', 'bundle-verified': 'reported', 'devices-arrived': 'reported', 'old-address-unused': 'reported', 'address-redirects': 'reported', 'address-serves': 'reported',
  'licences-recorded': 'reported', 'licences-inactive-at-origin': 'reported', 'licences-active-at-destination': 'reported', 'profiles-found': 'reported',
  'versions-equal': 'reported', 'services-stopped': 'reported', 'backup-verified': 'reported', 'services-healthy': 'reported',
} as const satisfies Partial<Record<Check, 'doer' | 'reported'>>
export type ToldCheck = keyof typeof told

export const toldChecks = checkNames.filter((check): check is ToldCheck => Object.hasOwn(told, check))
export const isTold = (check: Check): check is ToldCheck => Object.hasOwn(told, check)
export const isSaidByDoer = (check: Check): boolean => isTold(check) && told[check] === 'doer'
