import { Fault } from '#domain/faults.ts'
import { isMailAddress } from '#domain/mail-address.ts'
import { oneLine } from '#lib/one-line.ts'
import { visible } from '#lib/visible.ts'
import { messageIdOf, type Letter, type Mail, type Mailbox, type Sent } from '#ports/mail.ts'

/** A mail server that keeps what it is given: for tests, and for the demo, which reaches nobody. */
export type MemoryMail = Mail & {
  readonly sent: readonly (Letter & Sent)[]
  /** Refused for good, from now on. */
  refuse(address: string): void
  reachable(is: boolean): void
}

export const openMemoryMail = (): MemoryMail => {
  const sent: (Letter & Sent)[] = []
  const refused = new Set<string>()
  const label = 'memory'
  let isReachable = true
  return {
    label,
    sent,
    refuse: address => void refused.add(address),
    reachable: is => { isReachable = is },
    async send(letter, signal) {
      signal.throwIfAborted()
      const refuse = (of: string, code: number, reason: string): Fault => new Fault('MAIL_REFUSED', { server: label, of, code, reason })
      if (!isMailAddress(letter.from.address)) throw refuse('sender', 553, `${visible(letter.from.address)} is no address`)
      if (!isMailAddress(letter.to.address)) throw refuse('recipient', 553, `${visible(letter.to.address)} is no address`)
      if (!isReachable) throw new Fault('MAIL_UNREACHABLE', { server: label, reason: 'it was told so', taken: 'no' })
      if (refused.has(letter.to.address)) throw refuse('recipient', 550, 'no such mailbox')
      const id = messageIdOf(letter.key, letter.from.address)
      const answer = `kept as ${sent.length + 1}`
      sent.push({ ...letter, subject: oneLine(letter.subject), from: flat(letter.from), to: flat(letter.to), replyTo: letter.replyTo === null ? null : flat(letter.replyTo), id, answer })
      return { id, answer }
    },
  }
}

const flat = ({ name, address }: Mailbox): Mailbox => ({ name: oneLine(name), address })
