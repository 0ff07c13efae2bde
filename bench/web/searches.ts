import { asking } from '#wire/ask.ts'
import { percentile } from '../statistics.ts'

/** Nothing, few and nearly everything is called like that; short and long; in both scripts. */
const texts = ['zz', 'q', '雲', '田中', 'zzqq', 'nothing at all', 'several words that match nothing', 'customer', 'cust', 'customer 77', 'of customer', 'o', 'e', 'point-of', 'it@customer-9', 'programme 1', 'it of customer 12', 'customer 1 2 3', 'custommer', '.example', '株式会社雲']
const rounds = 20

export type Searches = { readonly asked: number; readonly p50Ms: number; readonly p95Ms: number; readonly worst: { readonly text: string; readonly ms: number } }

/** Search over everything, one question after the other. */
export const benchSearches = async (site: string, token: string): Promise<Searches> => {
  const [ask, all] = [asking(site, token), [] as { readonly text: string; readonly ms: number }[]]
  for (let round = -2; round < rounds; round++) {
    for (const text of texts) {
      const began = performance.now()
      await ask('search.all', { text })
      if (round >= 0) all.push({ text, ms: performance.now() - began })
    }
  }
  const ms = all.map(one => one.ms)
  const worst = all.toSorted((a, b) => b.ms - a.ms)[0]
  return { asked: all.length, p50Ms: percentile(ms, 50), p95Ms: percentile(ms, 95), worst: worst ?? { text: '', ms: 0 } }
}
