import { Mail, Phone } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSay } from '../shared/language.tsx'
import type { MovePage } from './here.ts'
import css from './turn-to.module.css'

const words = {
  title: { en: 'People to turn to', ja: 'お問い合わせ先' }, none: { en: 'Nobody is named yet. Answer any of our letters: it reaches us.', ja: '担当者は未定です。当社からのメールにご返信いただければ届きます。' },
  'project-manager': { en: 'Project manager', ja: 'プロジェクト責任者' }, support: { en: 'Support', ja: 'サポート窓口' }, 'customer-success': { en: 'Customer success', ja: 'カスタマーサクセス' },
}

/** Whom one can write to or ring up, on every page. */
export const TurnTo = ({ people }: { readonly people: MovePage['people'] }): ReactNode => {
  const say = useSay()
  return (
    <aside className={css['turn']} aria-labelledby="turn-to">
      <h2 id="turn-to">{say(words.title)}</h2>
      {people.length === 0 ? <p className="soft">{say(words.none)}</p> : (
        <ul className={css['list']}>
          {people.map(({ role, name, email, phone }) => (
            <li key={`${role}-${email}`}>
              <span><strong>{name}</strong><span className="quiet small">{say(words[role])}</span></span>
              <a href={`mailto:${email}`} aria-label={`${name}, ${email}`}><Mail size={16} aria-hidden /><span>{email.slice(0, email.lastIndexOf('@'))}<wbr />{email.slice(email.lastIndexOf('@'))}</span></a>
              {phone === null ? null : <a href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`} aria-label={`${name}, ${phone}`}><Phone size={16} aria-hidden /><span>{phone}</span></a>}
            </li>
          ))}
        </ul>
      )}
    </aside>
  )
}
