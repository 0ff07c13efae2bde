import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { Fault } from '#domain/faults.ts'
import { messageIdOf, type Mail } from '#ports/mail.ts'
import { checkAddresses, partsOf } from './smtp.ts'

/** Letters as files that every mail program opens, for trying things out: nobody gets them. The same letter is the same file. */
export const openMailFolder = (folder: string): Mail => {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows', disableFileAccess: true, disableUrlAccess: true })
  return {
    label: folder,
    async send(letter, signal) {
      signal.throwIfAborted()
      const id = messageIdOf(letter.key, letter.from.address)
      checkAddresses(letter, folder)
      const { message } = await transport.sendMail(partsOf(letter, id, undefined))
      const name = `${new Date(letter.writtenAt).toISOString().replaceAll(/[:.]/g, '-')}-${id.slice(1, 13)}.eml`
      try {
        await mkdir(folder, { recursive: true })
        await writeFile(join(folder, `.${name}`), message, { mode: 0o600 })
        await rename(join(folder, `.${name}`), join(folder, name))
      } catch (error) {
        throw new Fault('MAIL_UNREACHABLE', { server: folder, reason: error instanceof Error ? error.message : 'it cannot be written to', taken: 'no' }, { cause: error })
      }
      return { id, answer: name }
    },
  }
}
