import { counted } from '#lib/quantity.ts'
import type { MoveStep, Side } from './move.ts'
import type { LicenceSheet, SheetLicence } from './sheet.ts'

/** What reading a server back says about a step that it was asked for and did not answer. `again`: the same asked once more, with the same key, settles it. */
export const tellsOf = (step: MoveStep, sheet: LicenceSheet): 'done' | 'again' | 'unclear' => {
  switch (step.does) {
    case 'maintain': return sameMaintenance(step.maintenance, sheet) ? 'done' : 'again'
    // Nothing is to be read of it; it says how things are to be from now on, so it may be said twice.
    case 'redirect': case 'compare': return 'again'
    case 'link': return sheet.profiles.some(one => one.name === step.profile.name && one.licences.join('\n') === step.profile.licences.join('\n')) ? 'done' : 'again'
    case 'install': return stateOn(sheet, step.licence) === 'absent' ? 'again' : 'done'
    case 'activate': return ({ active: 'done', inactive: 'again', absent: 'unclear' } as const)[stateOn(sheet, step.licence)]
    // Inactive, it has left a receipt, which is given again.
    case 'deactivate': return stateOn(sheet, step.licence) === 'absent' ? 'unclear' : 'again'
  }
}

/** What is known of one server about one step, in a sentence. */
export const knownOf = (step: MoveStep, at: Side, label: string, sheet: LicenceSheet | { readonly unreadable: string }): string => {
  const who = `The ${at}, ${label},`
  if ('unreadable' in sheet) return `${who} cannot be read: ${sheet.unreadable}`
  const maintenance = sheet.maintenance === null ? 'gives out seats' : `is in maintenance (${sheet.maintenance.reason})`
  if ('licence' in step) {
    const found = sheet.licences.find(one => one.id === step.licence)
    return `${who} ${maintenance} and says that the licence ${found?.name ?? step.licence} is ${found === undefined ? 'not there' : stateSaid(found)}.`
  }
  if (step.does === 'link') {
    const found = sheet.profiles.find(one => one.name === step.profile.name)
    return `${who} ${maintenance} and ${found === undefined ? `has no profile ${step.profile.name}` : `has the profile ${found.name} with ${counted(found.licences.length, 'licence')}`}.`
  }
  return `${who} ${maintenance}; active there: ${sheet.licences.filter(one => one.state === 'active').map(one => one.name).join(', ') || 'none'}.`
}

/** A step for people: what is asked of whom. */
export const sayStep = (step: MoveStep, nameOf: (licence: string) => string): string => {
  switch (step.does) {
    case 'maintain': return step.maintenance === null ? `maintenance off at the ${step.at}` : `maintenance on at the ${step.at}`
    case 'deactivate': case 'install': case 'activate': return `${step.does} ${nameOf(step.licence)} at the ${step.at}`
    case 'link': return step.profile.licences.length === 0 ? `take the profile ${step.profile.name} back at the ${step.at}` : `link the profile ${step.profile.name} to ${step.profile.licences.map(nameOf).join(', ')} at the ${step.at}`
    case 'compare': return step.as === 'recorded' ? `read back the ${step.at} and compare: it stands as it was recorded` : `read back the ${step.at} and compare it with the sheet`
    case 'redirect': return step.to === null ? `whoever asks the ${step.at} stays there` : `the ${step.at} sends whoever asks to ${step.to}`
  }
}

const stateOn = (sheet: LicenceSheet, licence: string): SheetLicence['state'] => sheet.licences.find(one => one.id === licence)?.state ?? 'absent'
const stateSaid = ({ state, machine }: SheetLicence): string => (state === 'active' ? `active${machine === null ? '' : ` on ${machine}`}` : state === 'inactive' ? 'there and inactive' : 'not there')

const sameMaintenance = (wanted: { readonly reason: string } | null, { maintenance }: LicenceSheet): boolean => (wanted === null ? maintenance === null : maintenance?.reason === wanted.reason)
