import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command, Option } from 'commander'
import type { Desk } from '#entrances/cli/desk.ts'
import { exits } from '#entrances/cli/exit.ts'
import { examplesOf } from '#entrances/cli/options.ts'
import { programOf } from '#entrances/cli/program.ts'
import { api } from '#wire/api.ts'

/** `node scripts/cli-docs.ts`: writes docs/cli.md from the commands as they are. */
export const cliFile = join(import.meta.dirname, '../docs/cli.md')

const head = `# The command line

Written by \`node scripts/cli-docs.ts\` from the commands themselves; \`rehome COMMAND --help\` says the same.

## Addresses and passwords

\`--from\` and \`--to\` take a URL, \`postgres://user@host:5432/database?sslmode=require\`, or \`env:NAME\` or \`file:PATH\` with such a URL in it, so that no password stands in the
list of processes. A password comes from the URL (percent-encoded), from \`REHOME_SOURCE_PASSWORD\` or \`REHOME_TARGET_PASSWORD\`, from \`PGPASSWORD\`, or, at a terminal, from a
prompt that does not show what is typed; the first of these that is there is taken. It is never shown again: not in messages, not in status files, not in evidence.

## Exit status

| status | meaning |
|---|---|
${Object.values(exits).map(([code, says]) => `| ${code} | ${says} |`).join('\n')}

## Environment

| name | what it is for |
|---|---|
| \`REHOME_SOURCE_PASSWORD\`, \`REHOME_TARGET_PASSWORD\`, \`PGPASSWORD\` | passwords that the URLs do not have |
| \`REHOME_ORIGIN_HOOK_SECRET\`, \`REHOME_DESTINATION_HOOK_SECRET\` | the secrets that sign what is said to the products’ webhooks |
| \`REHOME_ROUTE_TOKEN\` | the token of the proxy’s admin address |
| \`REHOME_LICENCE_TOKEN\`, \`REHOME_ORIGIN_TOKEN\`, \`REHOME_DESTINATION_TOKEN\` | the administrator’s tokens of licence servers |
| \`REHOME_LICENCE_CA\` | a file with the certificates of the authorities that the certificate of a licence server may be of, where they are not the usual ones |
| \`REHOME_HOME\` | where status files, sockets and the signing key are kept; \`$XDG_STATE_HOME/rehome\` or \`~/.local/state/rehome\` if not given |
| \`REHOME_USER\` | who decides, for the evidence, where \`--approved-by\` is not given; the user of this machine otherwise |
| \`CI\`, \`TERM=dumb\` | plain lines with their time in UTC instead of the live view, as where the output is no terminal |

## What control can be asked

Everything in control's HTTP interface is a command too, of the same name and with the same fields: \`customers.add\` is \`rehome customers add\`. \`rehome --help\` lists the groups, \`rehome customers --help\` what
is in one; \`/openapi.json\` of a running control is the whole reference. \`REHOME_SITE\` says where control is, \`REHOME_TOKEN\` as whom to ask; without them the last \`rehome sign-in\` of this machine counts.

## For machines

With \`--json\` every command writes one JSON object a line to its standard output. \`move\` and \`verify\` write the events of \`src/domain/event.ts\`, each with its \`type\` and \`at\`, a time in
UTC; a failure is \`{"type": "fault", "code": …, "message": …, "remedy": …, "facts": …}\`, its codes are those of [errors.md](errors.md).
`

export const cliText = (): string => {
  const program = programOf({ services: { version: '' } } as unknown as Desk)
  return `${head}\n${all(program).filter(command => command.parent !== null && command.commands.length === 0 && !isAsked(command)).map(sectionOf).join('\n')}`
}

/** Of these, and of their fields, `/openapi.json` is the reference. */
const isAsked = (command: Command): boolean => `${command.parent?.name() ?? ''}.${command.name()}` in api

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)]
const pathOf = (command: Command): string => (command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`)

const sectionOf = (command: Command): string => [
  `## ${pathOf(command)}${command.registeredArguments.map(argument => ` ${argument.argChoices === undefined ? `<${argument.name()}>` : argument.argChoices.join('|')}`).join('')}\n`,
  `${capital(command.description())}.\n`,
  ...(command.options.length === 0 ? [] : [`| option | meaning |\n|---|---|\n${command.options.map(rowOf).join('\n')}\n`]),
  `\`\`\`sh\n${examplesOf(command).map(([line, says]) => `${line}\n# ${says}`).join('\n\n')}\n\`\`\`\n`,
].join('\n')

const rowOf = (option: Option): string => `| \`${option.flags}\` | ${coded(option.description)}${detailsOf(option)} |`

/** What is typed as it stands. */
const coded = (text: string): string => text.replace(/\b(?:postgres:\/\/[\w@:/]+|env:NAME|file:PATH|REHOME_\w+)/g, typed => `\`${typed}\``)

const detailsOf = (option: Option): string => {
  const shown: unknown = option.defaultValueDescription ?? option.defaultValue
  const details = [
    ...(option.mandatory ? ['required'] : []), ...(option.argChoices === undefined ? [] : [option.argChoices.map(choice => `\`${choice}\``).join(' or ')]),
    ...(typeof shown === 'string' || typeof shown === 'number' ? [`\`${shown}\` if not given`] : []),
  ]
  return details.length === 0 ? '' : ` (${details.join('; ')})`
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

if (import.meta.main) {
  writeFileSync(cliFile, cliText())
  process.stdout.write(`${cliFile}\n`)
}
