import { z } from 'zod'
import { Fault } from '#domain/faults.ts'
import { jsonOf } from '#lib/answer.ts'
import { type AnsweredOnce, askOnce, Unanswered } from '#lib/ask-once.ts'
import { visible } from '#lib/visible.ts'
import type { Licensor, LicensorCan } from '#ports/licensor.ts'
import { licencesApi } from '#wire/licence.ts'

export type OwnLicensorSettings = {
  readonly url: string
  /** Its administrator's token. A secret. */
  readonly token: string
  /** Certificates, as PEM, of the authorities that are believed, instead of the usual ones. */
  readonly ca?: string
  readonly connectMs?: number
  readonly answerMs?: number
}

export const ownCan: LicensorCan = { maintenance: true, carriesSeats: true, redirect: true, profiles: true, keys: true }

type Api = typeof licencesApi
type Question = Exclude<keyof Api, 'seats.list' | 'seats.usage' | 'licences.request'>
type Said<Name extends Question> = z.input<Api[Name]['input']>
type Answer<Name extends Question> = z.output<Api[Name]['answer']>
type Ask = <Name extends Question>(name: Name, verb: string, input: Said<Name>, secrets: readonly (string | null)[], signal: AbortSignal) => Promise<Answer<Name>>

/** Our own licence server, over HTTPS; without it only on this machine, because the token and codes could be read on the way. */
export const openOwnLicensor = (settings: OwnLicensorSettings): Licensor => {
  const { protocol, hostname, origin } = new URL(settings.url)
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) throw new Fault('LICENSOR_REFUSED', { server: origin, verb: 'connect', reason: 'it is reached by https://, and by http:// only on the same machine' })
  const ask = asking(origin, settings)
  const said = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
  return {
    label: origin,
    can: ownCan,
    readBack: signal => ask('licences.sheet', 'tell what stands there', {}, [], signal),
    async maintain(maintenance, key, signal) {
      await ask('licences.maintain', maintenance === null ? 'end its maintenance' : 'go into maintenance', { reason: maintenance?.reason ?? null, expectedEnd: said(maintenance?.expectedEnd ?? null), key }, [], signal)
    },
    deactivate: (licence, key, signal) => ask('licences.deactivate', `deactivate the licence ${licence}`, { licence: licence as never, key }, [], signal),
    async install({ licence, document }, key, signal) {
      const found = await ask('licences.install', `install the licence ${licence}`, { document, key }, [], signal)
      if (found.licence !== licence) throw new Fault('LICENSOR_CONFUSED', { server: origin, reason: `it installed the licence ${found.licence} instead of ${licence}` })
    },
    async activate({ licence, receipt }, code, key, signal) {
      await ask('licences.activate', `activate the licence ${licence}`, { licence: licence as never, ...(code === null ? {} : { code }), receipt, key }, [code], signal)
    },
    async link({ name, licences }, key, signal) {
      await ask('profiles.link', `link the profile ${visible(name)}`, { name, licences: [...licences], key }, [], signal)
    },
    async rename(from, to, key, signal) {
      await ask('profiles.rename', `rename the profile ${visible(from)}`, { from, to, key }, [], signal)
    },
    async redirect(to, key, signal) {
      await ask('licences.redirect', to === null ? 'end its redirection' : `redirect to ${visible(to.url)}`, { to: to?.url ?? null, key }, [], signal)
    },
    async [Symbol.asyncDispose]() { /* every question has a connection of its own */ },
  }
}

const asking = (server: string, { url, token, ca, connectMs = 10_000, answerMs = 60_000 }: OwnLicensorSettings): Ask => async (name, verb, input, secrets, signal) => {
  const { method, path, answer } = licencesApi[name]
  const isChange = method === 'POST'
  const doubt = (reason: string, cause?: unknown): Fault => (isChange ? new Fault('LICENSOR_IN_DOUBT', { server, verb, reason }, { cause }) : new Fault('LICENSOR_UNREACHABLE', { server, reason }, { cause }))
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', ...(isChange ? { 'content-type': 'application/json' } : {}) }
  let said: AnsweredOnce
  try {
    said = await askOnce(new URL(path.slice(1), url.endsWith('/') ? url : `${url}/`), { method, headers, ...(isChange ? { body: JSON.stringify(input) } : {}), ...(ca === undefined ? {} : { ca }), connectMs, answerMs, mostBytes: 64 * 2 ** 20 }, signal)
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error
    if (!isChange) signal.throwIfAborted()
    throw error.wasSent ? doubt(error.message, error) : new Fault('LICENSOR_UNREACHABLE', { server, reason: error.message }, { cause: error })
  }
  if (said.status !== 200) throw refusalOf(server, verb, said, [token, ...secrets], doubt)
  const told = z.safeDecode(answer, jsonOf(said.text) as never)
  if (!told.success) throw new Fault('LICENSOR_CONFUSED', { server, reason: `asked to ${verb}, it gave an answer of another form` })
  return told.data as Answer<typeof name>
}

const problem = z.looseObject({ type: z.string(), detail: z.string() })

/** What its own programme says is a reason; what a proxy in between says, or a server that fails while it works, leaves open what became of a change. */
const refusalOf = (server: string, verb: string, { status, text }: AnsweredOnce, secrets: readonly (string | null)[], doubt: (reason: string) => Fault): Fault => {
  const told = problem.safeParse(jsonOf(text)).data
  const reason = told === undefined ? `it answered ${status}` : without(visible(told.detail, 600), secrets)
  if (status === 429) return new Fault('LICENSOR_UNREACHABLE', { server, reason: told === undefined ? 'too much was asked of it at once' : reason })
  if (status >= 500) return doubt(reason)
  if (status >= 400 && told !== undefined) return new Fault('LICENSOR_REFUSED', { server, verb, reason })
  return new Fault('LICENSOR_CONFUSED', { server, reason: `asked to ${verb}, it answered ${status}` })
}

const without = (text: string, secrets: readonly (string | null)[]): string =>
  secrets.reduce<string>((left, secret) => (secret === null || secret === '' ? left : left.replaceAll(secret, '…')), text)
