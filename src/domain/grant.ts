/**
 * What a cell of the table of rights says. `reach`: to which things. `who`: only people with one of these roles or duties; without it, every person
 * of that kind.
 */
export type Grant<Who extends string> =
  | { readonly reach: 'nothing' }
  | { readonly reach: 'ours' | 'own'; readonly who: readonly Who[] }
  | { readonly reach: 'ours' | 'everybody' | 'concerned' | 'named' }

/** Machines have neither roles nor duties. */
export type MachineGrant = { readonly reach: 'nothing' | 'ours' | 'named' }

/** Nobody of that kind, to nothing. */
export const never = { reach: 'nothing' } as const

/** Everyone of that kind, to all that is in sight: an operator's vendor, a partner's customers, a contact's own customer. */
export const anyone = { reach: 'ours' } as const

/** Who has one of these roles or duties, to all that is in sight. */
export const of = <const Who extends string>(...who: readonly Who[]) => ({ reach: 'ours', who }) as const

/** Who has one of these roles or duties, to what is for the own party: a partner does not answer for its customer, nor the vendor for either. */
export const ofOwn = <const Who extends string>(...who: readonly Who[]) => ({ reach: 'own', who }) as const

/** Everyone, to what is for the own party and either for one of the own duties or names this person; the point of contact to all that is for the own party. */
export const concerned = { reach: 'concerned' } as const

/** The one person that the thing names, or the one agent. */
export const named = { reach: 'named' } as const

/** Whoever has to do with the vendor at all, to what is the same for everyone. */
export const everybody = { reach: 'everybody' } as const
