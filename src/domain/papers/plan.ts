import { dayIn, spanIn } from '../letters/times.ts'
import type { Locale } from '../locale.ts'
import type { Paper, PaperBlock } from '../paper.ts'
import type { Day, Instant, Interval, Zone } from '../time.ts'

/** A plan's facts, ready to be shown in one language. */
export type PlanSheet = {
  readonly tenant: string
  readonly vendor: string
  readonly customer: string
  /** The playbook it was made from, with its version. */
  readonly playbook: string
  readonly window: Interval | null
  /** The window's. */
  readonly zone: Zone
  readonly madeOn: Day
  readonly milestones: readonly { readonly name: string; readonly day: Day; readonly tasks: readonly PlanSheetTask[] }[]
  readonly turnTo: readonly string[]
  readonly createdAt: Instant
}

/** `reason`: why it applies. `done`: already. */
export type PlanSheetTask = { readonly task: string; readonly owner: string; readonly due: Day; readonly reason: string; readonly done: boolean }

/** The plan as a document: the tasks of each milestone with who, when and why. */
export const planPaper = (sheet: PlanSheet, locale: Locale): Paper => {
  const say = words[locale]
  const columns = [{ title: say.task, share: 36, align: 'start' }, { title: say.owner, share: 18, align: 'start' }, { title: say.due, share: 16, align: 'start' }, { title: say.reason, share: 30, align: 'start' }] as const
  const milestones = sheet.milestones.flatMap(({ name, day, tasks }): PaperBlock[] => [
    { kind: 'heading', text: `${name} · ${dayIn(locale, day)}` },
    tasks.length === 0 ? { kind: 'aside', text: say.nothing } : { kind: 'table', columns, rows: tasks.map(({ task, owner, due, reason, done }) => [`${done ? '✓ ' : ''}${task}`, owner, due, reason]) },
  ])
  return {
    locale, title: say.title(sheet.tenant), marks: [`${say.madeOn} ${dayIn(locale, sheet.madeOn)}`, sheet.playbook], author: sheet.vendor, foot: `${sheet.vendor} · ${say.title(sheet.tenant)}`, createdAt: sheet.createdAt,
    blocks: [
      { kind: 'facts', rows: [[say.customer, sheet.customer], [say.window, sheet.window === null ? say.open : spanIn(locale, sheet.zone, sheet.window)]] },
      ...milestones,
      { kind: 'heading', text: say.turnTo },
      { kind: 'list', items: sheet.turnTo },
    ],
  }
}

const words = {
  en: { title: (tenant: string) => `Plan for the move of ${tenant}`, madeOn: 'As of', customer: 'Customer', window: 'Window', open: 'not yet agreed', task: 'Task', owner: 'Who', due: 'Due', reason: 'Why', nothing: 'No tasks.', turnTo: 'People to turn to' },
  ja: { title: (tenant: string) => `${tenant} 移行計画書`, madeOn: '作成日', customer: 'お客様', window: '移行予定日時', open: '調整中', task: '作業', owner: '担当', due: '期限', reason: '理由', nothing: '作業はありません。', turnTo: 'お問い合わせ先' },
} as const
