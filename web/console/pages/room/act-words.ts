import type { Text } from '#domain/locale.ts'
import type { WishVerb } from '#domain/wish.ts'

type Confirmed = { readonly title: Text; readonly effect: Text; readonly wayBack: Text; readonly act: Text }

/** What each act does to whom, and how it is undone. */
export const confirmWords: Readonly<Record<WishVerb | 'order' | 'look' | 'turn-again', Confirmed>> = {
  look: {
    title: { en: 'Check first', ja: '事前確認' }, act: { en: 'Check', ja: '確認する' },
    effect: { en: 'An agent looks at both homes for what stands in the way. Nothing is changed.', ja: 'エージェントが移行元と移行先を調べ、支障がないか確認します。変更は行いません。' }, wayBack: { en: 'It can be done as often as you like.', ja: '何度でも実行できます。' },
  },
  order: {
    title: { en: 'Order the move', ja: '移行を指示' }, act: { en: 'Order', ja: '指示する' },
    effect: { en: 'An agent copies the data to the new home and follows every change. The tenant’s people go on working; nothing is switched before you approve.', ja: 'エージェントが移行先へデータをコピーし、変更に追従します。利用者はそのまま作業を続けられます。承認するまで切り替えは行いません。' },
    wayBack: { en: 'It can be aborted at any time before the switch; the old home serves on.', ja: '切り替え前であればいつでも中止でき、移行元での稼働が続きます。' },
  },
  approve: {
    title: { en: 'Approve the cutover', ja: '切り替えを承認' }, act: { en: 'Approve', ja: '承認する' },
    effect: { en: 'As soon as the forecast fits the limit, nobody can write to {tenant} for a moment, every row is proven, and the new home serves.', ja: '予測時間が上限内になり次第、{tenant} への書き込みを短時間停止し、全行を検証したうえで移行先へ切り替えます。' },
    wayBack: { en: 'Before the switch: abort. After it: turn back, with every write made in the new home.', ja: '切り替え前は中止、切り替え後は移行先での書き込みを含めて切り戻しができます。' },
  },
  pause: {
    title: { en: 'Pause', ja: '一時停止' }, act: { en: 'Pause', ja: '一時停止する' }, effect: { en: 'The move rests. The old home goes on recording changes for it, which takes room on its disk.', ja: '移行を休止します。移行元は変更の記録を続けるため、ディスク容量を消費します。' }, wayBack: { en: 'Resume whenever you like.', ja: 'いつでも再開できます。' },
  },
  resume: {
    title: { en: 'Resume', ja: '再開' }, act: { en: 'Resume', ja: '再開する' }, effect: { en: 'The move goes on where it rested.', ja: '休止したところから移行を続けます。' }, wayBack: { en: 'It can be paused again.', ja: '再度、一時停止できます。' },
  },
  throttle: {
    title: { en: 'Throttle', ja: '速度を調整' }, act: { en: 'Change', ja: '変更する' }, effect: { en: 'The move works harder or more gently from now on.', ja: '以後の移行の処理速度を変更します。' }, wayBack: { en: 'Change it again whenever you like.', ja: 'いつでも変更できます。' },
  },
  abort: {
    title: { en: 'Abort the move', ja: '移行を中止' }, act: { en: 'Abort', ja: '中止する' },
    effect: { en: 'The move of {tenant} ends. The old home is let go and serves on; what was copied to the new home is worthless from then on.', ja: '{tenant} の移行を終了します。移行元での稼働が続き、移行先にコピーしたデータは使えなくなります。' },
    wayBack: { en: 'It cannot be taken up again: a new move has to be planned.', ja: '再開はできません。新しい移行を計画する必要があります。' },
  },
  'turn-back': {
    title: { en: 'Turn back', ja: '切り戻す' }, act: { en: 'Turn back', ja: '切り戻す' },
    effect: { en: 'Nobody can write to {tenant} for a moment, every row is proven, and the old home serves again, with every write made in the new one.', ja: '{tenant} への書き込みを短時間停止し、全行を検証したうえで、移行先での書き込みを含めて移行元へ戻します。' },
    wayBack: { en: 'Afterwards it can be turned again, or settled.', ja: 'その後、再度切り替えるか、完了することができます。' },
  },
  'turn-again': {
    title: { en: 'Turn to the new home again', ja: '移行先へ再度切り替える' }, act: { en: 'Turn', ja: '切り替える' },
    effect: { en: 'Nobody can write to {tenant} for a moment, every row is proven, and the new home serves again.', ja: '{tenant} への書き込みを短時間停止し、全行を検証したうえで、移行先へ再度切り替えます。' }, wayBack: { en: 'Afterwards it can be turned back, or settled.', ja: 'その後、切り戻すか、完了することができます。' },
  },
  settle: {
    title: { en: 'Settle the move', ja: '移行を完了' }, act: { en: 'Settle', ja: '完了する' },
    effect: { en: 'The way back is closed, and what the move made to follow changes is removed from both homes.', ja: '切り戻しができなくなり、変更に追従するために作成したものを両方の環境から削除します。' }, wayBack: { en: 'It cannot be undone.', ja: '元に戻すことはできません。' },
  },
  found: {
    title: { en: 'Say what was found', ja: '確認結果を記録' }, act: { en: 'Keep the finding', ja: '記録する' },
    effect: { en: 'Control asked for the switch and its answer was lost. Look which home serves; the agent compares what you say with both stores before it does anything.', ja: '切り替えの指示に対する応答が失われました。どちらの環境で稼働しているかご確認ください。エージェントは両方のデータベースと照合してから動作します。' },
    wayBack: { en: 'A finding that the stores contradict changes nothing.', ja: '記録がデータベースの状態と異なる場合、何も変更されません。' },
  },
}
