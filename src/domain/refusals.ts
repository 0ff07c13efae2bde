/**
 * Every way the rules say no, and how that reads. `kind`: *absent*, it is not there, or not for these eyes; *forbidden*, not for this person;
 * *wrong*, what was said makes no sense; *not-now*, it stands in the way of what is so at present. Facts of the refusal are named in braces.
 */
export const refusals = {
  'not-found': { kind: 'absent', says: 'There is no such thing, or it is not yours to see.' },
  'removed': { kind: 'forbidden', says: 'You are no longer among the people of this vendor. If that is a mistake, write to whoever invited you.' },
  'not-your-part': { kind: 'forbidden', says: 'That is for others to do: {others}.' },
  'for-another-party': { kind: 'forbidden', says: 'That is for the {party} to do.' },
  'for-other-duties': { kind: 'forbidden', says: 'That is for the people whose duty it is: {duties}.' },
  'for-another-person': { kind: 'forbidden', says: 'That is for one named person, and not for you.' },
  'not-signed-in': { kind: 'forbidden', says: 'Sign in first.' },
  'key-taken': { kind: 'wrong', says: 'This idempotency key was used for another request. Give every request a key of its own.' },
  'customer-or-partner': { kind: 'wrong', says: 'Say whose person this is: a customer’s or a partner’s, one of the two.' },
  'contact-removed': { kind: 'not-now', says: 'This person is no longer there. Add them anew.' },
  'wrong-origin': { kind: 'wrong', says: 'The playbook “{playbook}” leads from homes of the kind {from}; this tenant lives in one of the kind {is}.' },
  'wrong-destination': { kind: 'wrong', says: 'The playbook “{playbook}” leads to homes of the kind {to}; this one is of the kind {is}.' },
  'already-there': { kind: 'wrong', says: 'The tenant lives in {home} already.' },
  'tenant-moving': { kind: 'not-now', says: 'This tenant is on its way already: one move at a time.' },
  'move-ended': { kind: 'not-now', says: 'This move is over: it was {stage}.' },
  'too-late-to-change': { kind: 'not-now', says: 'This move is {stage}: its day, wave and destination stay as they are.' },
  'too-late-to-cancel': { kind: 'not-now', says: 'This move is {stage}: it was ordered already. Abort it instead.' },
  'other-programme': { kind: 'wrong', says: 'That wave belongs to another programme.' },
  'day-out-of-reach': { kind: 'wrong', says: '{day} cannot be planned for: name a day from {from} to {to}.' },
  'no-such-playbook': { kind: 'wrong', says: 'There is no playbook “{playbook}”. There are {known}.' },
  'playbook-deprecated': { kind: 'wrong', says: 'The playbook “{playbook}” is no longer taken since {since}. Take “{successor}” instead.' },
  'playbook-missing': { kind: 'not-now', says: 'Version {version} of the playbook “{playbook}” is not among the playbooks here. Put its file back.' },
  'other-playbook': { kind: 'wrong', says: 'The plan cannot go over to that playbook: it is neither its own nor the successor of it.' },
  'version-not-newer': { kind: 'wrong', says: 'That version is not newer than the one that the plan has.' },
  'nothing-newer': { kind: 'not-now', says: 'The plan has the newest version of “{playbook}” already: {version}.' },
  'plan-changed': { kind: 'not-now', says: 'The plan has changed since you looked at it: it is at revision {revision} now. Look again.' },
  'answers-wrong': { kind: 'wrong', says: 'Some answers cannot be taken as they are; each is told. Nothing was changed.' },
  'no-such-fact': { kind: 'wrong', says: 'The playbook does not ask for {facts}. It asks for {known}.' },
  'not-asked': { kind: 'forbidden', says: 'You are not asked for {facts}: that is measured.' },
  'source-not-yours': { kind: 'forbidden', says: 'You can answer; what was {source} is for the vendor to say.' },
  'no-contact': { kind: 'wrong', says: 'Say whose questions you want to see.' },
  'pattern-without-name': { kind: 'wrong', says: 'In a home that many share each tenant needs an address of its own: put {name} into “{addressPattern}”.' },
  'no-address': { kind: 'wrong', says: '“{address}” is no address that people can go to.' },
  'name-taken': { kind: 'not-now', says: 'Something of the name “{name}” is there already.' },
  'move-or-programme': { kind: 'wrong', says: 'Say what it is about: a move or a programme, one of the two.' },
  'not-answered': { kind: 'not-now', says: 'A question is published with its answer. Answer it first.' },
  'plan-missing': { kind: 'not-now', says: 'This move has no plan yet.' },
  'gate-not-go': { kind: 'not-now', says: 'Not before these gates have their go: {gates}.' },
  'order-open': { kind: 'not-now', says: 'There is such an order already: it is {state}.' },
  'order-begun': { kind: 'not-now', says: 'An agent has taken this order up: it is {state}. Abort the move instead.' },
  'order-lost': { kind: 'forbidden', says: 'This order is not in your hands, or no longer.' },
  'report-gap': { kind: 'not-now', says: 'A report is missing: send from number {next} on.' },
  'no-order': { kind: 'not-now', says: 'No agent is told to move this: it is {stage}. Order it first.' },
  'not-now': { kind: 'not-now', says: 'That cannot be said now. What can: {allowed}.' },
  'names-twice': { kind: 'wrong', says: 'Give each credential a name and a user of its own.' },
  'not-of-the-customer': { kind: 'wrong', says: 'That person is not one of this customer’s.' },
  'address-not-verified': { kind: 'not-now', says: 'That person has not answered from the address on file yet.' },
  'not-the-contact-on-file': { kind: 'forbidden', says: 'Connection details go only to the contact on file.' },
  'address-changed': { kind: 'not-now', says: 'Your address has changed since this was made ready. It is made ready anew on request.' },
  'second-factor-missing': { kind: 'forbidden', says: 'Type the six digits first that are sent to you.' },
  'not-offered': { kind: 'not-now', says: 'This is not ready yet.' },
  'replaced': { kind: 'not-now', says: 'A newer one has taken its place.' },
  'revealed-already': { kind: 'not-now', says: 'This was shown already, and is shown once. Ask for a new one.' },
  'expired': { kind: 'not-now', says: 'This was not looked at in time. Ask for a new one.' },
  'too-many-viewers': { kind: 'not-now', says: 'So many watch this move already: {most}.' },
} as const satisfies Record<string, { kind: 'absent' | 'forbidden' | 'wrong' | 'not-now'; says: string }>

export type RefusalCode = keyof typeof refusals

/** The refusal as a sentence. A code that is not in the catalogue says itself. */
export const sentenceOf = ({ refused, ...facts }: { readonly refused: string }): string =>
  (isKnown(refused) ? refusals[refused].says : refused).replace(/\{(\w+)\}/g, (whole, fact: string) => {
    const value = (facts as Record<string, unknown>)[fact]
    return Array.isArray(value) ? value.join(', ') : typeof value === 'string' || typeof value === 'number' ? String(value) : whole
  })

export const kindOf = (refused: string): 'absent' | 'forbidden' | 'wrong' | 'not-now' => (isKnown(refused) ? refusals[refused].kind : 'not-now')

const isKnown = (code: string): code is RefusalCode => code in refusals
