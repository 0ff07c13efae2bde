import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { until } from '#test/services/until.ts'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Found = { readonly violations: readonly { readonly id: string; readonly help: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[] }

/** Everything that axe finds wrong with a page as it stands, a line each: nothing is what is wanted. The page's policy allows no script of ours, so it is evaluated from outside. `only`: by these rules. */
export const axeFinds = async (page: Page, only?: readonly string[]): Promise<string[]> => {
  if (!await page.evaluate('"axe" in globalThis')) await page.evaluate(source)
  // What fades in or out has no colour of its own yet.
  await until('nothing fades', () => page.evaluate<boolean>('document.getAnimations().every(one => !(one instanceof CSSTransition) || one.playState !== "running")'), { withinMs: 15_000 })
  const { violations } = await page.evaluate<Found>(`axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...(only === undefined ? {} : { runOnly: only }) })})`)
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary = '' }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary.replaceAll(/\s+/g, ' ').slice(0, 300)}`))
}
