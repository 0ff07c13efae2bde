import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { webOf } from '#main/web.ts'

/** So many kilobytes of compressed script are loaded before anything can be seen. */
const limits = { portal: 250, console: 450 } as const
/** The page that is drawn first, loaded after the entry. */
const first = { portal: 'home', console: 'overview' } as const

/** An entry's script with everything that it imports at once, and the first page with what that imports. */
const loadedFirst = (folder: string, face: keyof typeof limits): ReadonlySet<string> => {
  const loaded = new Set<string>()
  const walk = (name: string): void => {
    if (loaded.has(name)) return
    loaded.add(name)
    const text = readFileSync(join(folder, 'assets', name), 'utf8')
    for (const [, imported] of text.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+\.js)["']/g)) if (imported !== undefined) walk(imported)
    for (const [, page] of text.matchAll(/import\(\s*["'`]\.\/([\w.-]+\.js)["'`]\s*\)/g)) if (page?.startsWith(`${first[face]}-`) === true) walk(page)
  }
  const html = readFileSync(join(folder, `${face}.html`), 'utf8')
  for (const [, name] of html.matchAll(/(?:src|href)="\/web\/assets\/([\w.-]+\.js)"/g)) if (name !== undefined) walk(name)
  return loaded
}

test('the first load of each face stays under its limit of compressed script', t => {
  const folder = webOf().web?.folder
  assert.ok(folder !== undefined, 'the faces are not built: node scripts/web.ts')
  for (const face of ['portal', 'console'] as const) {
    const loaded = loadedFirst(folder, face)
    const bytes: number = [...loaded].reduce((sum: number, name) => sum + statSync(join(folder, 'assets', `${name}.gz`)).size, 0)
    t.diagnostic(`${face}: ${(bytes / 1_000).toFixed(0)} kB of ${limits[face]} in ${loaded.size} files`)
    assert.ok(loaded.size >= 2 && bytes > 50_000, `${face}: the walk found its scripts`)
    assert.ok([...loaded].some(name => name.startsWith(`${first[face]}-`)), `${face}: its first page is among them`)
    assert.ok(bytes < limits[face] * 1_000, `${face} loads ${bytes} bytes first: ${[...loaded].join(', ')}`)
  }
})
