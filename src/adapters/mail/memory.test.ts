import { mailContract, type Read } from '#ports/mail.contract.ts'
import { threadIdOf, type Letter, type Mailbox, type Sent } from '#ports/mail.ts'
import { openMemoryMail } from './memory.ts'

mailContract('mail in memory', async () => {
  const mail = openMemoryMail()
  return { mail, delivered: async () => mail.sent.map(read), refuse: mail.refuse, reachable: async is => mail.reachable(is) }
})

const shown = ({ name, address }: Mailbox): string => (name === '' ? address : `${name} <${address}>`)

const read = (letter: Letter & Sent): Read => {
  const root = letter.thread === null ? null : threadIdOf(letter.thread, letter.from.address)
  const { invitation } = letter
  const bytes = Buffer.from(invitation?.text ?? '')
  const calendars = invitation === null ? [] : [{ name: '', type: `text/calendar; method=${invitation.method}`, bytes }, { name: 'invite.ics', type: 'application/ics', bytes }]
  return { ...letter, references: root === null ? [] : [root], inReplyTo: root, from: shown(letter.from), to: shown(letter.to), replyTo: letter.replyTo === null ? null : shown(letter.replyTo), envelope: [letter.to.address], attachments: [...calendars, ...letter.attachments], headers: [] }
}
