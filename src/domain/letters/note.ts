import { act, facts, quote, says, type Templates } from './body.ts'

/** Letters whose words somebody else has: a playbook, or a person. */
export type NoteEvents = {
  /** `title`, `body`: the playbook's, in the reader's language. */
  'notice': { readonly tenant: string; readonly title: string; readonly body: string; readonly link: string }
  /** One of the vendor's people writes. */
  'note': { readonly tenant: string; readonly by: string; readonly text: string; readonly link: string }
  /** A contact has written, to the vendor's people. */
  'answer': { readonly customer: string; readonly by: string; readonly text: string; readonly link: string }
  /** To the vendor's people: a letter came back. */
  'unreachable': { readonly customer: string; readonly person: string; readonly address: string; readonly reason: string; readonly link: string }
}

export const noteLetters: Templates<NoteEvents> = {
  'notice': {
    en: ({ tenant, title, body, link }) => ({ subject: `${tenant}: ${title}`, blocks: [says(body), facts(['What moves', tenant], ['About', title]), act('See where we stand', link)] }),
    ja: ({ tenant, title, body, link }) => ({ subject: `【${tenant}】${title}`, blocks: [says(body), facts(['移行の対象', tenant], ['件名', title]), act('現在の状況を見る', link)] }),
  },
  'note': {
    en: ({ tenant, by, text, link }) => ({ subject: `${tenant}: a message from ${by}`, blocks: [...quote(`${by} writes to you about ${tenant}:`, text), act('Answer', link)] }),
    ja: ({ tenant, by, text, link }) => ({ subject: `【${tenant}】${by}からのメッセージ`, blocks: [...quote(`${tenant}につきまして、${by}よりご連絡申し上げます。`, text), act('返信する', link)] }),
  },
  'answer': {
    en: ({ customer, by, text, link }) => ({ subject: `${customer}: ${by} has written`, blocks: [...quote(`${by} of ${customer} has written:`, text), act('Open the thread', link)] }),
    ja: ({ customer, by, text, link }) => ({ subject: `【${customer}様】${by}様からのご連絡`, blocks: [...quote(`${customer}の${by}様より、次のご連絡をいただきました。`, text), act('やり取りを開く', link)] }),
  },
  'unreachable': {
    en: ({ customer, person, address, reason, link }) => ({
      subject: `${customer}: letters to ${person} come back`,
      blocks: [says(`A letter to ${person} of ${customer} came back. Nothing more is sent to that address until it is verified again. Please find out how this person can be reached.`), facts(['Address', address], ['The mail server says', reason]), act('See the contact', link)],
    }),
    ja: ({ customer, person, address, reason, link }) => ({
      subject: `【${customer}様】${person}様宛のメールが届いておりません`,
      blocks: [says(`${customer}の${person}様宛のメールが返送されました。メールアドレスが再度確認されるまで、このアドレスへの送信を停止いたします。ご連絡先をご確認ください。`), facts(['メールアドレス', address], ['メールサーバーの回答', reason]), act('連絡先を見る', link)],
    }),
  },
}
