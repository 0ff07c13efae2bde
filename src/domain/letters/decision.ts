import type { Day, Instant, Interval } from '../time.ts'
import { act, facts, quote, says, type Templates } from './body.ts'

/** Letters about what a named person decided. `note`: that person's own words. */
export type DecisionEvents = {
  'go': { readonly tenant: string; readonly window: Interval; readonly by: string; readonly note: string | null; readonly link: string }
  'no-go': { readonly tenant: string; readonly window: Interval; readonly by: string; readonly note: string | null; readonly link: string }
  'sign-off-wanted': { readonly tenant: string; readonly due: Day; readonly link: string }
  /** `address`: where people work again. */
  'turned-back': { readonly tenant: string; readonly at: Instant; readonly address: string; readonly reason: string | null; readonly link: string }
  'settled': { readonly tenant: string; readonly at: Instant; readonly link: string }
}

export const decisionLetters: Templates<DecisionEvents> = {
  'go': {
    en: ({ tenant, window, by, note, link }, { span }) => ({
      subject: `${tenant}: go for the move`,
      blocks: [says(`It is decided: ${tenant} moves as planned.`), facts(['When', span(window)], ['Decided by', by]), ...quote('The note to the decision:', note), act('See what happens when', link)],
    }),
    ja: ({ tenant, window, by, note, link }, { span }) => ({
      subject: `【${tenant}】移行実施決定のお知らせ`,
      blocks: [says(`${tenant}の移行を、予定どおり実施することが決定いたしました。`), facts(['日時', span(window)], ['決定者', by]), ...quote('決定に際してのコメントは次のとおりです。', note), act('当日の流れを見る', link)],
    }),
  },
  'no-go': {
    en: ({ tenant, window, by, note, link }, { span }) => ({
      subject: `${tenant}: the move does not take place as planned`,
      blocks: [
        says(`It is decided that ${tenant} does not move in the planned window. Nothing changes for you: please go on working as before. We will come back to you with a new date.`),
        facts(['Planned was', span(window)], ['Decided by', by]),
        ...quote('The note to the decision:', note),
        act('See where we stand', link),
      ],
    }),
    ja: ({ tenant, window, by, note, link }, { span }) => ({
      subject: `【${tenant}】移行見送りのお知らせ`,
      blocks: [
        says(`${tenant}の移行につきまして、予定日時での実施を見送ることが決定いたしました。現在のご利用環境に変更はございませんので、これまでどおりお使いください。新しい日時は、改めてご連絡いたします。`),
        facts(['予定日時', span(window)], ['決定者', by]),
        ...quote('決定に際してのコメントは次のとおりです。', note),
        act('現在の状況を見る', link),
      ],
    }),
  },
  'sign-off-wanted': {
    en: ({ tenant, due, link }, { day }) => ({
      subject: `${tenant}: please test and sign off by ${day(due)}`,
      blocks: [says(`${tenant} runs in its new home. Please go through the checklist and sign off, or tell us what does not work. Until then the way back stays open.`), facts(['Please sign off by', day(due)]), act('Open the checklist', link)],
    }),
    ja: ({ tenant, due, link }, { day }) => ({
      subject: `【${tenant}】動作確認および検収のお願い（${day(due)}まで）`,
      blocks: [says(`${tenant}は、新しい環境で稼働しております。チェックリストに沿って動作をご確認のうえ、検収のお手続きをお願いいたします。不具合がございましたら、お知らせください。検収が完了するまでは、元の環境へ戻すことが可能です。`), facts(['検収期限', day(due)]), act('チェックリストを開く', link)],
    }),
  },
  'turned-back': {
    en: ({ tenant, at, address, reason, link }, reader) => ({
      subject: `${tenant}: back in the old home`,
      blocks: [
        says(`${tenant} was taken back to its old home. What was saved in the new home came back with it. Please work at this address again:`),
        facts(['Address', address], ['Since', reader.at(at)]),
        ...quote('The reason:', reason),
        act('See where we stand', link),
      ],
    }),
    ja: ({ tenant, at, address, reason, link }, reader) => ({
      subject: `【${tenant}】元の環境へ戻しました`,
      blocks: [
        says(`${tenant}を元の環境へ戻しましたので、お知らせいたします。新しい環境で保存された内容も、元の環境に反映されております。今後は、次のアドレスをご利用ください。`),
        facts(['アドレス', address], ['切り戻し日時', reader.at(at)]),
        ...quote('理由は次のとおりです。', reason),
        act('現在の状況を見る', link),
      ],
    }),
  },
  'settled': {
    en: ({ tenant, at, link }, reader) => ({
      subject: `${tenant}: the move is complete`,
      blocks: [says(`The move of ${tenant} is complete and signed off; the old copy is retired. The signed record of what was moved and proven stays available to you. Thank you for your help.`), facts(['Completed', reader.at(at)]), act('See the record', link)],
    }),
    ja: ({ tenant, at, link }, reader) => ({
      subject: `【${tenant}】移行完了のお知らせ`,
      blocks: [says(`${tenant}の移行は、検収を含めてすべて完了し、旧環境のデータは使用を終了いたしました。移行内容と検証結果の署名付き記録は、引き続きご覧いただけます。ご協力いただき、誠にありがとうございました。`), facts(['完了日時', reader.at(at)]), act('記録を見る', link)],
    }),
  },
}
