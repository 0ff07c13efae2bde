import type { Instant } from '../time.ts'
import { act, aside, code, facts, says, type Templates } from './body.ts'
import { enclosed, type Enclosed } from './enclosed.ts'

/** Letters that prove who somebody is. None holds a secret other than the one-time link or code itself. */
export type AccessEvents = {
  'address-check': { readonly link: string; readonly until: Instant }
  'sign-in': { readonly link: string; readonly until: Instant }
  /** Six digits. */
  'second-factor': { readonly code: string; readonly until: Instant }
  'credentials-ready': { readonly tenant: string; readonly link: string; readonly until: Instant }
  /** The one link by which a bundle is fetched, with everything else that its reader needs. `checksum`, `fingerprint`: of its index, and of the key that signed it. */
  'bundle-ready': { readonly tenant: string; readonly bytes: number; readonly checksum: string; readonly fingerprint: string; readonly link: string; readonly until: Instant; readonly times: number } & Enclosed
  /** The one link by which the files that do not move are fetched, as one archive. `checksum`: SHA-256 of its bytes. `others`: what could not be put into it. */
  'files-ready': { readonly tenant: string; readonly bytes: number; readonly checksum: string; readonly files: number; readonly others: number; readonly link: string; readonly until: Instant; readonly times: number }
}

/** The button, pressed without a browser, tells where the file is; that is fetched as far as it is not there yet. */
const fetching = `curl -C - -o FILE "$(curl -sd '' -w '%{redirect_url}' LINK)"`

export const accessLetters: Templates<AccessEvents> = {
  'bundle-ready': {
    en: ({ tenant, bytes, checksum, fingerprint, link, until, times, ...enclosures }, { at }) => ({
      subject: `${tenant}: your data is ready to be fetched`,
      blocks: [
        says(`Everything of ${tenant} is in one file, encrypted for you and signed by us. Only the key or passphrase agreed with you opens it; it is in no letter.`),
        act('Download', link),
        facts(['Size', sized(bytes)], ['Checksum of the signed index', checksum], ['Key that signed it', fingerprint], ['Available until', at(until)]),
        aside(`The link works ${times === 1 ? 'once' : `${times} times`}. A download that breaks off can be resumed and counts once. On a server without a browser this fetches it; run again, it goes on where it stopped:`),
        says(fetching),
        says('On your server, with an empty database, one command takes it in and proves every row:'),
        says('rehome bundle import FILE --to URL --identity KEYFILE'),
        says('At its end it writes a receipt. Please send that back on the page of your move.'),
        ...enclosed.en(enclosures),
      ],
    }),
    ja: ({ tenant, bytes, checksum, fingerprint, link, until, times, ...enclosures }, { at }) => ({
      subject: `【${tenant}】データのダウンロードのご用意ができました`,
      blocks: [
        says(`${tenant}のすべてのデータを、お客様専用に暗号化し、弊社の署名を付けた一つのファイルとしてご用意いたしました。開くための鍵またはパスフレーズは、あらかじめ取り決めたもののみで、メールには記載しておりません。`),
        act('ダウンロードする', link),
        facts(['サイズ', sized(bytes)], ['署名付き索引のチェックサム', checksum], ['署名した鍵', fingerprint], ['有効期限', at(until)]),
        aside(`このリンクは${times}回まで有効です。中断したダウンロードは再開でき、1回として数えます。ブラウザーのないサーバーでは、次のコマンドをご利用ください。再度実行すると、続きから再開します。`),
        says(fetching),
        says('お客様のサーバーで空のデータベースをご用意のうえ、次のコマンドを実行してください。取り込みとすべてのデータの検証を行います。'),
        says('rehome bundle import FILE --to URL --identity KEYFILE'),
        says('完了時に受領証が作成されます。移行のページからご返送をお願いいたします。'),
        ...enclosed.ja(enclosures),
      ],
    }),
  },
  'files-ready': {
    en: ({ tenant, bytes, checksum, files, others, link, until, times }, { at }) => ({
      subject: `${tenant}: your files are ready to be downloaded`,
      blocks: [
        says(`The files of ${tenant} are not part of the move. All of them are in one ZIP archive, which every computer opens. Please download it, check it, and confirm that on the page of your move: the export does not begin before.`),
        act('Download the files', link),
        facts(['Files', String(files)], ['Size', sized(bytes)], ['SHA-256', checksum], ['Available until', at(until)]),
        ...(others === 0 ? [] : [aside(`${others === 1 ? 'One link or device is' : `${others} links and devices are`} not in the archive: only files and folders are.`)]),
        aside(`The link works ${times === 1 ? 'once' : `${times} times`}. A download that breaks off can be resumed and counts once.`),
      ],
    }),
    ja: ({ tenant, bytes, checksum, files, others, link, until, times }, { at }) => ({
      subject: `【${tenant}】ファイルのダウンロードのご用意ができました`,
      blocks: [
        says(`${tenant}のファイルは移行の対象に含まれておりません。全ファイルを、どのパソコンでも開ける一つのZIP書庫にまとめました。ダウンロードして内容をご確認のうえ、移行のページで完了のご登録をお願いいたします。ご登録があるまで書き出しは開始しません。`),
        act('ファイルをダウンロードする', link),
        facts(['ファイル数', String(files)], ['サイズ', sized(bytes)], ['SHA-256', checksum], ['有効期限', at(until)]),
        ...(others === 0 ? [] : [aside(`リンクやデバイスなど${others}件は書庫に含まれておりません。含まれるのはファイルとフォルダーのみです。`)]),
        aside(`このリンクは${times}回まで有効です。中断したダウンロードは再開でき、1回として数えます。`),
      ],
    }),
  },
  'address-check': {
    en: ({ link, until }, { at }) => ({
      subject: 'Please confirm your e-mail address',
      blocks: [
        says('You have been named as a contact for a planned move. Please confirm that this address reaches you, so that dates and questions come to the right person.'),
        act('Confirm this address', link),
        aside(`The link works once, until ${at(until)}. If you do not know what this is about, simply ignore this letter: nothing happens then.`),
      ],
    }),
    ja: ({ link, until }, { at }) => ({
      subject: 'メールアドレスのご確認をお願いいたします',
      blocks: [
        says('このたび予定されている移行の連絡先として、お客様のお名前をご登録いただいております。日程やご質問を確実にお届けするため、本メールアドレスでお受け取りいただけることをご確認ください。'),
        act('メールアドレスを確認する', link),
        aside(`このリンクは一度のみ、${at(until)}まで有効です。お心当たりのない場合は、本メールを破棄してください。何も登録されません。`),
      ],
    }),
  },
  'sign-in': {
    en: ({ link, until }, { at }) => ({
      subject: 'Your link to sign in',
      blocks: [
        says('Here is the link to sign in that was just asked for.'),
        act('Sign in', link),
        aside(`The link works once, until ${at(until)}. Please do not pass it on. If you did not ask for it, ignore this letter: nobody can sign in without it.`),
      ],
    }),
    ja: ({ link, until }, { at }) => ({
      subject: 'サインイン用リンクのお知らせ',
      blocks: [
        says('ご依頼いただきましたサインイン用のリンクをお送りします。'),
        act('サインインする', link),
        aside(`このリンクは一度のみ、${at(until)}まで有効です。第三者に転送なさらないようお願いいたします。お心当たりのない場合は、本メールを破棄してください。このリンクなしにサインインされることはありません。`),
      ],
    }),
  },
  'second-factor': {
    en: ({ code: digits, until }, { at }) => ({
      subject: 'Your code',
      blocks: [
        says('Please enter this code on the page that asks for it:'),
        code(digits),
        aside(`It is valid until ${at(until)}. We never ask for it by phone or by mail. If you did not ask for a code, please tell us: somebody may have opened your link.`),
      ],
    }),
    ja: ({ code: digits, until }, { at }) => ({
      subject: '確認コードのお知らせ',
      blocks: [
        says('表示中の画面に、次の確認コードをご入力ください。'),
        code(digits),
        aside(`有効期限は${at(until)}です。弊社からお電話やメールでコードをお尋ねすることはございません。お心当たりのない場合は、リンクが第三者に開かれた可能性がありますので、ご連絡ください。`),
      ],
    }),
  },
  'credentials-ready': {
    en: ({ tenant, link, until }, { at }) => ({
      subject: `${tenant}: your new credentials are ready`,
      blocks: [
        says(`The new connection details and credentials of ${tenant} are ready. They are shown to you alone and only once, after a code that we send to this address. Please have a safe place at hand to keep them.`),
        act('See the credentials', link),
        facts(['Available until', at(until)]),
        aside('This letter holds no credentials, and no letter of ours ever will.'),
      ],
    }),
    ja: ({ tenant, link, until }, { at }) => ({
      subject: `【${tenant}】新しい接続情報のご用意ができました`,
      blocks: [
        says(`${tenant}の新しい接続情報と認証情報のご用意ができました。本メールアドレス宛にお送りする確認コードをご入力いただいた後、ご担当者様にのみ、一度だけ表示いたします。安全な保管場所をご準備のうえ、お進みください。`),
        act('認証情報を表示する', link),
        facts(['表示期限', at(until)]),
        aside('本メールに認証情報は含まれておりません。弊社がメールで認証情報をお送りすることはございません。'),
      ],
    }),
  },
}

/** Decimal units, as disks are sold by. */
const sized = (bytes: number): string => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`)
