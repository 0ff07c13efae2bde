import { listUsers, markUsers, tellUsers } from '#control/tenant-users.ts'
import type { ToldUser } from '#domain/user-limit.ts'
import type { usersApi } from '#wire/api/users.ts'
import { userLine } from '#wire/user-line.ts'
import { type Bindings, deciding, looking } from '../call.ts'
import { readCsv } from '../csv.ts'

export const usersBindings: Bindings<typeof usersApi> = {
  'users.list': looking(listUsers),
  'users.tell': deciding(async (desk, { tenant, csv }) => {
    const read = readUsers(csv)
    return 'why' in read ? { refused: 'users-wrong', why: read.why } as const : await tellUsers(desk, { tenant, users: read.users })
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
const readUsers = (csv: string): { readonly users: readonly ToldUser[] } | { readonly why: string } => {
  const read = readCsv(csv, Object.keys(userLine.shape))
  if ('wrong' in read) return { why: read.wrong.slice(0, mostTold).map(({ line, says }) => `line ${line}: ${says}`).join(' ') }
  const [users, wrong]: [ToldUser[], string[]] = [[], []]
  for (const { line, fields } of read.lines) {
    const parsed = userLine.safeParse({ key: '', name: '', email: '', lastSeen: '', ...fields })
    if (parsed.success) users.push({ key: parsed.data.key, name: parsed.data.name, email: parsed.data.email, lastSeenAt: parsed.data.lastSeen })
    else wrong.push(`line ${line}: ${parsed.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}`).join('; ')}.`)
  }
  return wrong.length === 0 ? { users } : { why: wrong.slice(0, mostTold).join(' ') }
}
