import { Fault } from '#domain/faults.ts'
import { openHttpControl } from '#adapters/control-plane/http.ts'
import { openRedirectControl } from '#adapters/control-plane/redirects.ts'
import { knownMoves, say } from '#adapters/control-socket/client.ts'
import { openStore } from '#adapters/registry.ts'
import type { Address, Removed, Services } from '#entrances/cli/services.ts'
import { readRecord } from '#mover/record.ts'
import { AgentSettings } from './agent-settings.ts'
import { bundlesOf } from './bundle.ts'
import type { Config } from './config.ts'
import { controlOf, forgetSignedIn, keepSignedIn } from './signed-in.ts'
import { runDemo } from './demo.ts'
import { checkEvidenceFile } from './evidence-file.ts'
import { licencesOf } from './licences.ts'
import { preflightOnly, runMove } from './move.ts'
import { runAgentHere } from './agent-here.ts'
import { runRedirect } from './redirect.ts'
import { readRedirectSettings } from './redirect-settings.ts'
import { verifyStores } from './verify.ts'

/** What the commands act through, on this machine. */
export const servicesOf = (config: Config): Services => ({
  version: config.version,
  preflight: request => preflightOnly(config, request),
  move: (request, emit, signal) => runMove(config, request, emit, signal),
  tell: (move, command) => say(config.moves, move, command),
  known: () => knownMoves(config.moves),
  verify: verifyStores,
  cleanUp: (stores, force) => Promise.all(stores.map((address, i) => cleanUp(address, i === 0 ? 'source' : 'target', force))),
  bundles: bundlesOf(config),
  licences: licencesOf(),
  checkEvidence: async (file, trusted) => checkEvidenceFile(file, trusted),
  demo: (options, signal) => runDemo(config, options, signal),
  ledger: {
    serve: async (say, signal) => (await ledger(config)).serve(say, signal),
    start: async (say, signal) => (await ledger(config)).start(say, signal),
    work: async (say, signal) => (await ledger(config)).work(say, signal),
    backUp: async file => (await ledger(config)).backUp(file),
    restore: async file => (await ledger(config)).restore(file),
    verifyJournal: async () => (await ledger(config)).verifyJournal(),
  },
  control: () => controlOf(config),
  signedIn: { keep: (site, token) => { keepSignedIn(config.signedIn, site, token) }, forget: () => { forgetSignedIn(config.signedIn) } },
  agent: ({ control, settings, token }, say, signal) => runAgentHere({ config, control: openHttpControl({ url: control, token }), settings: new AgentSettings(settings, process.env), say }, { url: control, token }, signal),
  redirect: ({ control, settings, token }, say, signal) => runRedirect({ control: openRedirectControl({ url: control, token }), settings: readRedirectSettings(settings), home: config.home, say }, signal),
  async serveLicences(options, say, signal) {
    const [{ readLicenceSettings }, { runLicenceServer }] = await Promise.all([import('./licence-settings.ts'), import('./licence-server.ts')])
    await runLicenceServer(readLicenceSettings(config, options), config.version, say, signal)
  },
  whoami: () => config.user,
})

/** What control stands on takes a while to load, and a move of two databases needs none of it. */
const ledger = async (config: Config): Promise<Services['ledger']> => (await import('./ledger.ts')).ledgerOf(config)

/** A home that another one has taken over from is not opened by accident. */
const cleanUp = async (address: Address, name: string, force: boolean): Promise<Removed> => {
  await using store = openStore({ name, ...address })
  const ownership = await store.book.ownership()
  if (!force && ownership?.owner === 'elsewhere') {
    return { store: store.label, removed: [], kept: 'this home is retired: another one serves the tenant, and only our fence keeps writes out here. Use --force to open it all the same.' }
  }
  const record = await readRecord(store.book).catch((error: unknown) => {
    if (error instanceof Fault) throw error
    return undefined
  })
  const stage = record?.standing.stage
  if (!force && (stage === 'switched' || stage === 'verified' || stage === 'in-doubt')) {
    return { store: store.label, removed: [], kept: `a move into this database is ${stage}. Run \`rehome settle\` or \`rehome turn-back\`, or use --force to forget it and its way back.` }
  }
  return { store: store.label, removed: await store.cleanUp() }
}
