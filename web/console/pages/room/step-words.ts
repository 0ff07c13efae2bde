import type { ApplicationStep, End } from '#domain/application.ts'
import type { Text } from '#domain/locale.ts'

/** What is done with an application that goes to another machine. */
export const stepWords: Readonly<Record<ApplicationStep, Text>> = {
  'compare-versions': { en: 'Compare the versions', ja: 'バージョンの照合' }, 'stop-services': { en: 'Stop the services', ja: 'サービスの停止' }, 'back-up': { en: 'Back up', ja: 'バックアップ' }, restore: { en: 'Restore', ja: '復元' },
  'start-services': { en: 'Start the services', ja: 'サービスの起動' }, 'test-services': { en: 'Test the services', ja: 'サービスの確認' }, upgrade: { en: 'Upgrade', ja: 'アップグレード' },
}
export const endWords: Readonly<Record<End, Text>> = { origin: { en: 'Old machine', ja: '旧マシン' }, destination: { en: 'New machine', ja: '新マシン' } }

type Said = { readonly effect: Text; readonly wayBack: Text }
/** What each step does to whom, and how it is undone. */
export const stepSays: Readonly<Record<ApplicationStep, Said>> = {
  'compare-versions': { effect: { en: 'The agents ask both machines for their version, to the last character. Nothing is changed.', ja: 'エージェントが両方のマシンのバージョンを末尾まで照合します。変更は行いません。' }, wayBack: { en: 'It can be done as often as you like.', ja: '何度でも実行できます。' } },
  'stop-services': { effect: { en: 'Nobody can work with {tenant} there until its services are started again.', ja: 'サービスを再び起動するまで、そのマシンの {tenant} は利用できません。' }, wayBack: { en: 'They can be started again, as long as the other machine has not taken over.', ja: 'もう一方のマシンに切り替わるまでは、再び起動できます。' } },
  'back-up': { effect: { en: 'The agent backs up data folder and settings, reads the back-up back and compares it.', ja: 'エージェントがデータフォルダーと設定をバックアップし、読み戻して照合します。' }, wayBack: { en: 'It can be taken anew.', ja: '取り直すことができます。' } },
  restore: { effect: { en: 'What is in the folders on the new machine is replaced by the back-up.', ja: '新マシンのフォルダーの内容を、バックアップの内容で置き換えます。' }, wayBack: { en: 'What was there before is gone. The back-up can be restored again.', ja: '置き換え前の内容には戻せません。バックアップは再度復元できます。' } },
  'start-services': { effect: { en: 'People work with {tenant} on that machine from then on. The other machine stays stopped.', ja: '以後、{tenant} はそのマシンで稼働します。もう一方のマシンは停止したままです。' }, wayBack: { en: 'They can be stopped again.', ja: '再び停止できます。' } },
  'test-services': { effect: { en: 'The tests that come with the application are run there.', ja: 'アプリケーション付属のテストをそのマシンで実行します。' }, wayBack: { en: 'It can be done as often as you like.', ja: '何度でも実行できます。' } },
  upgrade: { effect: { en: 'The application {tenant} is upgraded on the new machine.', ja: '新マシンのアプリケーション {tenant} をアップグレードします。' }, wayBack: { en: 'Only by a back-up of the new machine.', ja: '戻すには新マシンのバックアップが必要です。' } },
}
