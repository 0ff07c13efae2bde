import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `node scripts/requirements.ts`: writes docs/requirements.md, which tells for each requirement of the four cases the tests that name it. */
const checkout = join(import.meta.dirname, '..')
export const requirementsFile = join(checkout, 'docs/requirements.md')

/** What must work from the first letter to the last invoice, by case. */
export const requirements: Readonly<Record<string, string>> = {
  A1: 'The address changes by a pattern; the old one redirects, keeps path and query, and ends on a day that is told.',
  A2: 'The database’s master user changes; who still uses the old one is found and listed, and integrations get users of their own with just the rights they use.',
  A3: 'Contact details are verified first; then a call before the move is scheduled, with invitation, agenda and questionnaire.',
  A4: 'Answers and measurements make the technical profile, and from it follows a customised plan: what applies, with party, reason and day, and nothing else.',
  A5: 'IT does something only where sign-in service, VPN or VPC exist; they are set up again and tested before go/no-go.',
  A6: 'A freeze of seconds, in a window picked with the customer, in its zone and outside its no-go dates; each change sends the invitations anew.',
  A7: 'One point of contact, who brings in the others; each gets what concerns them, when it does.',
  A8: 'The developer tests each integration and an end user the application, each with a checklist; the sign-off needs them.',
  A9: 'The people to turn to stand on every page and letter.',
  B1: 'Two offers: to a server of one’s own, paid; from shared to dedicated, included from 100 users on.',
  B2: 'Users are counted, and a dedicated move is raised when a tenant reaches 100.',
  B3: 'A quote from measured volume and throughput: hours × rate, 1.5 × on weekends, public holidays and outside business hours in a named zone, cut exactly; a PDF in Japanese and English, accepted online, once, in time.',
  B4: 'Files that are not moved are told of, downloaded, and confirmed: a gate.',
  B5: 'The customer names date and time; the usual duration is shown with this tenant’s own, and why.',
  B6: 'No more users than the new server is licensed for: which are too many, and a gate on the count.',
  B7: 'Licences and support on an invoice of their own, paperwork before work, and no hole between subscription and licence.',
  B8: 'Everything moves in bulk, as one encrypted, checksummed, resumable bundle that one command imports and verifies.',
  B9: 'The old server runs until the contract’s end and is then retired, with reminders.',
  B10: 'On completion the contact gets the download, the licences, the documents, and how to get the server’s files.',
  B11: 'Before the move the customer gives contact, company, e-mail, phone and extension: a gate.',
  B12: 'The dedicated tenant is set up and all data moved, free of charge; the shared one is then not accessible.',
  B13: 'Credentials go to the contact on file only, once, after a second factor; the partner hears that it is finished, without them.',
  B14: 'Plan changes handed in by the 25th are on the next month’s invoice, later ones on the one after.',
  B15: 'The connection settings of each device fleet are changed, with a check that it arrives at the new server.',
  C1: 'The timetable from T-90 to T-0, every activity with an owner, on business days.',
  C2: 'A kick-off call with its agenda; what will change; risks written down early.',
  C3: 'A date that the customer commits to; a FAQ; questions answered and published.',
  C4: 'Addresses in code, the exact firewall rules as text and CSV, VPN and lines tested from the customer’s side by a probe.',
  C5: 'Contacts by duty, whose availability is confirmed throughout.',
  C6: 'Third parties hear of the dates; their plans are followed.',
  C7: 'Check-ins at a cadence, and an escalation path by level and time.',
  C8: 'Waves under capacity, blackouts, dependencies and preferences; a go/no-go call with conditions; invitations that can be forwarded.',
  C9: 'Testing time for each environment, each signed off before the next one starts.',
  C10: 'Support afterwards; playbooks have versions, and a deprecated one names its successor.',
  D1: 'The licences are written down before anything is touched: which is linked to which profile.',
  D2: 'Maintenance on, each licence deactivated, installed and activated with code and node lock, profiles renamed, maintenance off.',
  D3: 'Server, session and user licences; seats are counted, leased and released.',
  D4: 'Never is a licence active on both machines, never is it lost.',
  D5: 'The application server: stop, back up, the same version, restore, start, test, then upgrade if wanted.',
}

/** What the tests do not prove yet of a requirement that they name. */
const partly: Readonly<Record<string, string>> = {
}

/** The tests that name a requirement in their title: file and title. */
export const testsOf = (): ReadonlyMap<string, readonly { readonly file: string; readonly title: string }[]> => {
  const found = new Map<string, { file: string; title: string }[]>()
  for (const file of globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: checkout }).toSorted()) {
    for (const [, quote, title = ''] of readFileSync(join(checkout, file), 'utf8').matchAll(/\b(?:test|it|step)\(\s*(['"`])((?:\\.|(?!\1).)+)\1/g)) {
      if (quote === undefined) continue
      for (const number of new Set(title.match(/\b[ABCD]\d{1,2}\b/g) ?? [])) if (Object.hasOwn(requirements, number)) found.set(number, [...found.get(number) ?? [], { file, title: title.replaceAll('\\', '') }])
    }
  }
  return found
}

export const requirementsText = (): string => {
  const tests = testsOf()
  const row = ([number, says]: [string, string]): string => `| ${number} | ${says}${partly[number] === undefined ? '' : ` *Proven so far: ${partly[number]}.*`} | ${(tests.get(number) ?? []).map(({ file, title }) => `[${title.replaceAll('|', '/')}](../${file})`).join('<br>') || '–'} |`
  return `# What is required, and what proves it

Written by \`node scripts/requirements.ts\` from the titles of the tests. A: cloud to cloud. B: leaving the cloud, and from shared to dedicated. C: ninety days, in waves. D: the licence server, and the application server.

| | must work | tests |
|---|---|---|
${Object.entries(requirements).map(row).join('\n')}
`
}

if (import.meta.main) {
  writeFileSync(requirementsFile, requirementsText())
  process.stdout.write(`${requirementsFile}: ${Object.keys(requirements).filter(number => !testsOf().has(number)).join(' ') || 'none'} without a test\n`)
}
