import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { domainOf, isMailAddress } from './mail-address.ts'

describe('a mail address', () => {
  it('is one name at one host', () => {
    for (const good of ['a@b.example', 'first.last+tag@mail.b-c.example', "o'neil@b.example", '橋本@例え.テスト', 'a@xn--r8jz45g.xn--zckzah', `${'a'.repeat(64)}@b.example`]) assert.ok(isMailAddress(good), good)
    for (const bad of ['', 'a', '@b.example', 'a@', 'a@b', 'a@@b.example', 'a@b..example', 'a@-b.example', '.a@b.example', 'a.@b.example', 'a..b@c.example', '"a b"@c.example', 'A <a@b.example>', 'a@b.example,c@d.example', 'a@b.example;', 'a@b.example\n', `${'a'.repeat(65)}@b.example`, `a@${'b.'.repeat(130)}example`]) {
      assert.ok(!isMailAddress(bad), bad)
    }
  })

  it('holds nothing that ends a header or begins another address', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 12 }), text => {
      const address = `a${text}@b.example`
      if (isMailAddress(address)) assert.doesNotMatch(address, /[\s\p{Cc}<>,;:"()]/u)
    }), { numRuns: 2_000 })
  })

  it('has a host in one spelling', () => {
    assert.equal(domainOf('A@Mail.Example'), 'mail.example')
  })
})
