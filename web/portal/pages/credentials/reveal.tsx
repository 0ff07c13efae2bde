import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { ask, Refusal } from '../../../shared/ask.ts'
import { useSay } from '../../../shared/language.tsx'
import { useSecret } from '../../../shared/use-secret.ts'
import { When } from '../../../shared/when.tsx'
import { useHere } from '../../here.ts'
import { Refused } from '../../refused.tsx'
import { AskAnew } from './ask-anew.tsx'
import { Code } from './code.tsx'
import css from './credentials.module.css'
import type { Credential } from './credentials.tsx'
import { SecretShown } from './secret.tsx'

const words = {
  before: { en: 'You will see it once. You will not see this again: nobody can show it a second time, not even we.', ja: '表示は一度限りです。再表示はできません。当社でも再表示できません。' },
  ready: { en: 'Have the place ready where you keep passwords, and be alone with your screen.', ja: 'パスワードの保管先をご用意のうえ、画面がほかの人に見えない場所でご覧ください。' },
  begin: { en: 'I am ready: send me the code', ja: '準備ができたので確認コードを送る' }, show: { en: 'Show it now, once', ja: '一度だけ表示する' }, proven: { en: 'The code was right.', ja: '確認コードを確認しました。' },
  shown: { en: 'It was shown to you', ja: '表示日時' }, lost: { en: 'If it was not you, or if it is lost, ask for a new one.', ja: 'お心当たりがない場合や紛失された場合は、再作成をご依頼ください。' },
  late: { en: 'It was ready for you, and nobody looked at it until its day. The secret was erased, so that it cannot be seen by anybody.', ja: '表示期限までに表示されなかったため、接続情報は安全のため消去されました。どなたも表示できません。' },
  unheard: { en: 'The answer did not arrive. It may have been shown all the same, and is then shown no more: load the page again, and ask us for a new one if that is so.', ja: '応答を受信できませんでした。すでに表示済みとして扱われた可能性があります。ページを再読み込みし、表示済みの場合は再作成をご依頼ください。' },
  again: { en: 'Show it all the same', ja: 'もう一度表示する' },
}

/**
 * A secret on its way to one person: what it means first, then the code, then the secret. It is asked for outside of everything that keeps answers; it is in this part of the page
 * alone, and gone when the page is left.
 */
export const Reveal = ({ credential }: { readonly credential: Credential }): ReactNode => {
  const [say, { zone, self }] = [useSay(), useHere()]
  const known = useQueryClient()
  const [secret, keep] = useSecret()
  const [step, setStep] = useState<'before' | 'code' | 'proven'>('before')
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: unknown }>({ busy: false, error: null })
  const reveal = async (): Promise<void> => {
    setState({ busy: true, error: null })
    try {
      keep((await ask('credentials.reveal', { credential: credential.id })).secret)
      setState({ busy: false, error: null })
    } catch (error) {
      // The code counts for ten minutes: who waited longer is asked for another.
      if (error instanceof Refusal && error.code === 'second-factor-missing') setStep('code')
      setState({ busy: false, error: error instanceof Refusal && error.status === 0 ? new Error(say(words.unheard)) : error })
    }
    await known.invalidateQueries()
  }
  if (secret !== null) return <SecretShown secret={secret} done={() => { keep(null) }} />
  if (credential.state === 'revealed') return (
    <>
      <p>{say(words.shown)}: {credential.revealedAt === null ? null : <When at={credential.revealedAt} zone={zone} far />}</p><p className="soft">{say(words.lost)}</p>
      <AskAnew name={credential.name} because="revealed" />
      <Refused error={state.error} />
      <div><Button variant="subtle" color="gray" loading={state.busy} onClick={() => { void reveal() }}>{say(words.again)}</Button></div>
    </>
  )
  if (isLate(credential)) return <><p>{say(words.late)}</p><AskAnew name={credential.name} because="expired" /></>
  const isProven = step === 'proven' || (self.isProven && step === 'before')
  return (
    <div className={css['reveal']}>
      <p className={css['once']}><strong>{say(words.before)}</strong></p>
      <p className="soft">{say(words.ready)}</p>
      <Refused error={state.error} />
      {isProven ? <><p role="status" className="soft">{say(words.proven)}</p><Button loading={state.busy} onClick={() => { void reveal() }}>{say(words.show)}</Button></>
        : step === 'before' ? <Button onClick={() => { setStep('code') }}>{say(words.begin)}</Button>
          : <Code proven={() => { setState({ busy: false, error: null }); setStep('proven') }} />}
    </div>
  )
}

/** Also when the job that writes it down has not come by yet. */
const isLate = ({ state, expiresAt }: Credential): boolean => state === 'expired' || (state === 'offered' && expiresAt !== null && Date.parse(expiresAt) <= Date.now())
