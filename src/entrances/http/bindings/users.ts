import { listUsers, markUsers, tellUsers } from '#control/homes/tenant-users.ts'
import type { Text } from '#domain/locale.ts'
import type { ToldUser } from '#domain/user-limit.ts'
import type { usersApi } from '#wire/api/users.ts'
import { userLine } from '#wire/user-line.ts'
import { type Bindings, deciding, looking } from '../call.ts'
import { type CsvWrong, readCsv } from '../csv.ts'
import { wrongIn } from '../input-words.ts'

export const usersBindings: Bindings<typeof usersApi> = {
  'users.list': looking(listUsers),
  'users.tell': deciding(async (desk, { tenant, csv }) => {
    const read = readUsers(csv)
    return 'why' in read ? { refused: 'users-wrong', why: read.why.en, said: { why: read.why } } as const : await tellUsers(desk, { tenant, users: read.users })
  }),
  'users.mark': deciding(async (desk, wish) => {
    const answer = await markUsers(desk, wish)
    if (!('marked' in answer)) return answer
    const { marked, afterwards } = answer
    return { marked, afterwards: afterwards !== null && 'refused' in afterwards ? { stillMustGo: afterwards.stillMustGo } : afterwards }
  }),
}

const mostTold = 5

/** Every line, or the first few that are wrong. */
const readUsers = (csv: string): { readonly users: readonly ToldUser[] } | { readonly why: Text } => {
  const read = readCsv(csv, Object.keys(userLine.shape))
  if ('wrong' in read) return { why: first(read.wrong) }
  const [users, wrong]: [ToldUser[], CsvWrong[]] = [[], []]
  for (const { line, fields } of read.lines) {
    const parsed = userLine.safeParse({ key: '', name: '', email: '', lastSeen: '', ...fields })
    if (parsed.success) users.push({ key: parsed.data.key, name: parsed.data.name, email: parsed.data.email, lastSeenAt: parsed.data.lastSeen })
    else wrong.push({ line, says: `${parsed.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}`).join('; ')}.`, ja: `${parsed.error.issues.map(issue => `${issue.path.join('.')}：${wrongIn(issue).ja}`).join('、')}。` })
  }
  return wrong.length === 0 ? { users } : { why: first(wrong) }
}

const first = (wrong: readonly CsvWrong[]): Text => {
  const told = wrong.slice(0, mostTold)
  return { en: told.map(({ line, says }) => `line ${line}: ${says}`).join(' '), ja: told.map(({ line, ja }) => `${line} 行目：${ja}`).join('') }
}
