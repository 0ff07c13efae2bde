import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { systemClock } from '#adapters/clock/system.ts'
import { issuerAnchorAt } from '#adapters/issuer-anchor/file.ts'
import { openPostgresIssuerBook } from '#adapters/issuer-book/postgres/book.ts'
import { openHttpIssuer } from '#adapters/issuer/http.ts'
import { localIssuer } from '#adapters/issuer/local.ts'
import { anchorFileAt } from '#adapters/licence-anchor/file.ts'
import { openPostgresBook } from '#adapters/licence-book/postgres/book.ts'
import { thisMachine } from '#adapters/machine/machine.ts'
import { Fault } from '#domain/faults.ts'
import { licenceSentence } from '#domain/licence/refused.ts'
import { isSetBack } from '#domain/licence/timeline.ts'
import { standingOf } from '#domain/licence/standing.ts'
import { openLicenceMetrics } from '#entrances/http/licence/metrics.ts'
import { listenLicence, type LicenceHttp } from '#entrances/http/licence/server.ts'
import { jsonOf, whyUnanswered } from '#lib/answer.ts'
import { sha256 } from '#lib/hash.ts'
import { counted } from '#lib/quantity.ts'
import { readAtMost } from '#lib/read-at-most.ts'
import { newToken } from '#lib/secret.ts'
import { risingUuids } from '#lib/uuid.ts'
import { compareIssuerAnchor } from '#licence/issuer-anchoring.ts'
import { activate, deactivated, type IssuerWorld, stands } from '#licence/issuer.ts'
import { type OpenedServer, openServer } from '#licence/open.ts'
import { WrongCodes } from '#licence/wrong-codes.ts'
import type { LicenceWorld } from '#licence/world.ts'
import { seatsApi } from '#wire/licence.ts'
import { shapes } from '#wire/licence-documents.ts'
import { type LicenceFiles, licenceFilesIn } from './licence-files.ts'
import type { LicenceServerSettings } from './licence-settings.ts'
import { openDatabase, openLog } from './opened.ts'

const patienceMs = 10_000
/** A server that was not at work for so long says so: its clock may be wrong. */
const longAwayMs = 30 * 86_400_000
/** A book that was lost is looked for again after so long. */
const againMs = 500
const newId = risingUuids(() => Date.now())

/** Gives out seats until `signal` is aborted. While another server has the book it stands by. `url`: of a database that is open already. */
export const runLicenceServer = async (settings: LicenceServerSettings, version: string, say: (text: string) => void, signal: AbortSignal, url?: string): Promise<void> => {
  await using stack = new AsyncDisposableStack()
  const database = url ?? stack.use(await openDatabase(settings, { signal, borrowed: true })).url
  const files = licenceFilesIn(settings.folder)
  const issuer = await openIssuer(settings, files, database, stack, say)
  const world: LicenceWorld = {
    book: openPostgresBook({ url: database, schema: settings.schema }), anchors: anchorFileAt(files.anchor), clock: systemClock, machine: thisMachine({ root: settings.machineRoot }),
    issuer: issuer.port, issuerKey: issuer.key, issuerAddress: settings.issuer ?? null, signer: files.signer, shapes, version, leaseSeconds: settings.leaseSeconds, newId, introduce,
  }
  const log = openLog()
  let [opened, http]: [OpenedServer | undefined, LicenceHttp | undefined] = [undefined, undefined]
  const stand = () => opened?.stand
  const door = { stand, issuer: issuer.world, adminHash: files.adminHash, seatHash: settings.seatToken === undefined ? null : sha256(settings.seatToken), metrics: openLicenceMetrics(stand), failed: (error: unknown) => { log.error({ error }, 'a bug') } }
  const tls = settings.tls === undefined ? null : { certificate: readFileSync(settings.tls.certificate, 'utf8'), key: readFileSync(settings.tls.key, 'utf8') }
  while (!signal.aborted) {
    try {
      await using server = await openServer(world, signal, () => { say('Another licence server has the book. This one stands by, and takes over when that one ends.\n') })
      opened = server
      if (http === undefined) {
        http = stack.use(await listenLicence(door, { ...settings.listen, tls }))
        sayBegun(say, settings, http.port, files)
      } else say('The book is in hand again.\n')
      sayState(server, say)
      await server.ends
      opened = undefined
      // Whoever is being answered is answered before the book is let go.
      await http[Symbol.asyncDispose]()
      return
    } catch (error) {
      opened = undefined
      if (signal.aborted) break
      if (!(error instanceof Fault) || error.code !== 'LICENCE_BOOK_UNREACHABLE' || http === undefined) throw error
      say(`The book of the licence server is lost: ${error.message} It is taken up again as soon as it can be.\n`)
      await systemClock.sleep(againMs, signal).catch((why: unknown) => { if (!signal.aborted) throw why })
    }
  }
}

type OpenedIssuer = { readonly port: LicenceWorld['issuer']; readonly key: string | null; readonly world: IssuerWorld | null }

/** The one at the address, or our own. The key of one elsewhere is given, or learnt at the first start and kept. */
const openIssuer = async ({ issuer: url, issuerKey, schema }: LicenceServerSettings, files: LicenceFiles, database: string, stack: AsyncDisposableStack, say: (text: string) => void): Promise<OpenedIssuer> => {
  if (url !== undefined) return { port: openHttpIssuer({ url }), key: issuerKey ?? await learntKey(url, files.issuerKey), world: null }
  // Its licences came from elsewhere, as files.
  if (issuerKey !== undefined) return { port: null, key: issuerKey, world: null }
  const signer = files.issuerSigner()
  const book = stack.use(await openPostgresIssuerBook({ url: database, schema }))
  const anchor = issuerAnchorAt(files.issuerAnchor)
  const behind = await compareIssuerAnchor({ book, anchor })
  if (behind > 0) say(`The issuer’s book is older than what this machine remembers: it was restored from a copy. ${counted(behind, 'licence')} ${behind === 1 ? 'was' : 'were'} activated since, and ${behind === 1 ? 'is' : 'are'} given to nobody until the server that has it has told so.\n`)
  const world: IssuerWorld = { book, anchor, clock: systemClock, signer, shapes, wrongCodes: new WrongCodes(), newId, salt: newToken }
  return { port: localIssuer({ activate: wish => activate(world, wish), deactivated: wish => deactivated(world, wish), stands: wish => stands(world, wish) }), key: signer.publicKey, world }
}

const learntKey = async (url: string, file: string): Promise<string> => {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const { issuerKey } = await readServerAt(url, AbortSignal.timeout(patienceMs))
  if (issuerKey === null) throw new Fault('ISSUER_UNREACHABLE', { issuer: url, reason: 'what answers there knows no issuer’s key' })
  writeFileSync(file, `${issuerKey}\n`, { mode: 0o600, flush: true })
  return issuerKey
}

const introduce: LicenceWorld['introduce'] = async (url, signal) => {
  const { server, publicKey } = await readServerAt(url, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]))
  return { server, publicKey }
}

const readServerAt = async (url: string, signal: AbortSignal): Promise<z.output<typeof seatsApi['server.read']['answer']>> => {
  const unreachable = (reason: string, cause?: unknown): Fault => new Fault('LICENSOR_UNREACHABLE', { server: url, reason }, { cause })
  let text = ''
  try {
    text = await readAtMost(await fetch(new URL('api/server', url.endsWith('/') ? url : `${url}/`), { signal, redirect: 'error' }), 2 ** 20)
  } catch (error) {
    throw unreachable(whyUnanswered(error), error)
  }
  const parsed = z.safeDecode(seatsApi['server.read'].answer, jsonOf(text) as never)
  if (!parsed.success) throw unreachable('what answers there is no licence server of Rehome')
  return parsed.data
}

const sayBegun = (say: (text: string) => void, { issuer, tls, listen }: LicenceServerSettings, port: number, { adminFile, isNewAdmin }: LicenceFiles): void => {
  say(`The licence server answers at ${tls === undefined ? 'http' : 'https'}://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}${issuer === undefined ? '' : `; its licences come from ${issuer}`}.\n`)
  if (isNewAdmin) say(`Its administrator’s token is in ${adminFile}.\n`)
}

/** What keeps licences from being given out, for whoever starts it. */
const sayState = ({ stand, isCopy, awayMs }: OpenedServer, say: (text: string) => void): void => {
  if (isCopy) say('The book is older than what this machine remembers: it was restored from a copy. Licences wait until their issuer has said that they stand.\n')
  if (isSetBack(stand.line)) say(`${licenceSentence({ refused: 'clock-set-back', seen: stand.line.time, wall: stand.line.wall })}\n`)
  if (awayMs !== null && awayMs > longAwayMs) say(`The clock says ${new Date(stand.line.wall).toISOString()}, ${Math.floor(awayMs / 86_400_000)} days after this server was last at work. If that is wrong, set it right, and then say so: rehome licence forgive-clock.\n`)
  if (stand.maintenance !== null) say(`It is in maintenance: ${stand.maintenance.reason}\n`)
  for (const held of stand.held.values()) {
    const standing = held.activation === null ? undefined : standingOf(held, stand.line.time)
    if (standing !== undefined && 'refused' in standing) say(`${licenceSentence(standing)}\n`)
  }
}
