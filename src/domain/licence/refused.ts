import type { SeatRefusal } from './give.ts'

/** What a licence server's rules say no to, with the status that HTTP has for it, and how it reads. Facts are named in braces. */
export const licenceRefusals = {
  'profile-unknown': { status: 404, says: 'There is no profile “{profile}” here. The vendor’s people, or whoever runs this licence server, know its names.' },
  'seats-taken': { status: 409, says: 'All {seats} seats of “{profile}” are taken. Who sits there, and until when, is told; ask one of them, or wait.' },
  'maintenance': { status: 409, says: 'The licence server is in maintenance and gives out no new seats: {reason}' },
  'licence-over': { status: 409, says: 'The licence “{name}” is over. Ask the vendor for another.' },
  'licence-not-begun': { status: 409, says: 'The licence “{name}” has not begun yet.' },
  'licence-inactive': { status: 409, says: 'The licence “{name}” is not active on this server. Activate it with its code, or ask where it is active.' },
  'wrong-machine': { status: 409, says: 'The licence “{name}” is bound to another machine: {differ} differ. Give it up there and activate it here, or run the server where it was.' },
  'restored-copy': { status: 409, says: 'The book of this licence server is older than what this machine remembers: it was restored from a copy. The licence “{name}” gives out no seats until its issuer has said that it stands; a restart does not change that. Where the issuer cannot be reached: deactivate it, and activate it anew with a file from the issuer.' },
  'superseded': { status: 409, says: 'The issuer says that the licence “{name}” was activated anew since: the activation here no longer stands.' },
  'clock-set-back': { status: 409, says: 'The clock of this licence server is behind the time that it has seen: it was set back, or was far ahead once when the server was started. It gives out no new seats until the clock is right. If it is right now, whoever runs the server says so: rehome licence forgive-clock.' },
  'clock-unproven': { status: 409, says: 'The clock of this licence server was behind the time that it had seen, and was forgiven. The licence “{name}” gives out no seats until its issuer has said what time it is. Where the issuer cannot be reached: deactivate it, and activate it anew with a file from the issuer.' },
  'clock-right': { status: 409, says: 'The clock of this licence server is not behind the time that it has seen: there is nothing to forgive, and nothing was changed.' },
  'moved': { status: 409, says: 'This licence server was moved. The signed notice says where to.' },
  'borrowing-refused': { status: 409, says: 'A seat of this licence may be taken along for {mostHours} hours at most.' },
  'key-taken': { status: 422, says: 'This key was used for another request. Give every request a key of its own.' },
  'key-over': { status: 409, says: 'This key was answered more than {days} days ago, and the answer is no longer kept; nothing was changed. Look at what stands there now, and ask with a new key.' },
  'not-signed-in': { status: 401, says: 'That needs the token of this licence server.' },
  'licence-unknown': { status: 404, says: 'There is no licence {licence} here.' },
  'document-wrong': { status: 422, says: 'This is no document that can be taken: {why}. Take it as the issuer gave it; nothing was changed.' },
  'other-document': { status: 422, says: 'Another document of the licence {licence} is here already.' },
  'activation-of-another': { status: 409, says: 'This activation is for another {what}. Nothing was changed.' },
  'activation-replayed': { status: 409, says: 'Generation {generation} of this licence was given up here, or a newer one is known: this activation is used up. Ask the issuer for the next one.' },
  'receipt-missing': { status: 409, says: 'People may still sit on seats of this licence where it was active before. Give the receipt of that deactivation along, so that their seats are counted.' },
  'never-activated': { status: 409, says: 'The licence “{name}” was never active here: there is nothing to give up.' },
  'no-issuer': { status: 409, says: 'No issuer is known to this server. Carry the request to it as a file, and bring back the activation.' },
  'code-or-activation': { status: 422, says: 'Give either the activation code or the activation that the issuer gave.' },
  'profile-taken': { status: 409, says: 'There is a profile “{name}” already. Names are for one profile each.' },
  'no-server-there': { status: 409, says: 'At {url} no licence server answers: {reason}' },
} as const satisfies Record<string, { readonly status: number; readonly says: string }>

export type LicenceRefusalName = keyof typeof licenceRefusals
/** The rules say no: by which of them, with what there is to know. */
export type LicenceRefused = SeatRefusal | { readonly refused: LicenceRefusalName } & Readonly<Record<string, unknown>>

export const isLicenceRefused = (answer: object): answer is LicenceRefused => 'refused' in answer && typeof answer.refused === 'string'

export const licenceSentence = (refusal: LicenceRefused): string =>
  licenceRefusals[refusal.refused].says.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fact: unknown = (refusal as Readonly<Record<string, unknown>>)[name]
    return Array.isArray(fact) ? fact.join(', ') : typeof fact === 'string' || typeof fact === 'number' ? String(fact) : whole
  })
