import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { celConditions } from '../conditions/cel.ts'
import { readPlaybook } from './read.ts'

/** Right as it stands; each test puts something wrong into a copy. */
const right = `key: sample
version: 1
case: A
title: { en: Sample, ja: 見本 }
summary: { en: Sample, ja: 見本 }
people: [{ post: support, title: { en: Support, ja: サポート } }]
facts:
  - { name: sso, title: { en: SSO, ja: SSO }, type: bool, question: { en: On?, ja: 有効ですか }, asked: customer/it }
  - { name: links, title: { en: Links, ja: 連携 }, type: list, measured: integrations }
milestones:
  - { key: cutover, title: { en: Cutover, ja: 切替 }, at: T-0 }
environments:
  - { key: prod, title: { en: Production, ja: 本番 }, at: cutover, testingDays: 5 }
tasks:
  - key: first
    title: { en: First, ja: 最初 }
    instructions: { en: Do it, ja: 実施する }
    owner: customer/it
    at: T-5
    when: sso
    because: { en: Because of SSO, ja: SSO のため }
  - key: second
    title: { en: Second, ja: 次 }
    instructions: { en: Do it, ja: 実施する }
    owner: vendor/engineer
    at: cutover
    depends: [first]
gates:
  - key: decision
    title: { en: Go, ja: 判断 }
    at: T-1
    decides: vendor/migration-lead
    conditions: [{ task: first }]
`

const problems = (text: string): string[] => {
  const read = readPlaybook('p.yaml', text, celConditions)
  return 'problems' in read ? read.problems.map(one => `${one.line}:${one.column} ${one.says}`) : []
}

/** What is said of the sample with one thing changed. */
const changed = (was: string, is: string): string[] => {
  assert.ok(right.includes(was), was)
  return problems(right.replace(was, () => is))
}

describe('the file of a playbook', () => {
  it('that is right is a playbook', () => {
    const read = readPlaybook('p.yaml', right, celConditions)
    assert.ok('playbook' in read)
    assert.deepEqual(read.playbook.tasks.map(task => task.owner), [{ party: 'customer', duty: 'it' }, { party: 'vendor', post: 'engineer' }])
  })

  const wrong: readonly [name: string, was: string, is: string, says: readonly string[]][] = [
    ['an unknown key', '    at: T-5\n', '    at: T-5\n    wenn: sso\n', ['20:5 tasks › “first”: “wenn” is not known here']],
    ['an unknown key at the top', 'case: A', 'case: A\ncolour: red', ['4:1 “colour” is not known here']],
    ['a wrong type', 'version: 1', 'version: one', ['2:10 version: is of the wrong type, number is expected']],
    ['a text where a list is wanted', 'depends: [first]', 'depends: first', ['27:14 tasks › “second” › depends: is of the wrong type, array is expected']],
    ['a missing key', '    owner: customer/it\n', '', ['15:5 tasks › “first” › owner: is missing']],
    ['a missing Japanese text', '{ en: Second, ja: 次 }', '{ en: Second }', ['23:12 tasks › “second” › title › ja: is missing']],
    ['an empty text', 'en: Second,', "en: '  ',", ['23:18 tasks › “second” › title › en: Too small: expected string to have >=1 characters']],
    ['an owner nobody is', 'vendor/engineer', 'vendor/it', []],
    ['a check nobody can make', 'at: cutover\n    depends', 'at: cutover\n    check: moon-full\n    depends', []],
    ['a task that waits for one that is not there', '[first]\n', '[frist]\n', ['27:15 tasks › “second” › depends › number 1: there is no task “frist”']],
    ['tasks that wait for each other', '    at: T-5\n', '    at: T-0\n    depends: [second]\n', ['20:14 tasks › “first” › depends: waits for itself: first → second → first', '34:26 gates › “decision” › conditions › number 1 › task: “first” is due after the gate is decided']],
    ['a task that waits for a gate that waits for it', 'at: T-5\n', 'at: T-1\n    gate: decision\n', ['15:5 tasks › “first” › depends: waits for itself: first → first']],
    ['a task due before what it waits for', 'at: cutover\n    depends', 'at: T-9\n    depends', ['27:15 tasks › “second” › depends › number 1: is due before “first”, which it waits for']],
    ['a condition with an unknown fact', 'when: sso', 'when: sso && vnp', ['20:18 tasks › “first” › when: there is no fact “vnp”; there are sso, links']],
    ['a condition whose types differ', 'when: sso', "when: 'sso == 1'", ['20:12 tasks › “first” › when: types do not go together: no such overload: bool == int']],
    ['a condition that cannot be read', 'when: sso', "when: 'sso &&'", ['20:18 tasks › “first” › when: cannot be read: Unexpected token: EOF']],
    ['a condition without a reason', '    because: { en: Because of SSO, ja: SSO のため }\n', '', ['20:11 tasks › “first” › when: a task with a condition says why it applies: because is missing']],
    ['a place in a text that stands in one language', 'en: Because of SSO', "en: 'Because of {sso}'", ['21:14 tasks › “first” › because: {sso} stands in one language only']],
    ['a place that no fact fills', '{ en: Second, ja: 次 }', "{ en: 'Second {x}', ja: '次 {x}' }", ['23:12 tasks › “second” › title: there is no fact “x”']],
    ['a place whose fact the condition does not ask for', '{ en: Second, ja: 次 }', "{ en: 'Second {sso}', ja: '次 {sso}' }", ['23:12 tasks › “second” › title: {sso} has no value here: the task’s condition does not ask for it']],
    ['a key that is there twice', 'key: second', 'key: first', ['22:10 tasks › “first” › key: “first” is there twice', '27:14 tasks › “first” › depends: waits for itself: first → first']],
    ['a fact that is there twice', 'name: links', 'name: sso', ['9:13 facts › “sso” › name: “sso” is there twice']],
    ['a milestone that is not there', 'at: cutover\n    depends', 'at: cutoff\n    depends', ['26:9 tasks › “second” › at: there is no milestone “cutoff”; there are cutover, and days such as T-30']],
    ['a gate that asks for a task that is not there', '{ task: first }', '{ task: third }', ['33:26 gates › “decision” › conditions › number 1 › task: there is no task “third”']],
    ['a gate condition that is two things', '{ task: first }', '{ task: first, check: rehearsed }', ['33:18 gates › “decision” › conditions › number 1: is exactly one of task, check and signedOff']],
    ['tasks for each of what is no list', 'at: cutover\n    depends', 'at: cutover\n    each: sso\n    depends', ['27:11 tasks › “second” › each: “sso” is no list but of type bool']],
    ['a fact that would stay open for ever', ', measured: integrations', '', ['9:5 facts › “links”: nobody is asked, nothing measures it and there is no default: it would stay open for ever']],
    ['a default of another type', 'type: bool,', 'type: bool, default: 3,', ['8:68 facts › “sso” › default: is no bool value']],
    ['a fact by a word of the language', 'name: links', 'name: in', ['9:13 facts › “in” › name: is a word that conditions use otherwise']],
    ['an environment before the other is tested', 'testingDays: 5 }\n', "testingDays: 5, after: pre-prod }\n  - { key: pre-prod, title: { en: Before, ja: 本番前 }, at: T-6, testingDays: 7 }\n", ['13:57 environments › “prod” › at: prod would start before pre-prod has been tested for 7 days']],
    ['what is of the customer where there is one environment', 'at: T-5\n', 'at: T-5\n    scope: customer\n', ['20:12 tasks › “first” › scope: there is only one environment, so that everything is of the customer']],
    ['what is of the customer and of an environment', 'at: T-5\n', 'at: T-5\n    scope: customer\n    environment: prod\n', ['20:12 tasks › “first” › scope: is of prod and cannot be of the customer']],
    ['what is due between two cutovers and of neither', "testingDays: 5 }\ntasks:\n", "testingDays: 5, after: non-prod }\n  - { key: non-prod, title: { en: Before, ja: 非本番 }, at: T-9, testingDays: 3 }\nmessages: [{ key: m, scope: customer, title: { en: M, ja: 通知 }, on: go, to: [customer/it] }]\ntasks:\n", ['17:5 tasks › “first”: is due between the first cutover and the last: it needs its environment, or scope: customer', '31:5 gates › “decision”: is due between the first cutover and the last: it needs its environment, or scope: customer']],
    ['a letter that goes out twice', 'gates:\n', 'messages: [{ key: m, title: { en: M, ja: 通知 }, on: go, at: T-1, to: [customer/it] }]\ngates:\n', ['28:12 messages › “m”: goes out either on an event or at a day']],
    ['a dated letter without a body', 'gates:\n', 'messages: [{ key: m, title: { en: M, ja: 通知 }, at: T-1, to: [customer/it] }]\ngates:\n', ['28:12 messages › “m”: there is no letter for it: its body is missing']],
    ['a body for what has a letter', 'gates:\n', 'messages: [{ key: m, title: { en: M, ja: 通知 }, on: go, body: { en: B, ja: 本文 }, to: [customer/it] }]\ngates:\n', ['28:12 messages › “m”: there is a letter for it, which needs no body']],
    ['a checklist nobody uses', 'gates:\n', 'checklists: [{ key: c, title: { en: C, ja: 一覧 }, for: customer/it, items: [{ key: i, title: { en: I, ja: 項目 } }] }]\ngates:\n', ['28:21 checklists › “c” › key: no task or sign-off uses “c”, which is for customer/it']],
    ['levels of escalation that do not rise', 'gates:\n', 'escalation: [{ level: 2, afterDays: 1, to: [vendor/support], title: { en: E, ja: 連絡 } }]\ngates:\n', ['28:14 escalation › number 1: levels rise from 1 by one, and their days with them']],
    ['check-ins that end before they begin', 'gates:\n', 'checkIns: [{ everyDays: 1, from: T-1, to: T-2, with: [vendor/support], title: { en: E, ja: 定例 } }]\ngates:\n', ['28:43 checkIns › number 1 › to: ends before it begins']],
    ['no task at all', right.slice(right.indexOf('tasks:'), right.indexOf('gates:')), '', []],
    ['a key that YAML has twice', 'version: 1', 'version: 1\nversion: 2', ['3:1 Map keys must be unique']],
    ['what is no YAML', 'title: { en: Sample, ja: 見本 }\nsummary', 'title: { en: Sample, ja: 見本 } }\nsummary', ['4:31 Unexpected flow-map-end token in YAML stream: "}"']],
  ]
  for (const [name, was, is, says] of wrong) {
    it(`with ${name} is told where it is wrong`, () => {
      const found = changed(was, is)
      if (says.length > 0) assert.deepEqual(found, says)
      else assert.ok(found.length > 0)
    })
  }

  it('is told of everything that is wrong at once, in the order of its lines', () => {
    const text = right.replace('ja: 最初', 'jp: 最初').replace('when: sso', 'when: nope').replace('vendor/engineer', 'vendor/it').replace('[first]\n', '[frist]\n').replace('{ task: first }', '{ task: third }').replace('type: list', 'type: lisst')
    assert.deepEqual(problems(text).map(line => line.split(':')[0]), ['9', '16', '16', '25', '33'])
  })

  it('is not told of the mentions of what is malformed itself', () => {
    const text = right.replace('type: bool,', 'type: boole,').replace('key: cutover, title', 'key: cutover, titel')
    assert.deepEqual(problems(text).map(line => line.split(' ')[0]), ['8:53', '11:5', '11:21'])
  })

  it('is told what an element means although another one is malformed, at its own place', () => {
    const text = right.replace('ja: 最初', 'jp: 最初').replace('[first]\n', '[frist]\n')
    assert.deepEqual(problems(text), ['16:12 tasks › “first” › title › ja: is missing', '16:25 tasks › “first” › title: “jp” is not known here', '27:15 tasks › “second” › depends › number 1: there is no task “frist”'])
    assert.deepEqual(problems(text.replace('at: T-5', 'at: T-5\n    colour: red')).length, 4)
    assert.deepEqual(problems(right.replace('at: T-5', 'at: T-5\n    colour: red').replace('when: sso', 'when: nope')).map(line => line.split(' ')[0]), ['20:5', '21:11'])
  })

  it('of any content is either a playbook or has problems, and never throws', () => {
    for (const text of ['', '~', '[]', '1', 'key: x', 'tasks: 3', 'tasks: [1, ~, []]', 'facts: [{}]\ntasks: [{}]', '&a [*a]', 'a: &a [1]\nb: [*a, *a]', '- - -', '%', '\t', 'tasks:\n  - key: [1]\n']) {
      assert.ok(problems(text).length > 0, JSON.stringify(text))
    }
  })
})
