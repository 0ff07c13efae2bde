import type { Day, Instant } from '../time.ts'
import { act, aside, facts, says, type Templates } from './body.ts'

/** Letters about money and contracts. `total`: written out with its currency, in the reader's language. The quote itself is attached. */
export type QuoteEvents = {
  'quote-sent': { readonly number: string; readonly customer: string; readonly total: string; readonly validUntil: Day; readonly link: string }
  'quote-accepted': { readonly number: string; readonly customer: string; readonly total: string; readonly by: string; readonly at: Instant; readonly link: string }
  /** `because`: why it cannot be accepted any more. */
  'quote-withdrawn': { readonly number: string; readonly customer: string; readonly because: 'window-moved' | 'window-cancelled' | 'replaced' | 'taken-back'; readonly link: string }
  'contract-end': { readonly tenant: string; readonly ends: Day; readonly daysLeft: number; readonly link: string }
}

const withdrawn = {
  en: {
    'window-moved': 'the move is planned for another time now, and the price follows the time. You will get a new quote.', 'window-cancelled': 'the time it was priced for was cancelled. You will get a new quote once a time is agreed.',
    'replaced': 'a newer quote has taken its place.', 'taken-back': 'we have taken it back. Please turn to us if you have a question.',
  },
  ja: {
    'window-moved': '移行日時の変更に伴い、取り下げとさせていただきます。新しい日時に基づく御見積書を、改めてお送りいたします。', 'window-cancelled': '予定日時の取り消しに伴い、取り下げとさせていただきます。日時が決まりましたら、改めて御見積書をお送りいたします。',
    'replaced': '新しい御見積書に差し替えさせていただきました。', 'taken-back': '取り下げとさせていただきました。ご不明な点がございましたら、お問い合わせください。',
  },
} as const

export const quoteLetters: Templates<QuoteEvents> = {
  'quote-sent': {
    en: ({ number, customer, total, validUntil, link }, { day }) => ({
      subject: `Quote ${number} for ${customer}`,
      blocks: [
        says(`Please find our quote for the move of ${customer} attached. It can be accepted online, once, by the person it is addressed to.`),
        facts(['Quote', number], ['Total', total], ['Valid until', day(validUntil)]),
        act('See and accept the quote', link),
      ],
    }),
    ja: ({ number, customer, total, validUntil, link }, { day }) => ({
      subject: `御見積書送付のご案内（${number}・${customer}様）`,
      blocks: [
        says(`${customer}様の移行に関する御見積書を添付にてお送りいたします。ご承諾のお手続きは、宛先のご担当者様に、オンラインにて一度のみ行っていただけます。`),
        facts(['見積番号', number], ['合計金額', total], ['有効期限', day(validUntil)]),
        act('御見積書を確認・承諾する', link),
      ],
    }),
  },
  'quote-accepted': {
    en: ({ number, customer, total, by, at, link }, reader) => ({
      subject: `Quote ${number} for ${customer} was accepted`,
      blocks: [says(`Thank you. The quote for the move of ${customer} was accepted as follows; nothing more is to be done for it.`), facts(['Quote', number], ['Total', total], ['Accepted by', by], ['Accepted', reader.at(at)]), act('See the quote', link)],
    }),
    ja: ({ number, customer, total, by, at, link }, reader) => ({
      subject: `御見積書ご承諾の確認（${number}・${customer}様）`,
      blocks: [says(`${customer}様の移行に関する御見積書をご承諾いただき、誠にありがとうございます。次の内容で承りました。追加のお手続きは不要です。`), facts(['見積番号', number], ['合計金額', total], ['ご承諾者', by], ['ご承諾日時', reader.at(at)]), act('御見積書を見る', link)],
    }),
  },
  'quote-withdrawn': {
    en: ({ number, customer, because, link }) => ({
      subject: `Quote ${number} for ${customer} is withdrawn`,
      blocks: [says(`Quote ${number} for the move of ${customer} can no longer be accepted: ${withdrawn.en[because]}`), act('See the quotes', link)],
    }),
    ja: ({ number, customer, because, link }) => ({
      subject: `御見積書取り下げのお知らせ（${number}・${customer}様）`,
      blocks: [says(`${customer}様の移行に関する御見積書（${number}）は、${withdrawn.ja[because]}`), act('御見積書を見る', link)],
    }),
  },
  'contract-end': {
    en: ({ tenant, ends, daysLeft, link }, { day }) => ({
      subject: `${tenant}: the old server is switched off ${daysLeft === 0 ? 'today' : daysLeft === 1 ? 'tomorrow' : `in ${daysLeft} days`}`,
      blocks: [
        says(`The contract for the old server of ${tenant} ends. The server and everything that is still on it, files included, are deleted afterwards. Please save what you need before.`),
        facts(['Ends', day(ends)]),
        act('See what is still there', link),
        aside('Your new home is not touched by this.'),
      ],
    }),
    ja: ({ tenant, ends, daysLeft, link }, { day }) => ({
      subject: `【${tenant}】旧サーバー提供終了のお知らせ（${daysLeft === 0 ? '本日' : `残り${daysLeft}日`}）`,
      blocks: [
        says(`${tenant}の旧サーバーは、ご契約の満了に伴い、提供を終了いたします。終了後は、ファイルを含め、サーバーに残っているすべてのデータが削除されます。必要なデータは、事前にお手元へ保存してください。`),
        facts(['提供終了日', day(ends)]),
        act('残っているデータを確認する', link),
        aside('新しい環境への影響はございません。'),
      ],
    }),
  },
}
