import type { z } from 'zod'
import type { Locale, Text } from '#domain/locale.ts'

type Issue = z.core.$ZodIssue

/** What is wrong with a field, for people; what our own shapes say is in `ownWords`. */
export const wrongIn = (issue: Issue): Text => ownWords[issue.message] ?? ofKind(issue)

/** Everything that is wrong, each with its place, in sentences. */
export const issuesIn = ({ issues }: z.ZodError): Text => ({ en: issues.map(issue => issueIn(issue, 'en')).join(' '), ja: issues.map(issue => issueIn(issue, 'ja')).join('') })

const issueIn = (issue: Issue, locale: Locale): string => {
  const [at, says] = [fieldIn([...issue.path, ...('keys' in issue && Array.isArray(issue.keys) ? issue.keys.map(String) : [])], locale), wrongIn(issue)[locale]]
  return locale === 'ja' ? `${at === '' ? '' : `${at}：`}${says}。` : at === '' ? `It ${says}.` : `“${at}” ${says}.`
}

const ofKind = (issue: Issue): Text => {
  switch (issue.code) {
    case 'invalid_type': return issue.message.endsWith('received undefined') ? missing : { en: `is no ${types[issue.expected]?.en ?? issue.expected}`, ja: `${types[issue.expected]?.ja ?? issue.expected}を指定してください` }
    case 'too_small': return issue.origin === 'string' && Number(issue.minimum) === 1 ? missing : { en: `is at least ${unitOf(issue.origin, Number(issue.minimum), 'en')}`, ja: `${unitOf(issue.origin, Number(issue.minimum), 'ja')}以上にしてください` }
    case 'too_big': return { en: `is at most ${unitOf(issue.origin, Number(issue.maximum), 'en')}`, ja: `${unitOf(issue.origin, Number(issue.maximum), 'ja')}以下にしてください` }
    case 'invalid_format': return formats[issue.format] ?? notSo
    case 'invalid_value': return { en: `is one of ${issue.values.join(', ')}`, ja: `次のいずれかを指定してください：${issue.values.join('、')}` }
    case 'unrecognized_keys': return { en: 'is not known here', ja: 'この項目は使用できません' }
    default: return notSo
  }
}

const missing: Text = { en: 'is missing', ja: '入力してください' }
const notSo: Text = { en: 'cannot be taken as it is', ja: '形式が正しくありません' }
const types: Readonly<Record<string, Text>> = { string: { en: 'text', ja: '文字列' }, number: { en: 'number', ja: '数値' }, int: { en: 'whole number', ja: '整数' }, boolean: { en: 'yes or no', ja: '「はい」か「いいえ」' }, array: { en: 'list', ja: '一覧' }, object: { en: 'record', ja: '項目の組' } }
const formats: Readonly<Record<string, Text>> = {
  email: { en: 'is no e-mail address', ja: 'メールアドレスの形式で入力してください' }, date: { en: 'is no day such as 2026-11-22', ja: '2026-11-22 のような日付で入力してください' }, datetime: { en: 'is no instant such as 2026-11-22T10:00:00Z', ja: '2026-11-22T10:00:00Z のような日時で入力してください' },
  uuid: { en: 'is no id', ja: 'ID の形式が正しくありません' }, url: { en: 'is no address', ja: 'アドレスの形式で入力してください' },
}
const unitOf = (origin: string, n: number, locale: Locale): string => {
  const many = n.toLocaleString(locale === 'ja' ? 'ja-JP' : 'en-GB')
  if (origin === 'string') return locale === 'ja' ? `${many} 文字` : `${many} characters long`
  if (origin === 'array' || origin === 'set') return locale === 'ja' ? `${many} 件` : `${many} long`
  return many
}

/** What the shapes of `src/wire` say in their own words; the test of this file holds it complete. */
const ja = {
  'changes nothing': '変更する項目がありません', 'ends before it begins': '終了が開始より前になっています', 'has a day both off and worked': '同じ日が休日と営業日の両方に指定されています', 'has hours that overlap': '時間帯が重なっています', 'is 1 or more': '1以上にしてください',
  'is a day such as T-30': 'T-30 のような形式で指定してください', 'is a milestone’s key or a day such as T-30 or T+5': 'マイルストーンのキー、または T-30・T+5 のような日を指定してください', 'is a requirement’s number, such as A5': 'A5 のような要件番号を指定してください', 'is a word that conditions use otherwise': '条件式で使われる語のため使用できません',
  'is empty': '入力してください', 'is exactly one of task, check and signedOff': 'task・check・signedOff のいずれか1つを指定してください', 'is from more to less': '範囲の順序が逆になっています', 'is no SHA-256': 'SHA-256 の形式ではありません', 'is no address such as https://{name}.example.com': 'https://{name}.example.com のようなアドレスで入力してください',
  'is no bare name': 'フォルダーを含まないファイル名を指定してください', 'is no country such as JP, or part of one such as US-CA': 'JP のような国コード、または US-CA のような地域コードで入力してください', 'is no currency that is priced in, such as JPY': 'JPY のような対応通貨を指定してください', 'is no day or time such as 2026-10-01': '2026-10-01 のような日付または日時で入力してください',
  'is no list of countries such as JP,US-CA': 'JP,US-CA のような国コードの一覧で指定してください', 'is no month such as 2026-11': '2026-11 のような年月で入力してください', 'is no name and no address': 'ホスト名または IP アドレスを入力してください', 'is no signed document': '署名付き文書ではありません', 'is no table such as public.orders': 'public.orders のようなテーブル名で指定してください',
  'is no time such as 09:00': '09:00 のような時刻で入力してください', 'is no time such as 22:00': '22:00 のような時刻で入力してください', 'is no time zone such as Asia/Tokyo': 'Asia/Tokyo のようなタイムゾーンで入力してください', 'is no user name: small letters, digits and _': 'ユーザー名は英小文字・数字・_ で入力してください', 'is no whole number': '整数で入力してください',
  'is no word such as move': 'move のような英小文字の語で入力してください', 'is written as one word in camelCase': 'camelCase の1語で入力してください', 'is written in letters, digits, dots, hyphens and underscores': '文字・数字・ドット・ハイフン・アンダースコアで入力してください', 'is written in small letters, digits and hyphens': '英小文字・数字・ハイフンで入力してください',
  'says twice what the same work costs from the same day': '同じ作業・同じ日からの料金が二重に登録されています',
} as const
const ownWords: Readonly<Record<string, Text>> = Object.fromEntries(Object.entries(ja).map(([said, of]) => [said, { en: said, ja: of }]))

/** Fields that people fill in, as the pages call them; any other is called by its name. */
const fields: Readonly<Record<string, Text>> = {
  name: { en: 'Name', ja: '名前' }, email: { en: 'E-mail', ja: 'メールアドレス' }, phone: { en: 'Phone', ja: '電話番号' }, extension: { en: 'Extension', ja: '内線' }, company: { en: 'Company', ja: '会社名' }, duties: { en: 'Duties', ja: '役割' }, note: { en: 'Note', ja: '備考' }, text: { en: 'Text', ja: '本文' }, reason: { en: 'Reason', ja: '理由' },
  country: { en: 'Country', ja: '国' }, zone: { en: 'Time zone', ja: 'タイムゾーン' }, locale: { en: 'Language', ja: '言語' }, t0: { en: 'Day of the move', ja: '移行日' }, from: { en: 'From', ja: '開始' }, to: { en: 'To', ja: '終了' }, until: { en: 'Until', ja: '終了' }, firstOn: { en: 'First day', ja: '開始日' }, lastOn: { en: 'Last day', ja: '終了日' },
  startsAt: { en: 'Start', ja: '開始日時' }, endsAt: { en: 'End', ja: '終了日時' }, startsOn: { en: 'First day', ja: '開始日' }, endsOn: { en: 'Last day', ja: '終了日' }, addressPattern: { en: 'Address', ja: 'アドレス' }, address: { en: 'Address', ja: 'アドレス' }, capacity: { en: 'Capacity', ja: '同時実行数' }, users: { en: 'Users', ja: 'ユーザー数' }, rules: { en: 'Rules', ja: '通信許可' },
  host: { en: 'Host', ja: 'ホスト' }, port: { en: 'Port', ja: 'ポート' }, purpose: { en: 'Purpose', ja: '用途' }, title: { en: 'Title', ja: 'タイトル' }, url: { en: 'Address', ja: 'アドレス' }, answer: { en: 'Answer', ja: '回答' }, rates: { en: 'Rates', ja: '料金表' }, hourlyMinor: { en: 'Rate an hour', ja: '時間単価' }, currency: { en: 'Currency', ja: '通貨' }, csv: { en: 'File', ja: 'ファイル' },
}
const fieldIn = (path: readonly PropertyKey[], locale: Locale): string => path.map(part => (typeof part === 'number' ? (locale === 'ja' ? `${part + 1}行目` : `line ${part + 1}`) : fields[String(part)]?.[locale] ?? String(part))).join(locale === 'ja' ? '・' : ', ')
