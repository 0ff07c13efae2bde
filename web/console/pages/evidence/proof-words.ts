/** What is done while nobody writes, as the mover names it. */
export const stepWords: Readonly<Record<string, { readonly en: string; readonly ja: string }>> = {
  fence: { en: 'stop the writers', ja: '書き込みの停止' }, drain: { en: 'drain', ja: '残りの反映' }, last: { en: 'last change', ja: '最終変更の確認' }, picture: { en: 'picture', ja: 'スナップショットの取得' }, remainder: { en: 'what no stream carries', ja: 'ストリーム対象外の転送' }, schema: { en: 'schema', ja: 'スキーマの確認' },
  'verify changed': { en: 'verify what changed', ja: '変更行の検証' }, 'verify whole': { en: 'verify whole tables', ja: '全体の検証' }, 'way back': { en: 'way back', ja: '切り戻しの準備' }, evidence: { en: 'evidence', ja: '証跡' }, journal: { en: 'journal', ja: '記録' }, switch: { en: 'switch', ja: '切り替え' },
}

export const words = {
  what: { en: 'the evidence', ja: '証跡' }, title: { en: 'Evidence', ja: '証跡' }, titleOf: { en: 'Evidence: {tenant}', ja: '証跡: {tenant}' }, all: { en: 'All evidence', ja: '証跡の一覧' }, download: { en: 'Download', ja: 'ダウンロード' }, print: { en: 'Print', ja: '印刷' },
  check: { en: 'Signature', ja: '署名' }, checkLead: { en: 'checked in this page, from the file itself', ja: 'ファイルそのものをこのページ内で検証' }, when: { en: 'When', ja: '日時' }, began: { en: 'The move began', ja: '移行の開始' }, verified: { en: 'Every row verified', ja: '全行の検証' }, frozen: { en: 'Freeze proved the rest', ja: '停止中の検証' },
  proven: { en: 'Proof finished', ja: '証明の完了' }, freeze: { en: 'Nobody could write for', ja: '書き込み停止時間' }, freezeOf: { en: '{ms}, limit {limit}', ja: '{ms}（上限 {limit}）' }, steps: { en: 'Steps of the freeze', ja: '停止中の工程' }, anchors: { en: 'Copied from', ja: 'コピーの起点' },
  homes: { en: 'Homes and versions', ja: '環境とバージョン' }, source: { en: 'From', ja: '移行元' }, target: { en: 'To', ja: '移行先' }, tool: { en: 'Made by', ja: '作成' }, schema: { en: 'Schema', ja: 'スキーマ' }, id: { en: 'Move', ja: '移行 ID' },
  approvals: { en: 'Approvals', ja: '承認' }, who: { en: 'Who', ja: '承認者' }, approved: { en: 'What', ja: '対象' }, at: { en: 'When', ja: '日時' }, tables: { en: 'Tables', ja: 'テーブル' }, tablesLead: { en: '{tables} tables, {rows} rows, {bytes}', ja: 'テーブル {tables} 件、{rows} 行、{bytes}' },
  table: { en: 'Table', ja: 'テーブル' }, rows: { en: 'Rows', ja: '行数' }, bytes: { en: 'Data', ja: 'データ量' }, chunks: { en: 'Chunks', ja: 'チャンク' }, provedAt: { en: 'How it was proven', ja: '検証方法' }, root: { en: 'Root', ja: 'ルート' },
  rest: { en: 'Everything else that was proven', ja: 'その他の検証' }, rootOver: { en: 'Root over all tables', ja: '全テーブルのルート' }, changed: { en: 'Changed since the verification', ja: '検証後の変更' }, changedOf: { en: 'Keys: {keys}, rows: {rows}, read again on both sides', ja: 'キー {keys} 件・{rows} 行を両側で再照合' },
  sequences: { en: 'Sequences', ja: 'シーケンス' }, objects: { en: 'Large objects', ja: 'ラージオブジェクト' }, configuration: { en: 'Configuration', ja: '設定' },
} as const
