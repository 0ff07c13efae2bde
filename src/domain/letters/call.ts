import type { Day, Interval } from '../time.ts'
import { act, facts, list, says, type Templates } from './body.ts'

/** Letters that ask what a move must know. */
export type CallEvents = {
  'call-invitation': { readonly tenant: string; readonly when: Interval; readonly place: string | null; readonly agenda: readonly string[]; readonly questionnaire: string }
  'questionnaire': { readonly tenant: string; readonly questions: number; readonly due: Day; readonly link: string }
  'question-answered': { readonly question: string; readonly answer: string; readonly link: string }
}

const split = (text: string): readonly string[] => text.split(/\r\n|\r|\n/).filter(line => line.trim() !== '')

export const callLetters: Templates<CallEvents> = {
  'call-invitation': {
    en: ({ tenant, when, place, agenda, questionnaire }, { span }) => ({
      subject: `${tenant}: invitation to the call before the move`,
      blocks: [
        says(`We would like to prepare the move of ${tenant} together with you. The invitation for your calendar is attached; you are welcome to forward it to everybody who should take part, such as your IT and your developers.`),
        facts(['When', span(when)], place === null ? null : ['Where', place]),
        says('What we would like to talk about:'),
        list(agenda),
        says('A few questions beforehand save time in the call. You may pass the questionnaire on to whoever knows the answers.'),
        act('Open the questionnaire', questionnaire),
      ],
    }),
    ja: ({ tenant, when, place, agenda, questionnaire }, { span }) => ({
      subject: `【${tenant}】移行前お打ち合わせのご案内`,
      blocks: [
        says(`${tenant}の移行に先立ちまして、お打ち合わせのお時間を頂戴したく、ご案内申し上げます。カレンダー用の招待状を添付しておりますので、IT部門や開発ご担当者様など、ご参加いただく皆様へご転送ください。`),
        facts(['日時', span(when)], place === null ? null : ['場所', place]),
        says('当日は、次の内容についてお話しさせていただきます。'),
        list(agenda),
        says('事前に質問票へご回答いただけますと、当日の進行が円滑になります。内容に詳しいご担当者様にご回答いただいても差し支えございません。'),
        act('質問票を開く', questionnaire),
      ],
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
