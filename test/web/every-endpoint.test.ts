import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { api, type EndpointName } from '#wire/api.ts'

/** What can be asked of control and stands on no page, and why nobody looks for it on one. What only agents ask says so itself. */
const faceless: Partial<Readonly<Record<EndpointName, string>>> = {
  // Control's own pages, before there is a session.
  'joining.offer': 'the page of an invitation is control’s own', 'joining.finish': 'the page of an invitation is control’s own', 'setup.offer': 'the page of the first start is control’s own', 'setup.finish': 'the page of the first start is control’s own, or the command line',
  'links.use': 'the page that a letter’s link leads to is control’s own', 'links.again': 'the page of a link that is used up is control’s own', 'probe.report': 'the probe says it, by its token',
  // Files, which a browser fetches by their address.
  'evidence.read': 'the page of evidence fetches the file as it was signed, /api/evidence/{proof}/file',
  // Said on a page already, with more around it.
  'attention.list': 'the overview has it, of the programme that is looked at', 'gates.read': 'the gates of a move are read together', 'orders.read': 'the orders of a move are read together', 'billing.user-limit': 'the move has it',
  'billing.cut-off': 'the answer to a change of the plan has it', 'estimates.read': 'a quote and the window picker show it', 'messages.answer': 'customers ask on the page of questions, or answer a letter; the vendor writes by messages.send',
  // Whole lists come from files.
  'moves.add-all': 'for programs; on the page of all moves each is added',
  'customers.change': 'read in from a file again, on the page of all moves', 'tenants.change': 'read in from a file again, on the page of all moves',
  'sample.load': 'the first start does it, or the command line', 'backups.remove': 'removed by itself 90 days after the move; sooner on the command line',
  'jobs.list': 'a job that failed stands under what needs attention, and is repeated there',
}

const root = join(import.meta.dirname, '../..')
const asks = /\b(?:useAsk|useAskPages|useWish|ask)(?:<[^()]*>)?\(\s*'([a-z-]+\.[a-z-]+)'/g
const asked = new Set(globSync('web/{console,portal,shared}/**/*.{ts,tsx}', { cwd: root }).flatMap(file => [...readFileSync(join(root, file), 'utf8').matchAll(asks)].map(([, name]) => name ?? '')))
const isForAgents = (name: EndpointName): boolean => /: for agents\.$/.test(api[name].says)

test('whatever can be asked of control is asked by a page of console or portal, is for agents, or is on no page for a reason', () => {
  const names = Object.keys(api) as EndpointName[]
  assert.ok(asked.has('moves.read') && asked.has('moves.approve') && asked.has('credentials.reveal'), 'what pages ask is found')
  assert.deepEqual(names.filter(name => !asked.has(name) && !isForAgents(name) && faceless[name] === undefined), [], 'nobody has said why these are on no page')
  assert.deepEqual(Object.keys(faceless).filter(name => !(name in api) || asked.has(name) || isForAgents(name as EndpointName)), [], 'these are on a page, or are no more')
  assert.deepEqual([...asked].filter(name => !(name in api)), [])
})
