import type { JobName } from './job.ts'

/** What a job does, for those who read Japanese. */
export const jobsJa: Readonly<Record<JobName, string>> = {
  'reminder': 'リマインダー', 'escalation': 'エスカレーション', 'window-opens': '作業時間の開始', 'measure': '測定', 'order-data-move': 'データ移行の指示', 'letter': 'メール', 'digest': 'まとめメール', 'reconcile': '台帳の照合', 'invoice': '請求',
  'retire-home': '旧環境の廃止', 'react': '変更に伴う処理', 'plan-waves': 'ウェーブの計画', 'ask-address': '旧アドレスの確認',
}
