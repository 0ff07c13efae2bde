import { domainOf } from '#domain/mail-address.ts'
import type { Instant } from '#domain/time.ts'
import { sha256 } from '#lib/hash.ts'

export type Mailbox = { readonly name: string; readonly address: string }

/** What goes to one person. Nothing in it is trusted to be free of what ends a header. */
export type Letter = {
  /** What makes it this letter and no other, such as the id of its message. It decides the Message-ID, so that a mailbox shows a letter that was sent twice once. */
  readonly key: string
  readonly from: Mailbox
  readonly replyTo: Mailbox | null
  readonly to: Mailbox
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Letters of one thread hang together in a mailbox: one thread a move. Null: it stands alone. */
  readonly thread: string | null
  /** An iCalendar text that mail programs answer with a button; its method is the one in the text. */
  readonly invitation: { readonly method: 'REQUEST' | 'CANCEL'; readonly text: string } | null
  readonly attachments: readonly Attachment[]
  readonly writtenAt: Instant
}

export type Attachment = { readonly name: string; readonly type: string; readonly bytes: Uint8Array }

/** `id`: the Message-ID, in angle brackets. `answer`: what the server said when it took the letter, for a search in its log. */
export type Sent = { readonly id: string; readonly answer: string }

export interface Mail {
  /** The server, as it may be shown. */
  readonly label: string
  /**
   * Hands a letter to the mail server, and resolves once the server has taken it. At least once: where the connection broke before the answer, nobody knows, and
   * the same letter is sent again with the same Message-ID. Faults: MAIL_UNREACHABLE (later; its fact `taken` is `no` where the letter surely was not, else `unknown`), MAIL_REFUSED (never; its fact `of` is `recipient`, `sender` or `letter`).
   */
  send(letter: Letter, signal: AbortSignal): Promise<Sent>
}

/** What a mail server reports about a letter it had taken. Anybody can write such a report: it counts only where `messageId` was sent to `address`. */
export type Bounce = {
  readonly address: string
  /** Of the letter, in angle brackets; null where the report does not carry it. */
  readonly messageId: string | null
  /** False: the server goes on trying. */
  readonly permanent: boolean
  /** RFC 3463, such as `5.1.1`. */
  readonly status: string
  readonly reason: string
}

/** Reads what came to the return address. Empty: it is no report of a failure. */
export type ReadBounces = (raw: Uint8Array) => Promise<readonly Bounce[]>

/** The Message-ID of the letter with this key. Unguessable where the key is, which is what makes a bounce believable. */
export const messageIdOf = (key: string, from: string): string => `<${sha256(key).slice(0, 40)}@${hostOf(from)}>`

/** The id that all letters of a thread answer to; no letter has it itself. */
export const threadIdOf = (thread: string, from: string): string => `<thread.${sha256(thread).slice(0, 40)}@${hostOf(from)}>`

/** An id is ASCII; a host in another script is not written there. */
const hostOf = (address: string): string => {
  const host = domainOf(address)
  return /^[a-z0-9.-]+$/.test(host) ? host : 'rehome.invalid'
}
