import type { Day, Interval } from '../time.ts'
import { act, facts, list, quote, says, type Templates } from './body.ts'

/** Letters that ask what a move must know, and about the calls in which it is talked over. */
export type CallEvents = {
  /** `title`: what kind of call it is. `questionnaire`: where to answer beforehand; null: nothing is asked. */
  'call-invitation': { readonly tenant: string; readonly title: string; readonly when: Interval; readonly place: string | null; readonly agenda: readonly string[]; readonly questionnaire: string | null; readonly link: string }
  'call-moved': { readonly tenant: string; readonly title: string; readonly was: Interval; readonly when: Interval; readonly place: string | null; readonly reason: string | null; readonly link: string }
  'call-cancelled': { readonly tenant: string; readonly title: string; readonly when: Interval; readonly reason: string | null; readonly link: string }
  'questionnaire': { readonly tenant: string; readonly questions: number; readonly due: Day; readonly link: string }
  'question-answered': { readonly question: string; readonly answer: string; readonly link: string }
}

const split = (text: string): readonly string[] => text.split(/\r\n|\r|\n/).filter(line => line.trim() !== '')

export const callLetters: Templates<CallEvents> = {
  'call-invitation': {
    en: ({ tenant, title, when, place, agenda, questionnaire, link }, { span }) => ({
      subject: `${tenant}: invitation: ${title}`,
      blocks: [
        says(`We would like to talk with you about the move of ${tenant}. The invitation for your calendar is attached; you are welcome to forward it to everybody who should take part, such as your IT and your developers.`),
        facts(['Call', title], ['When', span(when)], place === null ? null : ['Where', place]),
        ...(agenda.length === 0 ? [] : [says('What we would like to talk about:'), list(agenda)]),
        ...(questionnaire === null ? [act('Say whether you can come', link)] : [says('A few questions beforehand save time in the call. You may pass the questionnaire on to whoever knows the answers.'), act('Open the questionnaire', questionnaire)]),
      ],
    }),
    ja: ({ tenant, title, when, place, agenda, questionnaire, link }, { span }) => ({
      subject: `【${tenant}】${title}のご案内`,
      blocks: [
        says(`${tenant}の移行につきまして、お打ち合わせのお時間を頂戴したく、ご案内申し上げます。カレンダー用の招待状を添付しておりますので、IT部門や開発ご担当者様など、ご参加いただく皆様へご転送ください。`),
        facts(['件名', title], ['日時', span(when)], place === null ? null : ['場所', place]),
        ...(agenda.length === 0 ? [] : [says('当日は、次の内容についてお話しさせていただきます。'), list(agenda)]),
        ...(questionnaire === null ? [act('出欠を回答する', link)] : [says('事前に質問票へご回答いただけますと、当日の進行が円滑になります。内容に詳しいご担当者様にご回答いただいても差し支えございません。'), act('質問票を開く', questionnaire)]),
      ],
    }),
  },
  'call-moved': {
    en: ({ tenant, title, was, when, place, reason, link }, { span }) => ({
      subject: `${tenant}: ${title} has another time`,
      blocks: [says(`The call about the move of ${tenant} takes place at another time. The attached invitation replaces the one in your calendar; please say again whether you can come.`), facts(['Call', title], ['Now', span(when)], ['Before', span(was)], place === null ? null : ['Where', place]), ...quote('The reason:', reason), act('Say whether you can come', link)],
    }),
    ja: ({ tenant, title, was, when, place, reason, link }, { span }) => ({
      subject: `【${tenant}】${title}の日時変更のお知らせ`,
      blocks: [says(`${tenant}の移行に関するお打ち合わせの日時が変更となりましたので、お知らせいたします。添付の招待状により、カレンダーのご予定が更新されます。お手数ですが、出欠を改めてご回答ください。`), facts(['件名', title], ['変更後', span(when)], ['変更前', span(was)], place === null ? null : ['場所', place]), ...quote('変更の理由は次のとおりです。', reason), act('出欠を回答する', link)],
    }),
  },
  'call-cancelled': {
    en: ({ tenant, title, when, reason, link }, { span }) => ({
      subject: `${tenant}: ${title} is cancelled`,
      blocks: [says(`The call about the move of ${tenant} does not take place. The attached message takes it out of your calendar.`), facts(['Call', title], ['Cancelled', span(when)]), ...quote('The reason:', reason), act('See where we stand', link)],
    }),
    ja: ({ tenant, title, when, reason, link }, { span }) => ({
      subject: `【${tenant}】${title}中止のお知らせ`,
      blocks: [says(`${tenant}の移行に関する次のお打ち合わせを中止いたしますので、お知らせいたします。添付の通知により、カレンダーのご予定が取り消されます。`), facts(['件名', title], ['中止となる日時', span(when)]), ...quote('中止の理由は次のとおりです。', reason), act('現在の状況を見る', link)],
    }),
  },
  'questionnaire': {
    en: ({ tenant, questions, due, link }, { day }) => ({
      subject: `${tenant}: questions before the move, please answer by ${day(due)}`,
      blocks: [
        says(`Your plan for the move of ${tenant} is made from your answers: what does not apply to you will not be asked of you. There ${questions === 1 ? 'is one question' : `are ${questions} questions`}; you can stop and go on later.`),
        facts(['Please answer by', day(due)]),
        act('Answer the questions', link),
      ],
    }),
    ja: ({ tenant, questions, due, link }, { day }) => ({
      subject: `【${tenant}】移行前の質問票ご回答のお願い（${day(due)}まで）`,
      blocks: [
        says(`${tenant}の移行計画は、いただいたご回答をもとに作成いたします。該当しない作業をお願いすることはございません。質問は全${questions}問で、途中で保存して後から再開いただけます。`),
        facts(['ご回答期限', day(due)]),
        act('質問票に回答する', link),
      ],
    }),
  },
  'question-answered': {
    en: ({ question, answer, link }) => ({
      subject: 'Your question has been answered',
      blocks: [says('You asked:'), { kind: 'quote', text: question }, says('Our answer:'), ...split(answer).map(says), act('Read it in the portal', link)],
    }),
    ja: ({ question, answer, link }) => ({
      subject: 'お問い合わせへの回答をお送りします',
      blocks: [says('次のご質問をいただきました。'), { kind: 'quote', text: question }, says('回答は以下のとおりです。'), ...split(answer).map(says), act('ポータルで確認する', link)],
    }),
  },
}
