import type { ReactNode } from 'react'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { numberOf } from '../../../shared/amounts.ts'
import { Panel } from '../../../shared/panel.tsx'
import { StateLabel, StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useAround } from '../../self.ts'
import { type Licences, licenceWords, sideWords, standsWords, stepStates, stepWords } from './words.ts'
import table from '../../../shared/table.module.css'
import css from './licences.module.css'

const words = {
  licences: { en: 'Licences', ja: 'ライセンス' }, none: { en: 'Nothing is known before they are written down.', ja: '記録するまで表示できません。' }, name: { en: 'Licence', ja: 'ライセンス' }, kind: { en: 'Kind', ja: '種類' }, seats: { en: 'Seats', ja: '席数' }, ends: { en: 'Ends', ja: '有効期限' }, never: { en: 'never', ja: '無期限' }, stands: { en: 'Gives out seats', ja: '割り当て場所' }, step: { en: 'Through the move', ja: '移行の進み具合' }, heldBy: { en: 'held by {who}', ja: '利用者: {who}' }, andMore: { en: '{who} and {n} more', ja: '{who} 他 {n} 名' }, notBegun: { en: 'not begun', ja: '未開始' },
  out: { en: '{n} out', ja: '利用中 {n}' }, code: { en: 'code ends {code}', ja: 'コード末尾 {code}' }, profiles: { en: 'Profiles', ja: 'プロファイル' }, later: { en: 'Will be called', ja: '移行後の名称' }, there: { en: 'At the new server', ja: '移行先' }, yes: { en: 'there', ja: 'あり' }, no: { en: 'not yet', ja: '未作成' }, noProfiles: { en: 'No profile is known.', ja: 'プロファイルはありません。' },
  held: { en: 'Seats that are out', ja: '利用中の席' }, who: { en: 'Who', ja: '利用者' }, host: { en: 'On', ja: '端末' }, at: { en: 'At', ja: 'サーバー' }, until: { en: 'Until', ja: '期限' }, borrowed: { en: 'borrowed', ja: '持ち出し' }, nobody: { en: 'Nobody holds a seat.', ja: '利用中の席はありません。' }, more: { en: '{n} more are out and not listed.', ja: 'このほか {n} 席が利用中です。' },
}
type OnSide = Licences['licences'][number]['origin']

export const LicenceTable = ({ of }: { readonly of: Licences }): ReactNode => {
  const [say, { locale }, { zone }] = [useSay(), useLanguage(), useAround()]
  const on = (side: OnSide): ReactNode => (side === null ? <span className="quiet">–</span> : <><div>{say(licenceWords[side.state])}{side.seatsOut === 0 ? '' : `, ${say(words.out, { n: side.seatsOut })}`}</div>{side.machine === null ? null : <code className="quiet">{side.machine}</code>}</>)
  const heldBy = (licence: string): string => {
    const names = [...new Set(of.seats.filter(seat => seat.licence === licence).map(({ holder }) => holder.user))]
    const who = names.slice(0, 2).join(', ')
    return names.length === 0 ? '' : say(words.heldBy, { who: names.length > 2 ? say(words.andMore, { who, n: names.length - 2 }) : who })
  }
  return (
    <Panel title={say(words.licences)} flush>
      {of.licences.length === 0 ? <p className={`quiet ${css['pad']}`}>{say(words.none)}</p> : (
        <div className={css['scroll']} tabIndex={0} role="group" aria-label={say(words.licences)}>
          <table className={`${table['plain']} ${css['wide']}`}>
            <thead><tr><th>{say(words.name)}</th><th>{say(words.kind)}</th><th data-right>{say(words.seats)}</th><th>{say(words.ends)}</th><th>{say(sideWords.origin)}</th><th>{say(sideWords.destination)}</th><th>{say(words.stands)}</th><th>{say(words.step)}</th></tr></thead>
            <tbody>{of.licences.map(one => (
              <tr key={one.id}>
                <td><div>{one.name}</div><div className="quiet">{one.product}{one.code === null ? '' : ` · ${say(words.code, { code: one.code })}`}</div></td><td>{one.kind}</td><td data-right>{one.seats === null ? '–' : numberOf(one.seats, locale)}{heldBy(one.id) === '' ? null : <div className={`quiet ${css['holders']}`}>{heldBy(one.id)}</div>}</td><td>{one.endsAt === null ? <span className="quiet">{say(words.never)}</span> : <When at={one.endsAt} zone={zone} />}</td>
                <td>{on(one.origin)}</td><td>{on(one.destination)}</td><td><StateLabel state={standsWords[one.stands].state}>{say(standsWords[one.stands].says)}</StateLabel></td>
                <td><Way of={of} licence={one.id} /></td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}

/** Each step that is taken with one licence, in order, and how far it is; in the order in which they are taken, so that where it stands shows. */
const Way = ({ of, licence }: { readonly of: Licences; readonly licence: string }): ReactNode => {
  const say = useSay()
  const steps = of.steps.filter(step => step.licence === licence)
  return steps.length === 0 ? <span className="quiet">{say(words.notBegun)}</span> : <ol className={css['way']}>{steps.map(step => <li key={step.id}><StateMark state={stepStates[step.state].state} says={say(stepStates[step.state].says)} /> <span className={step.state === 'to-do' ? 'quiet' : undefined}>{say(stepWords[step.does])}<span className="quiet"> · {say(sideWords[step.at])}</span></span></li>)}</ol>
}

export const Profiles = ({ of }: { readonly of: Licences }): ReactNode => {
  const say = useSay()
  const names = new Map(of.licences.map(({ id, name }) => [id, name]))
  return (
    <Panel title={say(words.profiles)} flush>
      {of.profiles.length === 0 ? <p className={`quiet ${css['pad']}`}>{say(words.noProfiles)}</p> : (
        <div className={css['scroll']} tabIndex={0} role="group" aria-label={say(words.profiles)}><table className={table['plain']}>
          <thead><tr><th>{say(words.profiles)}</th><th>{say(words.later)}</th><th>{say(words.there)}</th></tr></thead>
          <tbody>{of.profiles.map(one => <tr key={one.name}><td><div>{one.name}</div><div className="quiet">{one.licences.map(id => names.get(id) ?? id).join(', ')}</div></td><td>{one.laterName}</td><td>{one.isThere ? <StateLabel state="done">{say(words.yes)}</StateLabel> : <StateLabel state="idle">{say(words.no)}</StateLabel>}</td></tr>)}</tbody>
        </table></div>
      )}
    </Panel>
  )
}

export const Seats = ({ of }: { readonly of: Licences }): ReactNode => {
  const [say, { zone }] = [useSay(), useAround()]
  const names = new Map(of.licences.map(({ id, name }) => [id, name]))
  return (
    <Panel title={say(words.held)} flush>
      {of.seats.length === 0 ? <p className={`quiet ${css['pad']}`}>{say(words.nobody)}</p> : (
        <div className={css['scroll']} tabIndex={0} role="group" aria-label={say(words.held)}><table className={`${table['plain']} ${css['held']}`}>
          <thead><tr><th>{say(words.who)}</th><th>{say(words.host)}</th><th>{say(words.name)}</th><th>{say(words.at)}</th><th>{say(words.until)}</th></tr></thead>
          <tbody>{of.seats.map((one, n) => <tr key={n}><td>{one.holder.user}</td><td><div>{one.holder.host}</div><div className="quiet">{one.holder.program}</div></td><td>{names.get(one.licence) ?? one.licence}</td><td>{say(sideWords[one.at])}</td><td><When at={one.until} zone={zone} />{one.isBorrowed ? <span className="quiet"> {say(words.borrowed)}</span> : null}</td></tr>)}</tbody>
        </table></div>
      )}
      {of.moreSeats === 0 ? null : <p className={`quiet ${css['pad']}`}>{say(words.more, { n: of.moreSeats })}</p>}
    </Panel>
  )
}
