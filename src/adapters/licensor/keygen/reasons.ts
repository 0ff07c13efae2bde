/**
 * Keygen's codes in plain words, those of errors (https://keygen.sh/docs/api/errors/, https://keygen.sh/docs/api/machines/) and those of validation
 * (https://keygen.sh/docs/api/licenses/). A code that is not here is shown as Keygen says it.
 */
const words: Readonly<Record<string, string>> = {
  MACHINE_LIMIT_EXCEEDED: 'the licence is active on as many machines as it may be; deactivate it there first (MACHINE_LIMIT_EXCEEDED)',
  GROUP_MACHINE_LIMIT_EXCEEDED: 'the licence’s group has as many machines as it may have (GROUP_MACHINE_LIMIT_EXCEEDED)',
  MACHINE_CORE_LIMIT_EXCEEDED: 'the machine has more processor cores than the licence allows (MACHINE_CORE_LIMIT_EXCEEDED)',
  FINGERPRINT_TAKEN: 'the fingerprint of this machine is taken, by this licence or, as its policy has it, by another one (FINGERPRINT_TAKEN)',
  FINGERPRINT_CONFLICT: 'the fingerprint of this machine is the identifier of another one (FINGERPRINT_CONFLICT)',
  LICENSE_SUSPENDED: 'the licence is suspended; reinstate it at Keygen (LICENSE_SUSPENDED)',
  LICENSE_EXPIRED: 'the licence is over; renew it at Keygen (LICENSE_EXPIRED)',
  LICENSE_INVALID: 'the licence key is not known (LICENSE_INVALID)',
  LICENSE_NOT_ALLOWED: 'the licence’s policy does not allow this (LICENSE_NOT_ALLOWED)',
  ACTIVATIONS_LIMIT_EXCEEDED: 'the token has activated as often as it may (ACTIVATIONS_LIMIT_EXCEEDED)',
  DEACTIVATIONS_LIMIT_EXCEEDED: 'the token has deactivated as often as it may (DEACTIVATIONS_LIMIT_EXCEEDED)',
  TOKEN_INVALID: 'it does not accept the token (TOKEN_INVALID)',
  TOKEN_MISSING: 'it was shown no token (TOKEN_MISSING)',
  TOKEN_EXPIRED: 'the token is over (TOKEN_EXPIRED)',
  TOKEN_NOT_ALLOWED: 'the token may not do this (TOKEN_NOT_ALLOWED)',
  NOT_FOUND: 'there is no such licence or machine there, or the token may not see it (NOT_FOUND)',
  SUSPENDED: 'the licence is suspended; reinstate it at Keygen (SUSPENDED)',
  EXPIRED: 'the licence is over; renew it at Keygen (EXPIRED)',
  OVERDUE: 'the licence’s check-in is overdue (OVERDUE)',
  BANNED: 'the user of the licence is banned (BANNED)',
}

/** Of validation: with these a licence cannot be used on any machine. The others (no machine yet, another machine) are what a move changes. */
export const unusable: readonly string[] = ['SUSPENDED', 'EXPIRED', 'OVERDUE', 'BANNED']

export const inWords = (code: string | undefined): string | undefined => (code === undefined ? undefined : words[code])
