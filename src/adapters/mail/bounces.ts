import { simpleParser, type Attachment, type SimpleParserOptions } from 'mailparser'
import { isMailAddress } from '#domain/mail-address.ts'
import { visible } from '#lib/visible.ts'
import type { Bounce, ReadBounces } from '#ports/mail.ts'

/** A report quotes headers, at most the letter; anything longer is something else and is not parsed. */
const mostBytes = 20 * 2 ** 20

/** Its types do not know the first. */
const options: SimpleParserOptions & { keepDeliveryStatus: boolean } = { keepDeliveryStatus: true, skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true }

/** Reads reports of RFC 3464, which every mail server writes. Other texts of failure name nothing that could be trusted: they are none. */
export const readBounces: ReadBounces = async raw => {
  if (raw.byteLength > mostBytes) return []
  const mail = await simpleParser(Buffer.from(raw), options)
  const status = mail.attachments.find(one => /^message\/(?:global-)?delivery-status$/.test(one.contentType))
  if (status === undefined) return []
  const messageId = messageIdIn(mail.attachments)
  const [, ...recipients] = groupsOf(status.content.toString('utf8'))
  return recipients.flatMap(fields => bounceOf(fields, messageId))
}

/** A relayed or delivered letter is reported the same way; only `failed` and `delayed` are bounces. */
const bounceOf = (fields: ReadonlyMap<string, string>, messageId: string | null): Bounce[] => {
  const action = fields.get('action')?.toLowerCase()
  const address = addressIn(fields.get('original-recipient')) ?? addressIn(fields.get('final-recipient'))
  if ((action !== 'failed' && action !== 'delayed') || address === undefined) return []
  const status = /\d\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0] ?? (action === 'failed' ? '5.0.0' : '4.0.0')
  // Servers report a letter that they gave up after days as failed with a 4: given up it is, but the address may be well.
  return [{ address, messageId, permanent: action === 'failed' && status.startsWith('5'), status, reason: visible((fields.get('diagnostic-code') ?? '').replace(/^\s*[\w-]+\s*;\s*/, '').trim() || status, 300) }]
}

/** `rfc822; name@host`, sometimes in angle brackets or as xtext. */
const addressIn = (field: string | undefined): string | undefined => {
  const address = field?.replace(/^[^;]*;/, '').trim().replace(/^<(.*)>$/, '$1').replaceAll(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return address !== undefined && isMailAddress(address) ? address : undefined
}

/** Of the letter that is quoted behind the status, whole or its headers. */
const messageIdIn = (attachments: readonly Attachment[]): string | null => {
  const quoted = attachments.find(one => /^(?:message\/rfc822|message\/global|text\/rfc822-headers|message\/global-headers|message\/rfc822-headers)$/.test(one.contentType))
  const headers = quoted?.content.toString('utf8').split(/\r?\n\r?\n/, 1)[0] ?? ''
  return fieldsOf(headers).get('message-id')?.trim() ?? null
}

/** Groups of fields with empty lines between: first the message's, then one for each recipient. */
const groupsOf = (text: string): ReadonlyMap<string, string>[] => text.trim().split(/(?:\r?\n[ \t]*){2,}/).map(fieldsOf)

const fieldsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(text.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/).flatMap(line => {
    const [, name, value] = /^([\w-]+)\s*:\s*(.*)$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const]
  }))
