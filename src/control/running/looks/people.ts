import { knownFacts } from '#domain/profile.ts'
import type { Contact } from '#domain/parties.ts'
import { profileOf } from '../../plans/plan-rows.ts'
import { type Look, namesIn, no, type Sight, yes } from './sight.ts'

const contactsOf = ({ view, customer }: Sight): Promise<Contact[]> => view.list('contact', { customer: customer.id, removedAt: null })

export const contactsVerified: Look = async at => {
  const contacts = await contactsOf(at)
  const open = contacts.filter(one => one.verifiedAt === null).map(one => one.name)
  if (contacts.length === 0) return no({ en: 'No contact is on file.', ja: '担当者が登録されていません。' })
  const names = namesIn(open)
  return open.length === 0
    ? yes({ en: `All ${contacts.length} answered from their address.`, ja: `${contacts.length}名全員のメールアドレスが確認済みです。` })
    : no({ en: `${contacts.length - open.length} of ${contacts.length} answered; not yet: ${names.en}.`, ja: `${contacts.length}名中${contacts.length - open.length}名が確認済みです。未確認：${names.ja}` })
}

const wanted = [['name', '氏名'], ['company', '会社名'], ['email', 'メール'], ['phone', '電話番号'], ['extension', '内線番号']] as const satisfies readonly (readonly [keyof Contact, string])[]

export const contactComplete: Look = async at => {
  const there = (await contactsOf(at)).filter(one => one.duties.includes('point-of-contact'))
  if (there.length === 0) return no({ en: 'There is no point of contact.', ja: '窓口となる担当者が登録されていません。' })
  const lacking = there.map(contact => wanted.filter(([field]) => (contact[field] ?? '').trim() === ''))
  const best = lacking.toSorted((a, b) => a.length - b.length)[0] ?? []
  const whole = there[lacking.findIndex(one => one.length === 0)]
  return whole !== undefined
    ? yes({ en: `${whole.name} of ${whole.company}: all five are on file.`, ja: `${whole.company} ${whole.name}様の5項目がすべて登録されています。` })
    : no({ en: `Missing: ${best.map(([field]) => field).join(', ')}.`, ja: `未登録：${best.map(([, name]) => name).join('、')}` })
}

export const dutiesFilled: Look = async at => {
  const needed = new Set(at.plan.tasks.flatMap(({ owner, state }) => (state.is === 'open' && owner.party === 'customer' ? [owner.duty] : [])))
  const there = new Set((await contactsOf(at)).flatMap(one => one.duties))
  const missing = [...needed].filter(duty => !there.has(duty)).toSorted()
  return missing.length === 0
    ? yes({ en: `All ${needed.size} duties have a contact.`, ja: `必要な${needed.size}つの役割すべてに担当者がいます。` })
    : no({ en: `${missing.length} of ${needed.size} duties have nobody: ${missing.join(', ')}.`, ja: `${needed.size}つの役割のうち${missing.length}つに担当者がいません：${missing.join('、')}` })
}

export const questionnaireComplete: Look = ({ playbook, kept }) => {
  const known = knownFacts(playbook.facts, profileOf(kept.facts))
  const asked = playbook.facts.filter(fact => fact.question !== null)
  const open = asked.filter(fact => !known.has(fact.name))
  const names = { en: namesIn(open.map(fact => fact.title.en)).en, ja: namesIn(open.map(fact => fact.title.ja)).ja }
  return Promise.resolve(open.length === 0
    ? yes({ en: `All ${asked.length} questions are answered.`, ja: `${asked.length}件の質問すべてに回答があります。` })
    : no({ en: `${open.length} of ${asked.length} questions are open: ${names.en}.`, ja: `${asked.length}件中${open.length}件の質問が未回答です：${names.ja}` }))
}

export const credentialsCollected: Look = async ({ view, move }) => {
  const all = (await view.list('credential', { move: move.id })).filter(one => one.state !== 'replaced')
  const seen = all.filter(one => one.state === 'revealed').length
  if (all.length === 0) return no({ en: 'No credentials were made yet.', ja: '認証情報はまだ作成されていません。' })
  return { held: seen === all.length, why: { en: `${seen} of ${all.length} were seen by the contact on file.`, ja: `${all.length}件中${seen}件が担当者により確認されています。` } }
}

export const integrationsTested: Look = async ({ view, move }) => {
  const all = await view.list('integration', { move: move.part?.leading ?? move.id })
  const open = all.filter(one => one.state !== 'tested').map(one => one.name)
  if (all.length === 0) return yes({ en: 'No integration is on record.', ja: '登録された外部連携はありません。' })
  return open.length === 0
    ? yes({ en: `All ${all.length} are tested.`, ja: `${all.length}件すべてがテスト済みです。` })
    : no({ en: `${open.length} of ${all.length} are not tested: ${namesIn(open).en}.`, ja: `${all.length}件中${open.length}件が未テストです：${namesIn(open).ja}` })
}

export const thirdPartiesReady: Look = async ({ view, move }) => {
  const all = await view.list('integration', { move: move.part?.leading ?? move.id })
  const open = all.filter(one => one.state === 'open' || one.informedAt === null || one.plan === null).map(one => one.name)
  if (all.length === 0) return yes({ en: 'No third party is on record.', ja: '登録された外部事業者はありません。' })
  return open.length === 0
    ? yes({ en: `All ${all.length} are informed and have confirmed their plan.`, ja: `${all.length}社すべてに通知済みで、切替計画が確認されています。` })
    : no({ en: `${open.length} of ${all.length} have not confirmed: ${namesIn(open).en}.`, ja: `${all.length}社中${open.length}社が未確認です：${namesIn(open).ja}` })
}
