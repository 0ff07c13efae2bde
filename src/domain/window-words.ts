import { codeText } from './code-words.ts'
import { dayIn, spanIn, timeIn } from './letters/times.ts'
import type { Locale } from './locale.ts'
import type { Day, Interval, Zone } from './time.ts'
import type { Obstacle, Scope, TooShort } from './windows.ts'

/** How a reason is said: in the reader's language, with times in the reader's zone. `home`: what a home is called. */
export type Saying = { readonly locale: Locale; readonly zone: Zone; home(id: Exclude<Scope, 'vendor'>): string }

/** A reason why a time cannot be a window, as a sentence. */
export const reasonIn = (reason: Obstacle | TooShort, saying: Saying): string => (saying.locale === 'ja' ? inJapanese(reason, saying) : inEnglish(reason, saying))

const inEnglish = (one: Obstacle | TooShort, { locale, zone, home }: Saying): string => {
  const span = 'to' in one && one.from !== null ? spanIn(locale, zone, { from: one.from, to: one.to }) : ''
  switch (one.reason) {
    case 'past': return `It is in the past: nothing can begin before ${timeIn(locale, zone, one.to)}.`
    case 'overlaps': return `This tenant has another window then: ${span}.`
    case 'no-capacity-at-once': return `${one.of === 'vendor' ? 'At most' : `${home(one.of)}: at most`} ${counted(one.atOnce)} can be cut over at the same time, and that many are: ${span}.`
    case 'no-capacity-that-night': return `${one.of === 'vendor' ? 'The' : `${home(one.of)}: the`} night of ${dayIn(locale, one.night)} is full: at most ${counted(one.perNight)}, and that many are confirmed.`
    case 'blackout': return `${one.of === 'vendor' ? 'Nothing' : `${home(one.of)}: nothing`} is cut over then (${one.name.en}): ${span}.`
    case 'no-go': return `You want nothing touched ${one.first === one.last ? `on ${dayIn(locale, one.first)}` : `from ${dayIn(locale, one.first)} to ${dayIn(locale, one.last)}`}${one.note === '' ? '' : ` (${one.note})`}.`
    case 'too-short': return `It is ${lengthIn(locale, Math.max(0, one.hasMs))} long; the work may need ${lengthIn(locale, one.needsMs)}.`
  }
}

const counted = (moves: number): string => (moves === 1 ? 'one move' : `${moves} moves`)

const inJapanese = (one: Obstacle | TooShort, { locale, zone, home }: Saying): string => {
  const span = 'to' in one && one.from !== null ? spanIn(locale, zone, { from: one.from, to: one.to }) : ''
  switch (one.reason) {
    case 'past': return `過去の日時は指定できません。${timeIn(locale, zone, one.to)}以降をお選びください。`
    case 'overlaps': return `同じテナントの別の作業日時（${span}）と重なっています。`
    case 'no-capacity-at-once': return `${one.of === 'vendor' ? '' : `${home(one.of)}：`}同時に切り替えできるのは${one.atOnce}件までで、${span}は上限に達しています。`
    case 'no-capacity-that-night': return `${one.of === 'vendor' ? '' : `${home(one.of)}：`}${dayIn(locale, one.night)}の夜間は、上限の${one.perNight}件に達しています。`
    case 'blackout': return `${one.of === 'vendor' ? '' : `${home(one.of)}：`}${span}は作業を行いません（${one.name.ja}）。`
    case 'no-go': return `${one.first === one.last ? dayIn(locale, one.first) : `${dayIn(locale, one.first)}から${dayIn(locale, one.last)}まで`}は、ご都合の悪い日として登録されています${one.note === '' ? '' : `（${one.note}）`}。`
    case 'too-short': return `所要時間に対して短すぎます。指定は${lengthIn(locale, Math.max(0, one.hasMs))}、必要な時間は最大${lengthIn(locale, one.needsMs)}です。`
  }
}

/** `3 hours 30 minutes`, rounded up to the minute. */
export const lengthIn = (locale: Locale, ms: number): string => {
  const minutes = Math.ceil(ms / 60_000)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (locale === 'ja') return [...(hours > 0 ? [`${hours}時間`] : []), ...(rest > 0 || hours === 0 ? [`${rest}分`] : [])].join('')
  const unit = (n: number, name: string): string => `${n} ${name}${n === 1 ? '' : 's'}`
  return [...(hours > 0 ? [unit(hours, 'hour')] : []), ...(rest > 0 || hours === 0 ? [unit(rest, 'minute')] : [])].join(' ')
}

/** What could be instead, as a sentence. */
export const insteadIn = ({ locale, zone }: Saying, free: Interval): string => (locale === 'ja' ? `${spanIn(locale, zone, free)}は空いています。` : `${spanIn(locale, zone, free)} is free.`)

/** Why an environment may not start on that day, as a sentence. */
export const environmentIn = (locale: Locale, why: { readonly waitsFor?: readonly string[]; readonly after?: string; readonly freeFrom?: Day }): string => {
  const day = why.freeFrom === undefined ? '' : dayIn(locale, why.freeFrom)
  if (why.waitsFor !== undefined) return locale === 'ja' ? `先に移行する環境（${why.waitsFor.map(called).join('、')}）の検収が完了していません。` : `What comes before it is not signed off yet: ${why.waitsFor.join(', ')}.`
  return locale === 'ja' ? `${called(why.after ?? '')}のテスト期間が終わる${day}以降にお選びください。` : `The testing time of ${why.after ?? ''} is not over: choose ${day} or later.`
}

const called = (environment: string): string => codeText(environment)?.ja ?? environment
