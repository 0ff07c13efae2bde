import type { Id } from '#domain/ids.ts'
import type { IssuedActivation, IssuedLicence, IssuerBook } from '#ports/issuer-book.ts'

/** An issuer's book that is gone with the process. Every change is made without a pause, so nothing comes between. */
export const memoryIssuerBook = (): IssuerBook => {
  const licences = new Map<Id<'licence'>, IssuedLicence>()
  const activations = new Map<Id<'licence'>, IssuedActivation>()
  const answers = new Map<string, number>()
  return {
    async issue(issued) {
      const known = [...licences.values()].find(({ key }) => key === issued.key)
      if (known === undefined) licences.set(issued.licence.id, issued)
      return known ?? issued
    },
    issued: async licence => licences.get(licence),
    list: async ({ after, limit }) => [...licences.values()].filter(({ licence }) => after === null || licence.id > after).toSorted((a, b) => (a.licence.id < b.licence.id ? -1 : 1)).slice(0, limit)
      .map(issued => ({ issued, newest: activations.get(issued.licence.id) ?? null })),
    async withdraw(licence, at) {
      const issued = licences.get(licence)
      if (issued !== undefined) licences.set(licence, { ...issued, withdrawnAt: issued.withdrawnAt ?? at })
    },
    newest: async licence => activations.get(licence),
    answered: async request => answers.get(request),
    async answer(request, _, generation) {
      if (!answers.has(request)) answers.set(request, generation)
    },
    async activate(activation, request, before) {
      const newest = activations.get(activation.licence)
      const isGivenUp = newest === undefined || (newest.givenUp === null) === (before !== null)
      if (licences.get(activation.licence)?.withdrawnAt !== null || answers.has(request) || !isGivenUp || activation.generation !== (newest?.generation ?? 0) + 1) return false
      activations.set(activation.licence, activation)
      answers.set(request, activation.generation)
      return true
    },
    async learn(activation) {
      if (!licences.has(activation.licence) || activation.generation <= (activations.get(activation.licence)?.generation ?? 0)) return false
      activations.set(activation.licence, activation)
      return true
    },
    async giveUp(licence, generation, givenUp) {
      const newest = activations.get(licence)
      if (newest?.generation !== generation || newest.givenUp !== null) return false
      activations.set(licence, { ...newest, givenUp })
      return true
    },
    async [Symbol.asyncDispose]() { /* nothing is held */ },
  }
}
