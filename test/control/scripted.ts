import { databaseRoot, format, signManifest, type Manifest } from '#domain/evidence.ts'
import type { Leg } from '#domain/move.ts'
import type { Told } from '#domain/report.ts'
import { canonical } from '#lib/canonical.ts'
import { sha256 } from '#lib/hash.ts'
import { newPrivateKey, signerOf } from '#lib/sign.ts'
import { type AnswerOf } from '#wire/api.ts'
import { type Ask, asking } from '#wire/ask.ts'

/** What an agent says to control, without a mover behind it. */
export type Scripted = {
  readonly ask: Ask
  claim(): Promise<NonNullable<AnswerOf<'orders.claim'>['claimed']>>
  tell(held: { readonly order: string; readonly claim: number }, from: number, ...told: readonly Told[]): Promise<AnswerOf<'orders.report'>>
}

export const serves = [{ home: 'the old cloud', tenant: '*' }, { home: 'the new cloud', tenant: '*' }]

export const scripted = (site: string, token: string): Scripted => {
  const ask = asking(site, token)
  return {
    ask,
    async claim() {
      const { claimed } = await ask('orders.claim', { serves, waitSeconds: 5 })
      if (claimed === null) throw new Error('there is no order')
      return claimed
    },
    tell: ({ order, claim }, from, ...told) => ask('orders.report', { order: order as never, claim, from, told: told as never }),
  }
}

export const stage = (verb: Extract<Told, { type: 'stage' }>['verb'], is: Extract<Told, { type: 'stage' }>['stage'], leg: Leg = 'out'): Told => ({ type: 'stage', verb, stage: is, leg })

/** Evidence of a database without tables that holds. */
export const evidenceOf = (leg: Leg, tenant = 'nordlicht'): { readonly text: string; readonly root: string } => {
  const at = '2026-11-02T03:00:00.000Z'
  const side = { engine: 'postgres' as const, version: '1', system: 's', timeline: 1, database: 'd', label: 'l' }
  const none = { count: 0, sha256: sha256('') }
  const manifest: Manifest = {
    format, move: { id: 'm', tenant, leg, cold: false, startedAt: at, provenAt: at }, tool: { name: 'rehome', version: '1', node: '26' }, source: side, target: side, configuration: { values: {}, sha256: sha256(canonical({})) },
    schema: { how: 'dump', fingerprint: 'f' }, anchors: { copied: [], verified: { position: 'p', at }, frozenAt: at }, tables: [], changedSince: { keys: 0, rows: 0, sha256: sha256('') }, sequences: none, largeObjects: { ...none, bytes: 0 },
    freeze: { ms: 1, steps: {}, budgetMs: 5_000 }, approvals: [], root: databaseRoot([]),
  }
  return { text: signManifest(manifest, signerOf(newPrivateKey())), root: manifest.root }
}
