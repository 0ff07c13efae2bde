import type { Day, Instant, Interval } from '../time.ts'
import { act, facts, links, says, type Templates } from './body.ts'

type TaskFacts = { readonly tenant: string; readonly task: string; readonly due: Day; readonly link: string }

/** Letters about a plan and its tasks. `reason`: why the task applies to this reader, in their language. */
export type PlanEvents = {
  /** `tasks`: how many are the reader's. */
  'plan-ready': { readonly tenant: string; readonly tasks: number; readonly window: Interval | null; readonly link: string }
  'task-assigned': TaskFacts & { readonly reason: string | null }
  'task-reminder': TaskFacts & { readonly daysLeft: number }
  'task-overdue': TaskFacts & { readonly daysLate: number }
  'escalation': TaskFacts & { readonly owner: string; readonly level: number; readonly daysLate: number }
  /** Everything that could not be sent while mail was down, in one letter. */
  'digest': { readonly since: Instant; readonly news: readonly { readonly label: string; readonly url: string }[] }
}

const days = (n: number): string => (n === 1 ? 'one day' : `${n} days`)

export const planLetters: Templates<PlanEvents> = {
  'plan-ready': {
    en: ({ tenant, tasks, window, link }, { span }) => ({
      subject: `${tenant}: your plan is ready`,
      blocks: [
        says(`The plan for the move of ${tenant} is ready. It was made for you: each task says why it applies, whose it is and when it is due.`),
        facts(['Your tasks', tasks === 0 ? 'none' : String(tasks)], window === null ? null : ['Planned window', span(window)]),
        act('See the plan', link),
      ],
    }),
    ja: ({ tenant, tasks, window, link }, { span }) => ({
      subject: `【${tenant}】移行計画のご用意ができました`,
      blocks: [
        says(`${tenant}の移行計画が完成いたしましたので、お知らせいたします。お客様の環境に合わせて作成しており、各作業の理由、担当、期限をご確認いただけます。`),
        facts(['ご担当の作業', tasks === 0 ? 'なし' : `${tasks}件`], window === null ? null : ['移行予定日時', span(window)]),
        act('移行計画を見る', link),
      ],
    }),
  },
  'task-assigned': {
    en: ({ tenant, task, due, reason, link }, { day }) => ({
      subject: `${tenant}: a task for you, due ${day(due)}`,
      blocks: [
        says(`For the move of ${tenant} we ask you to do the following:`),
        facts(['Task', task], ['Due', day(due)], reason === null ? null : ['Why', reason]),
        act('Open the task', link),
      ],
    }),
    ja: ({ tenant, task, due, reason, link }, { day }) => ({
      subject: `【${tenant}】作業のお願い（期限：${day(due)}）`,
      blocks: [
        says(`${tenant}の移行にあたりまして、次の作業をお願いいたします。`),
        facts(['作業', task], ['期限', day(due)], reason === null ? null : ['理由', reason]),
        act('作業の詳細を見る', link),
      ],
    }),
  },
  'task-reminder': {
    en: ({ tenant, task, due, daysLeft, link }, { day }) => ({
      subject: `${tenant}: reminder, due ${daysLeft === 0 ? 'today' : `in ${days(daysLeft)}`}`,
      blocks: [
        says(`This is a friendly reminder of a task for the move of ${tenant}. If it is done already, please mark it as done; if something is in the way, tell us now.`),
        facts(['Task', task], ['Due', day(due)]),
        act('Open the task', link),
      ],
    }),
    ja: ({ tenant, task, due, daysLeft, link }, { day }) => ({
      subject: `【${tenant}】作業期限のお知らせ（${daysLeft === 0 ? '本日まで' : `残り${daysLeft}日`}）`,
      blocks: [
        says(`${tenant}の移行に関する作業の期限が近づいておりますので、お知らせいたします。すでにお済みの場合は、完了のご登録をお願いいたします。お困りの点がございましたら、お早めにご相談ください。`),
        facts(['作業', task], ['期限', day(due)]),
        act('作業の詳細を見る', link),
      ],
    }),
  },
  'task-overdue': {
    en: ({ tenant, task, due, daysLate, link }, { day }) => ({
      subject: `${tenant}: a task is ${days(daysLate)} late`,
      blocks: [
        says(`A task for the move of ${tenant} was due and is still open. The date of the move may depend on it. Please do it, or tell us what is in the way.`),
        facts(['Task', task], ['Was due', day(due)]),
        act('Open the task', link),
      ],
    }),
    ja: ({ tenant, task, due, daysLate, link }, { day }) => ({
      subject: `【${tenant}】作業の期限が${daysLate}日過ぎております`,
      blocks: [
        says(`${tenant}の移行に関する次の作業が、期限を過ぎても完了しておりません。移行日に影響する可能性がございますので、ご対応いただくか、お困りの点をお知らせくださいますようお願いいたします。`),
        facts(['作業', task], ['期限', day(due)]),
        act('作業の詳細を見る', link),
      ],
    }),
  },
  'escalation': {
    en: ({ tenant, task, owner, level, due, daysLate, link }, { day }) => ({
      subject: `${tenant}: escalation, level ${level}: ${task}`,
      blocks: [
        says(`A task for the move of ${tenant} is ${days(daysLate)} late. You are named for level ${level} of the escalation path. Please help to get it done, or decide what is to happen with the date.`),
        facts(['Task', task], ['With', owner], ['Was due', day(due)]),
        act('Open the task', link),
      ],
    }),
    ja: ({ tenant, task, owner, level, due, daysLate, link }, { day }) => ({
      subject: `【${tenant}】エスカレーション（レベル${level}）：${task}`,
      blocks: [
        says(`${tenant}の移行に関する次の作業が、期限を${daysLate}日過ぎております。エスカレーション先（レベル${level}）としてご連絡申し上げます。完了に向けたご支援、または日程についてのご判断をお願いいたします。`),
        facts(['作業', task], ['担当', owner], ['期限', day(due)]),
        act('作業の詳細を見る', link),
      ],
    }),
  },
  'digest': {
    en: ({ since, news }, { at }) => ({
      subject: `What happened since ${at(since)}`,
      blocks: [says(`Our letters could not be sent for a while. Here is everything that concerns you since ${at(since)}, in one letter:`), links(news)],
    }),
    ja: ({ since, news }, { at }) => ({
      subject: `${at(since)}以降のお知らせ`,
      blocks: [says(`メールをお送りできない期間がございましたため、${at(since)}以降のお知らせをまとめてお送りいたします。ご不便をおかけし、申し訳ございません。`), links(news)],
    }),
  },
}
