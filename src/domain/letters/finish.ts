import type { Day, Instant } from '../time.ts'
import { act, aside, facts, list, says, type Templates } from './body.ts'
import { enclosed, part, type Enclosed } from './enclosed.ts'

/** Letters on completion. */
export type FinishEvents = {
  /** To the contact on file. What does not apply is null or empty. */
  'finished': {
    readonly tenant: string
    readonly at: Instant
    /** Every row was read on both sides and is equal; the evidence is there. */
    readonly proven: boolean
    readonly addresses: readonly { readonly was: string; readonly is: string }[]
    /** The last day on which the old addresses lead to the new ones. */
    readonly redirectedUntil: Day | null
    readonly download: { readonly link: string; readonly until: Instant; readonly times: number } | null
    readonly link: string
  } & Enclosed
  /** To the partner: that it is finished, and nothing by which anything could be reached. */
  'finished-partner': { readonly customer: string; readonly tenant: string; readonly at: Instant }
}

export const finishLetters: Templates<FinishEvents> = {
  'finished': {
    en: ({ tenant, at, proven, addresses, redirectedUntil, download, link, ...enclosures }, reader) => ({
      subject: `${tenant} has moved`,
      blocks: [
        says(`${tenant} has been running in its new home since ${reader.at(at)}.${proven ? ' Every row was compared on both sides before the switch.' : ''}`),
        ...part(addresses.length > 0, says('What has a new address:'), list(addresses.map(({ was, is }) => `${was} → ${is}`)), ...part(redirectedUntil !== null, aside(`The old addresses lead to the new ones until ${redirectedUntil === null ? '' : reader.day(redirectedUntil)}. Please change bookmarks and settings before.`))),
        ...(download === null ? [] : [says('Your data, encrypted and with its checksum:'), act('Download', download.link), aside(`The link works ${download.times === 1 ? 'once' : `${download.times} times`}, until ${reader.at(download.until)}. A download that breaks off can be resumed and counts once.`)]),
        ...enclosed.en(enclosures),
        says('What comes next:'),
        list(['Test what matters to you with the checklist.', 'Sign off, or tell us what does not work.']),
        act('Open the checklist', link),
      ],
    }),
    ja: ({ tenant, at, proven, addresses, redirectedUntil, download, link, ...enclosures }, reader) => ({
      subject: `【${tenant}】新しい環境への移行が完了いたしました`,
      blocks: [
        says(`${tenant}は、${reader.at(at)}より新しい環境で稼働しております。${proven ? '切り替えの前に、すべてのデータを新旧両方の環境で照合いたしました。' : ''}`),
        ...part(addresses.length > 0, says('次のアドレスが変更となりました。'), list(addresses.map(({ was, is }) => `${was} → ${is}`)), ...part(redirectedUntil !== null, aside(`以前のアドレスは、${redirectedUntil === null ? '' : reader.day(redirectedUntil)}まで新しいアドレスへ自動的に転送されます。それまでに、ブックマークや各種設定の変更をお願いいたします。`))),
        ...(download === null ? [] : [says('お客様のデータ（暗号化済み、チェックサム付き）は、次のリンクよりダウンロードいただけます。'), act('ダウンロードする', download.link), aside(`このリンクは${download.times}回まで、${reader.at(download.until)}まで有効です。中断したダウンロードは再開でき、1回として数えます。`)]),
        ...enclosed.ja(enclosures),
        says('今後の流れは次のとおりです。'),
        list(['チェックリストに沿って、主要な機能の動作をご確認ください。', '検収のお手続き、または不具合のご連絡をお願いいたします。']),
        act('チェックリストを開く', link),
      ],
    }),
  },
  'finished-partner': {
    en: ({ customer, tenant, at }, reader) => ({
      subject: `${customer}: the move of ${tenant} is finished`,
      blocks: [says(`The move of ${tenant} for your customer ${customer} is finished. Connection details and credentials went to the customer’s contact alone.`), facts(['Finished', reader.at(at)])],
    }),
    ja: ({ customer, tenant, at }, reader) => ({
      subject: `【${customer}様】${tenant}の移行完了のお知らせ`,
      blocks: [says(`${customer}様の${tenant}につきまして、移行が完了いたしましたので、お知らせいたします。接続情報および認証情報は、${customer}様のご担当者様にのみお伝えしております。`), facts(['完了日時', reader.at(at)])],
    }),
  },
}
