import { openMemoryMail, type MemoryMail } from '#adapters/mail/memory.ts'
import { letterHandler } from '#control/letters/letters.ts'
import type { Control } from './rig.ts'

/** Sends what waits, as the worker does. The letters that went out, in their order. */
export type Post = { readonly mail: MemoryMail; deliver(): Promise<MemoryMail['sent']> }

export const usePost = ({ world }: Control): Post => {
  const mail = openMemoryMail()
  const handle = letterHandler(world, { mail, from: { name: 'Kestrel Analytics', address: 'moves@kestrel.example' } })
  return {
    mail,
    async deliver() {
      const before = mail.sent.length
      const waiting = await world.ledger.read(view => view.list('message', { state: 'waiting' }))
      for (const { id } of waiting) await handle({ name: 'letter', key: id, at: world.clock.now(), facts: { message: id } }, { signal: new AbortController().signal, ending: new AbortController().signal, stillMine: () => Promise.resolve(true), id, attempt: 1, completeWithin: () => Promise.resolve() })
      return mail.sent.slice(before)
    },
  }
}

/** Where a letter's button leads. */
export const linkIn = ({ text }: { readonly text: string }): string => {
  const found = /https?:\/\/\S+\/link\/\S+/.exec(text)?.[0]
  if (found === undefined) throw new Error(`there is no link in: ${text}`)
  return found
}
