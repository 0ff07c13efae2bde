import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { FactValue } from '#domain/playbook.ts'
import { factOf } from '#test/playbooks/samples.ts'
import { celConditions } from './cel.ts'

const facts = [factOf('sso', 'bool'), factOf('vpn', 'bool'), factOf('users', 'number'), factOf('name', 'text'), factOf('kind', 'choice', { choices: [{ value: 'own', title: { en: 'own', ja: '自社' } }] }), factOf('links', 'list')]
const decide = celConditions.over(facts)
const values = (of: Record<string, FactValue>): ReadonlyMap<string, FactValue> => new Map(Object.entries(of))

describe('conditions', () => {
  it('compare facts with what is written', () => {
    const known = values({ sso: true, vpn: false, users: 100, name: 'x', kind: 'own', links: ['a', 'b'] })
    const held: [string, boolean][] = [
      ['sso', true], ['!sso', false], ['sso && !vpn', true], ['vpn || users >= 100', true], ['users > 100', false], ['users == 100', true], ['kind == "own"', true], ['kind in ["own"]', true],
      ['"a" in links', true], ['"c" in links', false], ['size(links) == 2', true], ['name != "y"', true], ['(sso || vpn) && users != 3', true],
    ]
    for (const [when, is] of held) {
      assert.equal(celConditions.problem(when, facts), undefined, when)
      assert.equal(decide(when, known).is, is ? 'yes' : 'no', when)
    }
  })

  it('are open while a fact that matters is, and say which', () => {
    assert.deepEqual(decide('sso', values({})), { is: 'open', facts: ['sso'] })
    assert.deepEqual(decide('sso && users > 3', values({ users: 4 })), { is: 'open', facts: ['sso'] })
    assert.deepEqual(decide('sso || users > 3', values({ users: 1 })), { is: 'open', facts: ['sso'] })
  })

  it('do not wait for a fact that cannot change the answer any more', () => {
    assert.deepEqual(decide('sso || users > 3', values({ users: 4 })), { is: 'yes', facts: ['users'] })
    assert.deepEqual(decide('users > 3 || sso', values({ users: 4 })), { is: 'yes', facts: ['users'] })
    assert.deepEqual(decide('sso && users > 3', values({ users: 1 })), { is: 'no', facts: ['users'] })
  })

  it('of && and || and ! come out as in three-valued logic, whatever is known', () => {
    type Tree = { readonly text: string; readonly value: (of: Record<string, boolean | undefined>) => boolean | undefined }
    const leaf = fc.constantFrom('sso', 'vpn').map((name): Tree => ({ text: name, value: of => of[name] }))
    const { tree } = fc.letrec<{ tree: Tree }>(tie => ({
      tree: fc.oneof({ maxDepth: 4 }, leaf,
        tie('tree').map((a): Tree => ({ text: `!(${a.text})`, value: of => { const x = a.value(of); return x === undefined ? undefined : !x } })),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]): Tree => ({ text: `(${a.text}) && (${b.text})`, value: of => { const [x, y] = [a.value(of), b.value(of)]; return x === false || y === false ? false : x === undefined || y === undefined ? undefined : true } })),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]): Tree => ({ text: `(${a.text}) || (${b.text})`, value: of => { const [x, y] = [a.value(of), b.value(of)]; return x === true || y === true ? true : x === undefined || y === undefined ? undefined : false } }))),
    }))
    const known = fc.option(fc.boolean(), { nil: undefined })
    fc.assert(fc.property(tree, known, known, (one, sso, vpn) => {
      const given = values({ ...(sso === undefined ? {} : { sso }), ...(vpn === undefined ? {} : { vpn }) })
      const value = one.value({ sso, vpn })
      assert.equal(decide(one.text, given).is, value === undefined ? 'open' : value ? 'yes' : 'no')
    }))
  })

  it('are refused where they name an unknown fact, mix types or ask for a choice that is none, at its place', () => {
    const wrong: [string, RegExp, number][] = [
      ['sso && nope', /no fact “nope”; there are sso, vpn/, 7], ['users', /type int; a condition is true or false/, 0], ['users >= "a"', /types do not go together/, 0], ['kind == "other"', /no choice of kind; there are own/, 8],
      ['"other" == kind', /no choice of kind/, 0], ['kind in ["own", "x"]', /no choice of kind/, 16], ['sso &&', /cannot be read/, 6], ['sso == users', /types/, 0],
    ]
    for (const [when, says, offset] of wrong) {
      const problem = celConditions.problem(when, facts)
      assert.match(problem?.says ?? 'no problem', says, when)
      assert.equal(problem?.offset, offset, when)
    }
  })

  it('are refused where they could fail, loop or grow', () => {
    for (const when of ['links[5] == "a"', 'users / 0 == 1', 'name.matches("(a+)+$")', 'links.all(x, x == "a")', 'links.map(x, x) == links', 'string(users) == "1"', 'name + name == "a"', '{"a": 1}.a == 1', 'sso ? vpn : sso', 'users > 1.5', 'null == null', '-users > 3']) {
      assert.notEqual(celConditions.problem(when, facts), undefined, when)
    }
  })
})
