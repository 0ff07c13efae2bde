import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { columnsOf, wrap } from '#lib/wrap.ts'
import { letterEvents, writeLetter, type LetterEvent, type LetterEvents } from './letters.ts'
import type { Correspondence } from './letters/correspondence.ts'
import type { Rendered } from './letters/render.ts'
import { dayIn, spanIn, timeIn } from './letters/times.ts'
import { locales, type Locale } from './locale.ts'

const link = (name: string): string => `https://moves.meridian.example/${name}?a=1&b=2`
const at = Date.UTC(2026, 11, 4, 13, 12)
const window = { from: Date.UTC(2026, 11, 11, 13), to: Date.UTC(2026, 11, 11, 14, 30) }

/** Facts for every event, each text made by `v`, so that a test knows what must be seen. */
const samples = (v: (name: string) => string): LetterEvents => {
  const task = { tenant: v('tenant'), task: v('task'), due: '2026-11-30', link: link('task') }
  const decided = { tenant: v('tenant'), window, by: v('by'), note: v('note'), link: link('gate') }
  return {
    'address-check': { link: link('check'), until: at }, 'sign-in': { link: link('in'), until: at }, 'second-factor': { code: '042917', until: at },
    'credentials-ready': { tenant: v('tenant'), link: link('once'), until: at },
    'bundle-ready': { tenant: v('tenant'), bytes: 5_000_000_000, checksum: v('checksum'), fingerprint: v('fingerprint'), link: link('bundle'), until: at, times: 3, licences: [{ name: v('seats'), seats: 50 }], documents: [{ label: v('guide'), url: link('guide') }], files: { how: v('how'), link: link('files') } },
    'files-ready': { tenant: v('tenant'), bytes: 5_000_000_000, checksum: v('checksum'), files: 12, others: 2, link: link('archive'), until: at, times: 3 },
    'call-invitation': { tenant: v('tenant'), title: v('title'), when: window, place: v('place'), agenda: [v('agenda-1'), v('agenda-2')], questionnaire: link('form'), link: link('call') },
    'call-moved': { tenant: v('tenant'), title: v('title'), was: window, when: { from: window.from + 86_400_000, to: window.to + 86_400_000 }, place: v('place'), reason: v('reason'), link: link('call') },
    'call-cancelled': { tenant: v('tenant'), title: v('title'), when: window, reason: v('reason'), link: link('call') },
    'questionnaire': { tenant: v('tenant'), questions: 23, due: '2026-11-30', link: link('form') },
    'question-answered': { question: v('question'), answer: v('answer'), link: link('faq') },
    'plan-ready': { tenant: v('tenant'), tasks: 7, window, link: link('plan') },
    'task-assigned': { ...task, reason: v('reason') }, 'task-reminder': { ...task, daysLeft: 3 }, 'task-overdue': { ...task, daysLate: 2 }, 'escalation': { ...task, owner: v('owner'), level: 2, daysLate: 5 },
    'digest': { since: at, news: [{ label: v('news-1'), url: link('1') }, { label: v('news-2'), url: link('2') }] },
    'window-proposed': { tenant: v('tenant'), windows: [window], answerBy: '2026-11-27', link: link('choose') }, 'window-confirmed': { tenant: v('tenant'), window, link: link('w') },
    'window-moved': { tenant: v('tenant'), was: { from: at, to: at + 3_600_000 }, window, reason: v('reason'), link: link('w') }, 'window-cancelled': { tenant: v('tenant'), window, reason: v('reason'), link: link('w') },
    'freeze-begins': { tenant: v('tenant'), at, expectedSeconds: 20 },
    'quote-sent': { number: v('number'), customer: v('customer'), total: v('total'), validUntil: '2026-12-31', link: link('q') }, 'quote-accepted': { number: v('number'), customer: v('customer'), total: v('total'), by: v('by'), at, link: link('q') },
    'quote-withdrawn': { number: v('number'), customer: v('customer'), because: 'window-moved', link: link('q') },
    'contract-end': { tenant: v('tenant'), ends: '2027-03-31', daysLeft: 30, link: link('old') },
    'go': decided, 'no-go': decided, 'sign-off-wanted': { tenant: v('tenant'), due: '2026-12-18', link: link('s') }, 'turned-back': { tenant: v('tenant'), at, address: v('address'), reason: v('reason'), link: link('m') }, 'settled': { tenant: v('tenant'), at, link: link('m') },
    'finished': {
      tenant: v('tenant'), at, proven: true, addresses: [{ was: v('was'), is: v('is') }], redirectedUntil: '2027-03-31', download: { link: link('download'), until: at, times: 5 }, licences: [{ name: v('licence'), seats: 120 }],
      documents: [{ label: v('document'), url: link('doc') }], files: { how: v('how'), link: link('files') }, link: link('test'),
    },
    'finished-partner': { customer: v('customer'), tenant: v('tenant'), at },
    'notice': { tenant: v('tenant'), title: v('title'), body: v('body'), link: link('n') }, 'note': { tenant: v('tenant'), by: v('by'), text: v('text'), link: link('n') },
    'answer': { customer: v('customer'), by: v('by'), text: v('text'), link: link('n') }, 'unreachable': { customer: v('customer'), person: v('person'), address: v('address'), reason: v('reason'), link: link('n') },
  }
}

const reader = (locale: Locale): Correspondence => ({
  vendor: 'Meridian Analytics', locale, zone: 'Asia/Tokyo', name: 'Yoko', company: 'Tsubame Trading',
  turnTo: [{ duty: 'project-manager', name: 'Move desk', address: 'pm@meridian.example', phone: '+81-3-0000-0000' }, { duty: 'support', name: 'Help desk', address: 'help@meridian.example', phone: null }, { duty: 'customer-success', name: 'Success desk', address: 'success@meridian.example', phone: null }],
})
const written = (event: LetterEvent, facts: LetterEvents, to: Correspondence): Rendered => writeLetter(event, facts[event], to)
const each = (test: (event: LetterEvent, locale: Locale) => void): void => { for (const event of letterEvents) for (const locale of locales) test(event, locale) }

/** What a browser shows of a page, without what is between words. */
const seen = (html: string): string => unescaped(html.replace(/<style>.*?<\/style>|<title>.*?<\/title>/gs, '').replace(/<[^>]*>/g, ' '))
const unescaped = (html: string): string => html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
const dense = (text: string): string => text.replaceAll(/[\s>：:-]+/g, '')

describe('letters', () => {
  it('exist for every event in every language, and say nothing that was not filled in', () => {
    assert.equal(letterEvents.length, 37)
    each((event, locale) => {
      const letter = written(event, samples(name => `some-${name}`), reader(locale))
      for (const part of Object.values(letter)) assert.doesNotMatch(part, /undefined|null|NaN|\[object|\$\{/, event)
      assert.ok(letter.subject.length > 5 && [...letter.subject].length <= 100, letter.subject)
      assert.match(letter.html, new RegExp(`<html lang="${locale}">`))
    })
  })

  it('tell everything they were told, as text and as HTML, and no value is more than text', () => {
    each((event, locale) => {
      const told = new Set<string>()
      const letter = written(event, samples(name => {
        told.add(name)
        return `<i>${name}</i>"'&`
      }), reader(locale))
      for (const name of namesOf(event)) {
        assert.ok(letter.text.includes(`<i>${name}</i>"'&`), `${event} ${locale} text: ${name}`)
        assert.ok(letter.html.includes(`&lt;i&gt;${name}&lt;/i&gt;&quot;&#39;&amp;`), `${event} ${locale} HTML: ${name}`)
      }
      assert.doesNotMatch(letter.html, /<i>/)
    })
  })

  it('say the same as text and as HTML', () => {
    each((event, locale) => {
      const { text, html } = written(event, samples(name => `some ${name}`), reader(locale))
      const bare = text.replaceAll(/^ *https:\/\/moves\.meridian\.example\S*$/gm, '')
      assert.equal(dense(bare), dense(seen(html)), `${event} ${locale}`)
      const urls = (from: string): string[] => [...from.matchAll(/https:\/\/moves\.meridian\.example\/[^\s"<]*/g)].map(match => unescaped(match[0]))
      assert.deepEqual(urls(text), urls(html))
    })
  })

  it('load nothing, run nothing, and hold links to the web only', () => {
    each((event, locale) => {
      const { html } = written(event, samples(name => `x" onload="${name}`), reader(locale))
      assert.doesNotMatch(html, /<(?:img|script|link|iframe|form|input|object)\b|\ssrc=|url\(|@import|\son\w+="[^&]/i)
      assert.doesNotMatch(html.replaceAll(/ href="https:\/\/[^"]*"/g, ''), /href/)
    })
    for (const bad of ['javascript:alert(1)', 'https://a.example/ x', 'https://a.example/"><b>', 'http://a.example\r\nBcc: x@y.example', '']) {
      assert.throws(() => writeLetter('sign-in', { link: bad, until: at }, reader('en')), /leads to the web/, bad)
    }
  })

  it('are wrapped, but for words that cannot be', () => {
    each((event, locale) => {
      const { text } = written(event, samples(name => `${name} とても長い名前の株式会社つばめ商事ホールディングス and a rather long name in English `.repeat(3)), reader(locale))
      for (const line of text.split('\n')) assert.ok(columnsOf(line) <= 76 || line.startsWith('https://') || line.startsWith('  https://'), line)
      assert.doesNotMatch(text, /^[、。）」ー]/m)
      assert.doesNotMatch(text, /\n{3}|[ \t]$/m)
    })
  })

  it('cannot be given lines, headers or hidden directions by a value', () => {
    each((event, locale) => {
      const names = namesOf(event).filter(name => !['note', 'reason', 'question', 'answer', 'text'].includes(name) || event === 'task-assigned')
      const plain = written(event, samples(name => `some ${name}`), reader(locale))
      const hostile = written(event, samples(name => (names.includes(name) ? `some\r\n\u202E${name}\u001b[2J` : `some ${name}`)), reader(locale))
      assert.doesNotMatch(hostile.subject, /[\p{Cc}\u202E]/u)
      assert.doesNotMatch(hostile.text.replaceAll('\n', '') + hostile.html.replaceAll('\n', ''), /[\p{Cc}\u202E]/u)
      assert.equal(hostile.text.split('\n\n').length, plain.text.split('\n\n').length)
    })
  })

  it('A9: name the people to turn to, by duty and address', () => {
    each((event, locale) => {
      const { text, html } = written(event, samples(name => name), reader(locale))
      for (const { name, address } of reader(locale).turnTo) for (const part of [text, html]) assert.ok(part.includes(`${name}, ${address}`), `${event}: ${address}`)
      for (const duty of locale === 'en' ? ['Project manager', 'Support', 'Customer success'] : ['プロジェクトマネージャー', 'サポート窓口', 'カスタマーサクセス担当']) assert.ok(text.includes(duty))
    })
    assert.throws(() => writeLetter('sign-in', { link: link('x'), until: at }, { ...reader('en'), turnTo: [] }), /people to turn to/)
  })

  it('name the zone with every time', () => {
    each((event, locale) => {
      const { text } = written(event, samples(name => name), reader(locale))
      const flat = text.replaceAll(/\s+/g, '')
      const [times, zones] = [flat.match(/\d\d:\d\d(?:–\d\d:\d\d)?/g)?.length ?? 0, flat.match(/Asia\/Tokyo[,、]UTC\+9/g)?.length ?? 0]
      assert.equal(times, zones, text)
    })
  })

  it('tell a partner that it is finished, and no way to reach anything', () => {
    for (const locale of locales) {
      const { text, html } = written('finished-partner', samples(name => name), reader(locale))
      assert.doesNotMatch(text + html, /https?:|href/)
    }
  })

  it('keep a person’s words in the lines they wrote', () => {
    const { text, html } = writeLetter('no-go', { tenant: 'A', window, by: 'B', note: 'First.\r\n\r\n<Second>', link: link('g') }, reader('en'))
    assert.match(text, /\n> First\.\n>\n> <Second>\n/)
    assert.match(html, /<blockquote>First\.<br><br>&lt;Second&gt;<\/blockquote>/)
    assert.doesNotMatch(writeLetter('no-go', { tenant: 'A', window, by: 'B', note: ' ', link: link('g') }, reader('en')).html, /<blockquote>/)
  })

  it('greet politely also whom they know only half', () => {
    assert.match(writeLetter('sign-in', { link: link('x'), until: at }, { ...reader('ja'), name: '' }).text, /^Tsubame Trading\n\nご担当者様\n\nいつもお世話になっております。Meridian Analyticsでございます。\n/)
    assert.match(writeLetter('sign-in', { link: link('x'), until: at }, { ...reader('en'), name: ' ' }).text, /^Hello,\n/)
  })

  it('read exactly so', () => {
    assert.equal(writeLetter('task-reminder', { tenant: 'Tsubame Forms', task: 'Open port 443', due: '2026-11-30', daysLeft: 1, link: link('t') }, reader('en')).text, `Dear Yoko,

This is a friendly reminder of a task for the move of Tsubame Forms. If
it is done already, please mark it as done; if something is in the way,
tell us now.

Task: Open port 443
Due: Monday 30 November 2026

Open the task:
https://moves.meridian.example/t?a=1&b=2

Kind regards,

Meridian Analytics

People to turn to

Project manager: Move desk, pm@meridian.example, +81-3-0000-0000
Support: Help desk, help@meridian.example
Customer success: Success desk, success@meridian.example
`)
    assert.equal(writeLetter('window-confirmed', { tenant: 'つばめフォーム', window, link: link('w') }, { ...reader('ja'), name: '橋本', company: '株式会社つばめ商事' }).text, `株式会社つばめ商事

橋本 様

いつもお世話になっております。Meridian Analyticsでございます。

つばめフォームの移行日時が確定いたしましたので、お知らせいたします。カレ
ンダー用の招待状を添付しております。関係者の皆様へご転送いただけます。

日時：2026年12月11日（金）22:00–23:30（Asia/Tokyo、UTC+9）

当日の流れを見る：
https://moves.meridian.example/w?a=1&b=2

何卒よろしくお願い申し上げます。

Meridian Analytics

お問い合わせ先

プロジェクトマネージャー：Move desk, pm@meridian.example,
  +81-3-0000-0000
サポート窓口：Help desk, help@meridian.example
カスタマーサクセス担当：Success desk, success@meridian.example
`)
  })
})

/** Which texts an event is told, by the names `samples` gives them. */
const namesOf = (event: LetterEvent): readonly string[] => [...JSON.stringify(samples(name => `{{${name}}}`)[event]).matchAll(/\{\{([^}]+)\}\}/g)].map(match => match[1] ?? '')

describe('times in letters', () => {
  it('are said in the reader’s zone, with what it is from UTC that day', () => {
    assert.equal(timeIn('en', 'Europe/Berlin', Date.UTC(2026, 6, 1, 22, 5)), 'Thursday 2 July 2026, 00:05 (Europe/Berlin, UTC+2)')
    assert.equal(timeIn('en', 'America/St_Johns', Date.UTC(2026, 0, 1)), 'Wednesday 31 December 2025, 20:30 (America/St_Johns, UTC−3:30)')
    assert.equal(timeIn('ja', 'UTC', Date.UTC(2026, 0, 1)), '2026年1月1日（木）00:00（UTC）')
    assert.equal(dayIn('ja', '2026-11-22'), '2026年11月22日（日）')
  })

  it('say the day twice only where it is another, and the zone twice only where its clocks change between', () => {
    assert.equal(spanIn('en', 'Asia/Tokyo', window), 'Friday 11 December 2026, 22:00–23:30 (Asia/Tokyo, UTC+9)')
    assert.equal(spanIn('ja', 'Asia/Tokyo', { from: window.from, to: window.to + 3_600_000 }), '2026年12月11日（金）22:00 – 2026年12月12日（土）00:30（Asia/Tokyo、UTC+9）')
    assert.equal(spanIn('en', 'Europe/Berlin', { from: Date.UTC(2026, 9, 25, 0), to: Date.UTC(2026, 9, 25, 2) }), 'Sunday 25 October 2026, 02:00 (Europe/Berlin, UTC+2) – Sunday 25 October 2026, 03:00 (Europe/Berlin, UTC+1)')
  })
})

describe('wrapping', () => {
  it('loses nothing, keeps to its columns and begins no line with what cannot begin one', () => {
    const piece = fc.oneof(fc.constantFrom('あ', '。', '、', '「', '」', '切替', 'a', 'word ', ' ', 'ー', '🙂', 'https://a.example/x '), fc.string({ unit: 'grapheme', maxLength: 3 }))
    fc.assert(fc.property(fc.array(piece, { maxLength: 120 }), fc.integer({ min: 20, max: 80 }), (pieces, columns) => {
      const text = pieces.join('')
      const lines = wrap(text, columns)
      assert.equal(lines.join('').replaceAll(/\s+/g, ''), text.replaceAll(/\s+/g, ''))
      for (const line of lines) {
        assert.equal(line, line.trim())
        assert.ok(line !== '' && (columnsOf(line) <= columns || wrap(line, 1).some(part => columnsOf(part) > columns)), line)
      }
    }), { numRuns: 300 })
    assert.deepEqual(wrap('これは「長い」文です。続きます。', 12), ['これは「長', 'い」文です。', '続きます。'])
  })
})
