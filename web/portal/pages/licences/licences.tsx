import { ExternalLink, FileText } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Text } from '#domain/locale.ts'
import { dayOf, numberOf } from '../../../shared/amounts.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { Nothing, Shown } from '../../../shared/shown.tsx'
import { type State, StateLabel } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere, useMay } from '../../here.ts'
import { Only } from '../../only.tsx'
import { Facts, Page, Part } from '../../page.tsx'
import { Codes } from './codes.tsx'
import css from './licences.module.css'

const words = {
  title: { en: 'Licences', ja: 'ライセンス' }, lead: { en: 'Which licence belongs to which profile, and where each gives out seats now.', ja: 'ライセンスとプロファイルの対応、および現在の割り当て場所です。' }, what: { en: 'the licences', ja: 'ライセンス' },
  none: { en: 'Nothing is written down yet. You get a task as soon as it is.', ja: 'まだ記録されていません。記録が済み次第、タスクでお知らせします。' }, record: { en: 'The record', ja: 'ライセンスの記録' }, recordLead: { en: 'Written down before anything is touched, and kept.', ja: '作業の前に記録し、保管しています。' }, taken: { en: 'As of', ja: '記録日時' }, sum: { en: 'Checksum', ja: 'チェックサム' },
  page: { en: 'As a page', ja: 'ページで見る' }, pdf: { en: 'As PDF', ja: 'PDF' }, json: { en: 'As a file for machines (JSON)', ja: 'JSON 形式' }, count: { en: '{n} licences', ja: 'ライセンス {n} 件' }, oneOnly: { en: 'One licence', ja: 'ライセンス 1 件' },
  seats: { en: '{n} seats', ja: '{n} 席' }, unlimited: { en: 'seats without limit', ja: '席数の上限なし' }, ends: { en: 'until {day}', ja: '有効期限: {day}' }, never: { en: 'without end', ja: '無期限' }, code: { en: 'code {code}', ja: 'コード {code}' }, profile: { en: 'Profile: {names}', ja: 'プロファイル: {names}' }, became: { en: '{was}, on the new machine {is}', ja: '{was}（移行後: {is}）' },
} satisfies Record<string, Text>
const stands: Readonly<Record<Licence['stands'], readonly [State, Text]>> = {
  origin: ['idle', { en: 'On the old machine', ja: '移行元で有効' }], destination: ['done', { en: 'On the new machine', ja: '移行先で有効' }], neither: ['at-risk', { en: 'On neither at this moment', ja: '移行作業中（どちらも無効）' }], both: ['blocked', { en: 'On both: we look into it', ja: '両方で有効（確認中）' }],
}
const kinds: Readonly<Record<string, Text>> = { server: { en: 'Server licence', ja: 'サーバーライセンス' }, session: { en: 'Session licence', ja: 'セッションライセンス' }, user: { en: 'User licence', ja: 'ユーザーライセンス' }, client: { en: 'Client licence', ja: 'クライアントライセンス' } }
type Licences = Told<'licences.of-move'>
type Licence = Licences['licences'][number]

/** The back-up sheet, to be compared with what was bought, and how far each licence is on its way. */
export const LicencesPage = (): ReactNode => <Only verb="licence.read" title={words.title}><Inside /></Only>

const Inside = (): ReactNode => {
  const [say, { locale }, { move, zone }, mayReveal] = [useSay(), useLanguage(), useHere(), useMay('licence.reveal')]
  const told = useAsk('licences.of-move', { move }, { everyMs: 10_000 })
  const papers = [[`/api/moves/${move}/licences.html?locale=${locale}`, words.page, ExternalLink], [`/api/moves/${move}/licences.pdf?locale=${locale}`, words.pdf, FileText], [`/api/moves/${move}/licences.json`, words.json, FileText]] as const
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Shown of={told} what={words.what} lines={6} empty={({ record }) => record === null} none={<Nothing>{say(words.none)}</Nothing>}>
        {found => found.record === null ? null : (
          <>
            <Part title={say(found.licences.length === 1 ? words.oneOnly : words.count, { n: numberOf(found.licences.length, locale) })} flush><ul className={css['list']}>{found.licences.map(one => <Line key={one.id} licence={one} of={found} />)}</ul></Part>
            <Part title={say(words.record)} lead={say(words.recordLead)}>
              <Facts of={[[say(words.taken), <When key="t" at={found.record.takenAt} zone={zone} />], [say(words.sum), <code key="s">{found.record.sum}</code>]]} />
              <ul className={css['papers']}>{papers.map(([href, name, Icon]) => <li key={href}><a href={href} {...(name === words.page ? { target: '_blank', rel: 'noreferrer' } : { download: true })}><Icon size={18} aria-hidden />{say(name)}</a></li>)}</ul>
            </Part>
            {mayReveal && found.record.hasCodes ? <Codes /> : null}
          </>
        )}
      </Shown>
    </Page>
  )
}

const Line = ({ licence, of }: { readonly licence: Licence; readonly of: Licences }): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useHere()]
  const [state, where] = stands[licence.stands]
  const profiles = of.profiles.filter(one => one.licences.includes(licence.id)).map(({ name, laterName }) => (name === laterName ? name : say(words.became, { was: name, is: laterName })))
  const kind = kinds[licence.kind]
  const facts = [kind === undefined ? licence.kind : say(kind), licence.seats === null ? say(words.unlimited) : say(words.seats, { n: numberOf(licence.seats, locale) }), licence.endsAt === null ? say(words.never) : say(words.ends, { day: dayOf(dayIn(licence.endsAt, zone), locale) }), ...(licence.code === null ? [] : [say(words.code, { code: licence.code })])]
  return <li><div><strong>{licence.name}</strong><span className="small soft">{facts.join(' · ')}</span>{profiles.length === 0 ? null : <span className="small">{say(words.profile, { names: profiles.join(locale === 'ja' ? '、' : ', ') })}</span>}</div><StateLabel state={state}>{say(where)}</StateLabel></li>
}

const dayIn = (at: string, zone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at))
