import { homeRequestSchema } from '#wire/home-control.ts'
import { toleranceS, webhookFault } from '#lib/webhook-signature.ts'

export type Heard = { readonly status: number; readonly body: object }

/** Whether writes are let in, and how many are under way. */
export class Maintenance {
  #isOn: boolean
  #underWay = 0
  #idle: (() => void)[] = []

  constructor(isOn: boolean) {
    this.#isOn = isOn
  }

  get isOn(): boolean { return this.#isOn }

  /** Does a write, unless in maintenance. */
  async write<T>(work: () => Promise<T>): Promise<T | 'in maintenance'> {
    if (this.#isOn) return 'in maintenance'
    this.#underWay++
    try {
      return await work()
    } finally {
      if (--this.#underWay === 0) for (const go of this.#idle.splice(0)) go()
    }
  }

  /** No write is let in from now on; resolves when the last one has ended. */
  async begin(): Promise<void> {
    this.#isOn = true
    if (this.#underWay > 0) await new Promise<void>(resolve => this.#idle.push(resolve))
  }

  end(): void { this.#isOn = false }
}

export type Ears = { readonly secret: string; readonly tenant: string; readonly version: string; readonly nowS: () => number }

/**
 * What the product answers to a signed webhook. A message that was carried out is not carried out again: its answer is given again. Ids are remembered for as
 * long as a message may be old.
 */
export const webhookEars = (maintenance: Maintenance, { secret, tenant, version, nowS }: Ears) => {
  const answered = new Map<string, { readonly atS: number; readonly heard: Promise<Heard> }>()
  return async (headers: Readonly<Record<string, string | string[] | undefined>>, text: string): Promise<Heard> => {
    const wrong = webhookFault(secret, headers, text, nowS())
    if (wrong !== undefined) return { status: 401, body: { error: wrong } }
    for (const [id, { atS }] of answered) if (atS < nowS() - 2 * toleranceS) answered.delete(id)
    const id = String(headers['webhook-id'])
    const before = answered.get(id)
    if (before !== undefined) return before.heard
    const heard = obey(maintenance, text, tenant, version)
    answered.set(id, { atS: nowS(), heard })
    return heard
  }
}

const obey = async (maintenance: Maintenance, text: string, tenant: string, version: string): Promise<Heard> => {
  const request = homeRequestSchema.safeParse(parsed(text))
  if (!request.success) return { status: 400, body: { error: 'the message is not what was agreed' } }
  if (request.data.tenant !== tenant) return { status: 404, body: { error: 'there is no such customer here' } }
  if (request.data.verb === 'freeze') await maintenance.begin()
  if (request.data.verb === 'thaw') maintenance.end()
  return { status: 200, body: { mode: maintenance.isOn ? 'frozen' : 'serving', version } }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
