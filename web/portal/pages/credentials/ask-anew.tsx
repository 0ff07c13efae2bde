import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { useSay } from '../../../shared/language.tsx'
import { StateMark } from '../../../shared/state-mark.tsx'
import { When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Refused } from '../../refused.tsx'
import css from './credentials.module.css'

const words = {
  act: { en: 'Ask for a new one', ja: '再作成を依頼する' }, actOf: { en: 'Ask for a new one: {name}', ja: '再作成を依頼する：{name}' },
  why: { en: 'A new login is made with a new password; the old one no longer works then. You get a letter when it is ready for you.', ja: '新しいパスワードで作り直します。以前の接続情報は使えなくなります。準備ができ次第、メールでお知らせします。' },
  text: { en: 'Please make the login “{name}” of {tenant} anew for me: {because}', ja: '{tenant} の接続情報「{name}」の再作成をお願いします。理由：{because}' },
  expired: { en: 'I did not look at it in time.', ja: '期限内に表示できませんでした。' }, revealed: { en: 'it was shown, but I do not have it.', ja: '表示されましたが、手元にありません。' },
  asked: { en: 'You asked for a new one', ja: '再作成を依頼済みです' }, waits: { en: 'No answer yet; it comes by mail.', ja: '回答をお待ちください。メールでお知らせします。' },
}

/** What to do about a login that is lost or was not looked at in time: one button asks for another, and what was asked stands here until it is answered. */
export const AskAnew = ({ name, because }: { readonly name: string; readonly because: 'expired' | 'revealed' }): ReactNode => {
  const [say, { move, page, zone }, ask] = [useSay(), useHere(), useWish('faq.ask')]
  const faq = useAsk('faq.read', { move })
  const text = say(words.text, { name, tenant: page.tenant.name, because: say(words[because]) })
  const open = faq.data?.asked.find(one => one.answer === null && one.text.includes(name) && one.text.includes(page.tenant.name))
  if (open !== undefined) return <p className={css['asked']} role="status"><StateMark state="waiting" says={null} /><span>{say(words.asked)} (<When at={open.askedAt} zone={zone} far />). {say(words.waits)}</span></p>
  return (
    <div className={css['anew']}>
      <p className="soft small">{say(words.why)}</p>
      <Refused error={ask.error} />
      <div><Button variant={because === 'expired' ? 'filled' : 'default'} loading={ask.isPending} disabled={faq.data === undefined} aria-label={say(words.actOf, { name })} onClick={() => { ask.mutate({ move, text }) }}>{say(words.act)}</Button></div>
    </div>
  )
}
