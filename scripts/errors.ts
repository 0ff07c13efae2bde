import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faults } from '#domain/faults.ts'

/** `npm run errors`: writes docs/errors.md from the catalogue of faults. */
export const errorsFile = join(import.meta.dirname, '../docs/errors.md')

const retry = { again: 'tried again by itself for a while, and by the same command later', never: 'not tried again by itself' } as const

export const errorsText = (): string => `# What can fail

Every failure that Rehome names, with what to do about it. The command line prints the code in its last line; with \`--json\` it is the field
\`code\` of \`{"type":"fault"}\`, beside \`facts\`, which fill the braces below. Written by \`npm run errors\` from \`src/domain/faults.ts\`.

${Object.entries(faults).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([code, { says, retry: when, remedy }]) => `## ${code}\n\n${literal(says)}\n\n**What to do.** ${literal(remedy)}\n\n*Retry:* ${retry[when]}.\n`).join('\n')}`

/** Facts in braces as code, so that they are seen to be filled in. */
const literal = (text: string): string => text.replace(/\{\w+\}/g, fact => `\`${fact}\``)

if (import.meta.main) {
  writeFileSync(errorsFile, errorsText())
  process.stdout.write(`${errorsFile}: ${readFileSync(errorsFile, 'utf8').split('\n## ').length - 1} faults\n`)
}
