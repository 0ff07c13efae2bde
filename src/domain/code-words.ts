import type { Text } from './locale.ts'
import { dutyWords, partyWords, postWords } from './owner-words.ts'
import type { Party } from './parties.ts'

const moveStages = {
  planned: { en: 'planned', ja: '計画中' }, ordered: { en: 'ordered', ja: '指示済み' }, copying: { en: 'copying', ja: 'コピー中' }, following: { en: 'following', ja: '追従中' }, frozen: { en: 'frozen', ja: '書き込み停止中' }, verified: { en: 'verified', ja: '検証済み' },
  'in-doubt': { en: 'in doubt', ja: '要確認' }, switched: { en: 'switched', ja: '切り替え済み' }, settled: { en: 'settled', ja: '完了' }, cancelled: { en: 'cancelled', ja: '中止' },
} as const
const states = {
  waiting: { en: 'waiting', ja: '待機中' }, claimed: { en: 'taken up', ja: '実行中' }, running: { en: 'running', ja: '実行中' }, done: { en: 'done', ja: '完了' }, failed: { en: 'failed', ja: '失敗' }, withdrawn: { en: 'withdrawn', ja: '取り下げ済み' }, waived: { en: 'not needed', ja: '対応不要' },
  draft: { en: 'a draft', ja: '下書き' }, sent: { en: 'sent', ja: '送付済み' }, accepted: { en: 'accepted', ja: '承諾済み' }, open: { en: 'open', ja: '未完了' }, nothing: { en: 'not recorded yet', ja: '未記録' }, recorded: { en: 'recorded', ja: '記録済み' },
  'under-way': { en: 'under way', ja: '移行中' }, stopped: { en: 'stopped', ja: '停止中' }, 'carried-out': { en: 'carried out', ja: '実施済み' }, undone: { en: 'undone', ja: '取り消し済み' }, none: { en: 'none', ja: 'なし' }, infeasible: { en: 'the rules cannot all be kept', ja: '条件をすべて満たす案がありません' },
} as const
const verbs = {
  approve: { en: 'approve', ja: '承認' }, pause: { en: 'pause', ja: '一時停止' }, resume: { en: 'resume', ja: '再開' }, throttle: { en: 'throttle', ja: '速度の調整' }, abort: { en: 'abort', ja: '中止' }, 'turn-back': { en: 'turn back', ja: '切り戻し' }, settle: { en: 'settle', ja: '完了' }, found: { en: 'say what was found', ja: '確認結果の記録' },
  offer: { en: 'offer', ja: '引き渡し' }, reveal: { en: 'reveal', ja: '表示' }, expire: { en: 'expire', ja: '期限切れ' }, replace: { en: 'make anew', ja: '再作成' }, record: { en: 'record', ja: '記録' }, undo: { en: 'undo', ja: '取り消し' }, move: { en: 'move', ja: '移行' }, rehearsal: { en: 'rehearsal', ja: 'リハーサル' },
  freeze: { en: 'freeze', ja: '書き込み停止' }, thaw: { en: 'thaw', ja: '書き込み再開' }, probe: { en: 'say how it is', ja: '状態の確認' }, maintain: { en: 'change its maintenance', ja: 'メンテナンスの切り替え' }, install: { en: 'install', ja: 'インストール' }, activate: { en: 'activate', ja: '有効化' }, deactivate: { en: 'deactivate', ja: '無効化' }, redirect: { en: 'redirect', ja: '転送の設定' }, connect: { en: 'connect', ja: '接続' },
  preflight: { en: 'preflight', ja: '事前確認' }, measure: { en: 'measure', ja: '測定' }, credential: { en: 'credential', ja: 'データベースユーザーの作成' }, files: { en: 'files', ja: 'ファイルのアーカイブ' }, application: { en: 'application', ja: 'アプリケーションの作業' },
  'compare-versions': { en: 'compare the versions', ja: 'バージョンの比較' }, 'stop-services': { en: 'stop the services', ja: 'サービスの停止' }, 'back-up': { en: 'back up', ja: 'バックアップ' }, restore: { en: 'restore', ja: '復元' }, 'start-services': { en: 'start the services', ja: 'サービスの開始' }, 'test-services': { en: 'test the services', ja: 'サービスの確認' }, upgrade: { en: 'upgrade', ja: 'アップグレード' },
} as const
const things = {
  shared: { en: 'shared', ja: '共有環境' }, dedicated: { en: 'dedicated', ja: '専用環境' }, 'self-hosted': { en: 'self-hosted', ja: '自社サーバー' }, 'licence-host': { en: 'licence host', ja: 'ライセンスサーバー' }, 'application-server': { en: 'application server', ja: 'アプリケーションサーバー' },
  origin: { en: 'origin', ja: '移行元' }, destination: { en: 'destination', ja: '移行先' }, source: { en: 'source', ja: '移行元' }, target: { en: 'target', ja: '移行先' }, 'non-prod': { en: 'non-prod', ja: '開発・検証環境' }, 'pre-prod': { en: 'pre-prod', ja: '本番前環境' }, prod: { en: 'prod', ja: '本番環境' },
  answered: { en: 'answered', ja: '回答' }, measured: { en: 'measured', ja: '計測' }, imported: { en: 'imported', ja: '取り込み' }, sizes: { en: 'sizes', ja: 'データ量' }, throughput: { en: 'throughput', ja: '転送速度' }, go: { en: 'go', ja: '実施' }, 'no-go': { en: 'no-go', ja: '見送り' },
  tax: { en: 'tax', ja: '税' }, licences: { en: 'licences', ja: 'ライセンス' }, support: { en: 'support', ja: 'サポート' }, 'plan-change': { en: 'plan change', ja: 'プラン変更' }, correction: { en: 'correction', ja: '訂正' }, letter: { en: 'letter', ja: 'メール' }, sender: { en: 'sender', ja: '差出人' }, recipient: { en: 'recipient', ja: '宛先' },
  'quote-accepted': { en: 'quote accepted', ja: '見積書の承諾' }, 'order-received': { en: 'order received', ja: '注文書の受領' }, 'billing-contact-known': { en: 'billing contact known', ja: '請求先担当者の登録' }, 'no-hole-between-subscription-and-licence': { en: 'no hole between subscription and licence', ja: '契約とライセンスの間の空白なし' }, 'licence-invoice-details-known': { en: 'licence invoice details known', ja: 'ライセンス請求情報の登録' },
  'several tables': { en: 'several tables', ja: '複数のテーブル' }, 'the database': { en: 'the database', ja: 'データベース' }, 'the write-ahead log it must keep (bytes)': { en: 'the write-ahead log it must keep (bytes)', ja: '保持が必要な変更ログの量（バイト）' }, 'the age of the picture held open (ms)': { en: 'the age of the picture held open (ms)', ja: '開いたままのスナップショットの経過時間（ミリ秒）' }, 'the time others wait for our locks (ms)': { en: 'the time others wait for our locks (ms)', ja: 'ほかの処理がロックを待つ時間（ミリ秒）' },
  hole: { en: 'there are days for which nothing is paid', ja: '契約のない日が生じます' }, 'overlap-too-short': { en: 'the time in which both may be used is too short for the move', ja: '両方を利用できる期間が移行に足りません' }, 'licence-ends-first': { en: 'the licence ends before the subscription', ja: 'ライセンスが契約より先に終了します' },
} as const
const people = {
  ...partyWords, ...dutyWords, admin: { en: 'administrator', ja: '管理者' }, auditor: { en: 'auditor', ja: '監査担当' }, agent: { en: 'agent', ja: 'エージェント' }, system: { en: 'Rehome itself', ja: 'Rehome' },
  'migration-lead': postWords['migration-lead'], 'project-manager': postWords['project-manager'], engineer: postWords.engineer, 'customer-success': postWords['customer-success'], finance: postWords.finance,
} as const

/** What the program calls something, as people say it. */
export const codeWords: Readonly<Record<string, Text>> = { ...moveStages, ...states, ...verbs, ...things, ...people, support: postWords.support }

/** A code as people say it, also an owner’s name in a playbook (`customer/it`); undefined: it is no code. */
export const codeText = (code: string): Text | undefined => {
  if (Object.hasOwn(codeWords, code)) return codeWords[code]
  const [party = '', part = '', more] = code.split('/')
  if (more !== undefined || !Object.hasOwn(partyWords, party)) return undefined
  const text = codeWords[part]
  return text === undefined ? undefined : { en: `${partyWords[party as Party].en}, ${text.en}`, ja: `${partyWords[party as Party].ja}・${text.ja}` }
}
