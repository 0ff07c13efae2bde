import { type ReactNode, useEffect, useState } from 'react'
import type { Text } from '#domain/locale.ts'
import { numberOf } from '../../../shared/amounts.ts'
import { canCheck, type Checked, checkEvidence, type Step, steps } from '../../../shared/evidence.ts'
import { useLanguage, useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import css from './evidence.module.css'

const words = {
  checking: { en: 'Checking in this page…', ja: 'このページ内で検証しています…' }, holds: { en: 'It holds. Nothing in it was changed since it was signed.', ja: '有効です。署名後に変更された箇所はありません。' }, wrong: { en: 'It does not hold:', ja: '無効です:' },
  key: { en: 'Signed by the key', ja: '署名した鍵' }, trust: { en: 'Compare it with the fingerprint that the vendor published: the check proves that nothing was changed, and by which key, not whose key it is.', ja: '提供元が公開しているフィンガープリントと照合してください。この検証が証明するのは、変更されていないことと署名した鍵であり、鍵の所有者ではありません。' },
  cannot: { en: 'This browser cannot check it here: the page must come over HTTPS, and the browser must know Ed25519. “rehome evidence check” does the same on the command line.', ja: 'このブラウザーでは検証できません。HTTPS での接続と Ed25519 への対応が必要です。コマンド「rehome evidence check」でも同じ検証ができます。' },
  held: { en: 'Checked', ja: '確認済み' }, broken: { en: 'Does not hold', ja: '不一致' }, unreached: { en: 'Not reached', ja: '未確認' }, checked: { en: 'What was checked', ja: '検証項目' },
}
const said: Readonly<Record<Step, Text>> = {
  read: { en: 'It can be read as signed evidence.', ja: '署名付き証跡として読み取れること' }, shape: { en: 'It has every part, and nothing else.', ja: '必要な項目がすべてそろい、余分な項目がないこと' }, configuration: { en: 'The configuration is the one its hash was made of.', ja: '設定がハッシュ値と一致すること' },
  tables: { en: 'In every table the chunks add up to its rows and bytes, and their hashes to its root.', ja: '各テーブルのチャンクの合計が行数・バイト数と一致し、ハッシュ値がルートと一致すること' }, root: { en: 'The tables’ roots make the root over all of them: none is missing or added.', ja: '全テーブルのルートから全体のルートが得られ、過不足がないこと' },
  times: { en: 'The times follow one another.', ja: '日時の前後関係が正しいこと' }, signature: { en: 'The Ed25519 signature fits the canonical form (RFC 8785) of the record.', ja: 'Ed25519 署名が記録の正規形（RFC 8785）と一致すること' }, bytes: { en: 'Byte for byte, the file is that canonical form.', ja: 'ファイルが正規形とバイト単位で一致すること' },
}

/** Checks a text in this page, and tells exactly what was checked and by which key it was signed. `onChecked`: what it says, for whoever shows more of it. */
export const Verdict = ({ text, onChecked }: { readonly text: string; onChecked?(checked: Checked): void }): ReactNode => {
  const [say, { locale }] = [useSay(), useLanguage()]
  const [checked, setChecked] = useState<Checked | 'cannot' | null>(null)
  useEffect(() => {
    let isShown = true
    void (async () => {
      const found = await (canCheck() ? checkEvidence(text).catch((): 'cannot' => 'cannot') : Promise.resolve('cannot' as const))
      if (!isShown) return
      setChecked(found)
      if (found !== 'cannot') onChecked?.(found)
    })()
    return () => { isShown = false }
  }, [text, onChecked])
  if (checked === null) return <p role="status" className="quiet">{say(words.checking)}</p>
  if (checked === 'cannot') return <p role="alert"><StateMark state="at-risk" says={null} /> {say(words.cannot)}</p>
  const wrongAt = checked.ok ? steps.length : steps.indexOf(checked.at)
  return (
    <div className={css['verdict']} data-ok={checked.ok}>
      <p className={css['sentence']} role={checked.ok ? 'status' : 'alert'}><StateMark state={checked.ok ? 'done' : 'blocked'} says={null} /><span>{checked.ok ? say(words.holds) : <>{say(words.wrong)} {say(checked.reason)}{locale === 'ja' ? '。' : '.'}</>}</span></p>
      {checked.fingerprint === null ? null : <p>{say(words.key)} <code className={css['key']}>{checked.fingerprint}</code><br /><span className="quiet">{say(words.trust)}</span></p>}
      <ul className={css['steps']} aria-label={say(words.checked)}>
        {steps.map((step, n) => <li key={step}><StateMark state={n < wrongAt ? 'done' : n === wrongAt ? 'blocked' : 'idle'} says={say(n < wrongAt ? words.held : n === wrongAt ? words.broken : words.unreached)} /><span>{say(said[step])}{step === 'tables' && checked.ok ? <span className="quiet figures"> {say(counted, { tables: numberOf(checked.manifest.tables.length, locale), chunks: numberOf(checked.chunks, locale), rows: numberOf(checked.rows, locale) })}</span> : null}</span></li>)}
      </ul>
    </div>
  )
}
const counted: Text = { en: '{tables} tables, {chunks} chunks, {rows} rows.', ja: 'テーブル {tables} 件、チャンク {chunks} 個、{rows} 行' }
