import type { Day, Instant, Interval } from '../time.ts'
import { act, facts, list, quote, says, type Templates } from './body.ts'

/** Letters about when a tenant is cut over. The invitation itself travels with them. */
export type WindowEvents = {
  'window-proposed': { readonly tenant: string; readonly windows: readonly Interval[]; readonly answerBy: Day; readonly link: string }
  'window-confirmed': { readonly tenant: string; readonly window: Interval; readonly link: string }
  'window-moved': { readonly tenant: string; readonly was: Interval; readonly window: Interval; readonly reason: string | null; readonly link: string }
  'window-cancelled': { readonly tenant: string; readonly window: Interval; readonly reason: string | null; readonly link: string }
  /** `expectedSeconds`: how long nobody can write, as forecast. */
  'freeze-begins': { readonly tenant: string; readonly at: Instant; readonly expectedSeconds: number }
}

export const windowLetters: Templates<WindowEvents> = {
  'window-proposed': {
    en: ({ tenant, windows, answerBy, link }, { span, day }) => ({
      subject: `${tenant}: please choose when to move`,
      blocks: [
        says(`For the move of ${tenant} we suggest:`),
        list(windows.map(span)),
        says('Please choose one, or tell us which days do not suit you.'),
        facts(['Please answer by', day(answerBy)]),
        act('Choose a window', link),
      ],
    }),
    ja: ({ tenant, windows, answerBy, link }, { span, day }) => ({
      subject: `【${tenant}】移行日時ご選択のお願い`,
      blocks: [
        says(`${tenant}の移行につきまして、次の候補日時をご提案いたします。`),
        list(windows.map(span)),
        says('ご都合のよい日時をお選びください。いずれもご都合が合わない場合は、ご希望に添えない日をお知らせください。'),
        facts(['ご回答期限', day(answerBy)]),
        act('日時を選ぶ', link),
      ],
    }),
  },
  'window-confirmed': {
    en: ({ tenant, window, link }, { span }) => ({
      subject: `${tenant}: the date of the move is confirmed`,
      blocks: [says(`The window for the move of ${tenant} is confirmed. The invitation for your calendar is attached; you may forward it.`), facts(['When', span(window)]), act('See what happens when', link)],
    }),
    ja: ({ tenant, window, link }, { span }) => ({
      subject: `【${tenant}】移行日時確定のお知らせ`,
      blocks: [says(`${tenant}の移行日時が確定いたしましたので、お知らせいたします。カレンダー用の招待状を添付しております。関係者の皆様へご転送いただけます。`), facts(['日時', span(window)]), act('当日の流れを見る', link)],
    }),
  },
  'window-moved': {
    en: ({ tenant, was, window, reason, link }, { span }) => ({
      subject: `${tenant}: the date of the move has changed`,
      blocks: [
        says(`The window for the move of ${tenant} has changed. The attached invitation replaces the one in your calendar; dates of tasks that hang on it have moved with it.`),
        facts(['Now', span(window)], ['Before', span(was)]),
        ...quote('The reason:', reason),
        act('See the new dates', link),
      ],
    }),
    ja: ({ tenant, was, window, reason, link }, { span }) => ({
      subject: `【${tenant}】移行日時変更のお知らせ`,
      blocks: [
        says(`${tenant}の移行日時が変更となりましたので、お知らせいたします。添付の招待状により、カレンダーのご予定が更新されます。移行日を基準とする作業の期限も、あわせて変更しております。`),
        facts(['変更後', span(window)], ['変更前', span(was)]),
        ...quote('変更の理由は次のとおりです。', reason),
        act('新しい日程を見る', link),
      ],
    }),
  },
  'window-cancelled': {
    en: ({ tenant, window, reason, link }, { span }) => ({
      subject: `${tenant}: the move will not take place on the agreed date`,
      blocks: [
        says(`The window for the move of ${tenant} is cancelled. Nothing changes for you: please go on working as before. We will suggest a new date.`),
        facts(['Cancelled', span(window)]),
        ...quote('The reason:', reason),
        act('See where we stand', link),
      ],
    }),
    ja: ({ tenant, window, reason, link }, { span }) => ({
      subject: `【${tenant}】移行日時取り消しのお知らせ`,
      blocks: [
        says(`${tenant}の移行につきまして、予定しておりました日時を取り消しいたしました。現在のご利用環境に変更はございませんので、これまでどおりお使いください。新しい日時は、改めてご提案いたします。`),
        facts(['取り消した日時', span(window)]),
        ...quote('取り消しの理由は次のとおりです。', reason),
        act('現在の状況を見る', link),
      ],
    }),
  },
  'freeze-begins': {
    en: ({ tenant, at, expectedSeconds }, reader) => ({
      subject: `${tenant}: the switch begins`,
      blocks: [
        says(`${tenant} is about to be switched to its new home. For a short time nothing can be saved; please finish what you are working on before. You will hear from us when it is done.`),
        facts(['Begins', reader.at(at)], ['Expected to last', howLong(expectedSeconds).en]),
      ],
    }),
    ja: ({ tenant, at, expectedSeconds }, reader) => ({
      subject: `【${tenant}】まもなく切り替えを開始いたします`,
      blocks: [
        says(`まもなく${tenant}を新しい環境へ切り替えます。切り替え中は、一時的に保存ができなくなりますので、作業中の内容は事前に保存してください。完了いたしましたら、改めてお知らせいたします。`),
        facts(['開始日時', reader.at(at)], ['所要時間の見込み', howLong(expectedSeconds).ja]),
      ],
    }),
  },
}

const howLong = (seconds: number): { readonly en: string; readonly ja: string } => {
  if (seconds < 60) return { en: 'less than a minute', ja: '1分未満' }
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 120) return { en: `about ${minutes} minute${minutes === 1 ? '' : 's'}`, ja: `約${minutes}分` }
  return { en: `about ${Math.ceil(minutes / 60)} hours`, ja: `約${Math.ceil(minutes / 60)}時間` }
}
