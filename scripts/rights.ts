import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rights, verbs } from '#domain/access.ts'
import type { Grant } from '#domain/grant.ts'

/** `node scripts/rights.ts`: writes docs/rights.md from the table of rights. */
export const rightsFile = join(import.meta.dirname, '../docs/rights.md')

export const rightsText = (): string => `# Who may do what

One table decides it, for the HTTP API, the command line and every list: \`src/domain/access.ts\`. This page is that table, written by
\`node scripts/rights.ts\`. What a cell does not name is refused. Nobody sees beyond what is theirs: an operator the own vendor, a partner's contact
the partner's customers, a customer's contact the own company, an agent its vendor (or the customer at whose place it stands). Whoever was removed may
do nothing from the next request on. A thing out of sight is *not found*: that it exists is not told.

| a cell says | it grants |
|---|---|
| – | nothing |
| all | everyone of that kind, to all that is in sight |
| it, developer | people with one of these roles or duties, to all that is in sight |
| own: approver | the same, only to what is for the own party: a partner does not answer for its customer, nor the vendor for either |
| concerned | to what is for the own party and for one of the own duties, or names this person; the point of contact to all that is for the own party |
| named | the one person, or the one agent, that the thing names |
| everybody | whoever has to do with the vendor |

| verb | the vendor's people | a partner's | a customer's | agent | system |
|---|---|---|---|---|---|
${verbs.map(verb => `| ${[`\`${verb}\``, ...rights[verb].map(cell)].join(' | ')} |`).join('\n')}
`

const words = { nothing: '–', ours: 'all', own: 'own', concerned: 'concerned', named: 'named', everybody: 'everybody' } as const satisfies Record<Grant<string>['reach'], string>

const cell = (grant: Grant<string>): string => {
  if (!('who' in grant)) return words[grant.reach]
  return grant.reach === 'own' ? `own: ${grant.who.join(', ')}` : grant.who.join(', ')
}

if (import.meta.main) {
  writeFileSync(rightsFile, rightsText())
  process.stdout.write(`${rightsFile}: ${verbs.length} verbs\n`)
}
