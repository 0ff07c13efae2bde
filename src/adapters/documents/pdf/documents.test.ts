import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Fault } from '#domain/faults.ts'
import type { Paper, PaperBlock } from '#domain/paper.ts'
import { planPaper, type PlanSheet } from '#domain/papers/plan.ts'
import { quotePaper, type QuoteSheet } from '#domain/papers/quote.ts'
import { readPdf } from '#test/services/pdf-text.ts'
import { openPdfDocuments } from './documents.ts'
import { drawPaper } from './draw.ts'

const never = new AbortController().signal
const documents = openPdfDocuments()

const quote: QuoteSheet = {
  number: 'Q-2026-0117', what: 'Tsubame Formsの専用サーバーへの移行', issuedOn: '2026-11-16', validUntil: '2026-12-15', vendor: ['メリディアン株式会社', '東京都千代田区架空町1-2-3', 'moves@meridian.example'], to: ['株式会社つばめ商事 御中', '橋本 陽子 様'],
  customer: '株式会社つばめ商事', partner: 'はやぶさシステム株式会社', zone: 'Asia/Tokyo',
  lines: [
    { from: Date.UTC(2026, 10, 20, 6), to: Date.UTC(2026, 10, 20, 9), what: 'データ移行', kind: 'standard', holiday: null, minutes: 180, rate: '￥12,000', percent: 100, amount: '￥36,000' },
    { from: Date.UTC(2026, 10, 20, 9), to: Date.UTC(2026, 10, 20, 15), what: 'データ移行', kind: 'after-hours', holiday: null, minutes: 360, rate: '￥12,000', percent: 150, amount: '￥108,000' },
    { from: Date.UTC(2026, 10, 22, 15), to: Date.UTC(2026, 10, 22, 17), what: '切替作業', kind: 'holiday', holiday: '勤労感謝の日', minutes: 120, rate: '￥12,000', percent: 150, amount: '￥36,000' },
  ],
  subtotal: '￥180,000', tax: { name: '消費税（10%）', amount: '￥18,000' }, total: '￥198,000', terms: ['お支払いは月末締め、翌月末払いでお願いいたします。'], createdAt: Date.UTC(2026, 10, 16),
}

const plan = (tasks: number): PlanSheet => ({
  tenant: 'つばめフォーム', vendor: 'メリディアン株式会社', customer: '株式会社つばめ商事', playbook: 'cloud-to-cloud 1.2', window: { from: Date.UTC(2026, 11, 4, 13), to: Date.UTC(2026, 11, 4, 15) }, zone: 'Asia/Tokyo', madeOn: '2026-11-22', turnTo: ['Move desk, pm@meridian.example'], createdAt: Date.UTC(2026, 10, 22),
  milestones: [
    { name: 'T-30', day: '2026-11-04', tasks: Array.from({ length: tasks }, (_, n) => ({ task: `作業${n + 1}：ファイアウォールの設定を変更し、新しいアドレスへの通信を許可する`, owner: 'IT', due: '2026-11-30', reason: 'VPNをご利用のため', done: n === 0 })) },
    { name: 'T-0', day: '2026-12-04', tasks: [] },
  ],
})

const paper = (blocks: readonly PaperBlock[], more: Partial<Paper> = {}): Paper => ({ locale: 'en', title: 'A paper', marks: ['No. 1'], author: 'Meridian', blocks, foot: 'Meridian · A paper', createdAt: 0, ...more })
const pagesOf = async (one: Paper): Promise<readonly string[]> => (await readPdf(await drawPaper(one))).pages
const flat = (pages: readonly string[]): string => pages.join('\n').replaceAll(/\s+/g, '')

describe('the quote as PDF', () => {
  it('says in Japanese who offers what to whom, until when and for how much', async () => {
    const { pages, language, title } = await readPdf(await documents.pdf(quotePaper(quote, 'ja'), never))
    const text = flat(pages)
    assert.deepEqual([pages.length, language, title], [1, 'ja', '御見積書'])
    for (const part of ['御見積書', 'Q-2026-0117', '2026年11月16日（月）', '株式会社つばめ商事御中', 'はやぶさシステム株式会社', '2026年12月15日（火）', '日時はすべてAsia/Tokyoの時刻です', '営業時間内', '勤労感謝の日', '小計￥180,000', '消費税（10%）￥18,000', '合計金額￥198,000', 'お支払いは月末締め', '1/1ページ']) {
      assert.ok(text.includes(part), `${part} in ${text}`)
    }
  })

  it('says the same in English', async () => {
    const { pages, language } = await readPdf(await documents.pdf(quotePaper({ ...quote, vendor: ['Meridian Inc.'], what: 'the move to a dedicated server', subtotal: '¥180,000', tax: { name: 'Consumption tax (10%)', amount: '¥18,000' }, total: '¥198,000' }, 'en'), never))
    const text = flat(pages)
    assert.equal(language, 'en')
    for (const part of ['QuoteNo.Q-2026-0117', 'IssuedMonday16November2026', 'ValiduntilTuesday15December2026', 'Subtotal¥180,000', 'Consumptiontax(10%)¥18,000', 'Total¥198,000', 'Officehours', 'Afterhours', 'Page1of1']) assert.ok(text.includes(part), `${part} in ${text}`)
  })

  it('shows times in the quote’s zone, and midnight as the end of its day', async () => {
    const text = flat(await pagesOf(quotePaper(quote, 'en')))
    for (const part of ['2026-11-20Fri15:00–18:00', '2026-11-20Fri18:00–24:00', '2026-11-23Mon00:00–02:00']) assert.ok(text.includes(part), part)
  })
})

describe('the plan as PDF', () => {
  it('goes on over pages with its titles on each, and loses no task', async () => {
    const pages = await pagesOf(planPaper(plan(60), 'ja'))
    assert.ok(pages.length >= 3, `${pages.length} pages`)
    for (const [n, text] of pages.slice(0, 3).entries()) {
      assert.match(text.replaceAll(/\s+/g, ''), /作業担当期限理由/, `page ${n + 1} has no titles`)
      assert.ok(text.replaceAll(/\s+/g, '').includes(`${n + 1}/${pages.length}ページ`), text)
    }
    const text = flat(pages)
    for (let n = 1; n <= 60; n += 1) assert.equal(text.split(`作業${n}：`).length, 2, `task ${n}`)
    assert.ok(text.includes('T-30·2026年11月4日（水）') && text.includes('2026年12月4日（金）22:00–2026年12月5日（土）00:00（Asia/Tokyo、UTC+9）'), text)
  })

  it('says in English when nothing is agreed and nothing to do', async () => {
    const text = flat(await pagesOf(planPaper({ ...plan(1), window: null }, 'en')))
    for (const part of ['PlanforthemoveofつばめフォームAsofSunday22November2026', 'Windownotyetagreed', 'Notasks.', 'TaskWhoDueWhy', '✓作業1']) assert.ok(text.includes(part), `${part} in ${text}`)
  })
})

describe('papers as PDF', () => {
  it('are the same bytes for the same paper, whenever and wherever they are made', async () => {
    const before = process.env['TZ']
    const one = await documents.pdf(quotePaper(quote, 'ja'), never)
    try {
      process.env['TZ'] = 'America/Los_Angeles'
      assert.ok(Buffer.from(await documents.pdf(quotePaper(quote, 'ja'), never)).equals(one))
    } finally {
      if (before === undefined) delete process.env['TZ']
      else process.env['TZ'] = before
    }
    assert.ok(!Buffer.from(await documents.pdf(quotePaper({ ...quote, createdAt: quote.createdAt + 1_000 }, 'ja'), never)).equals(one))
  })

  it('tell a screen reader what is a heading, a table and its titles', async () => {
    const { roles } = await readPdf(await drawPaper(planPaper(plan(60), 'en')))
    const [first = []] = roles
    assert.deepEqual(first.slice(0, 9), ['Document', 'H1', 'P', 'P', 'Table', 'TR', 'TH', 'TD', 'TR'])
    assert.equal(first.filter(role => role === 'H2').length, 1)
    assert.ok(first.join(' ').includes('Table TR TH TH TH TH TR TD TD TD TD'), first.join(' '))
    // Two facts and four titles: what stands on top of later pages is read out once.
    assert.deepEqual([first.filter(role => role === 'TH').length, first.filter(role => role === 'TR').length], [6, 63])
    assert.ok(roles.length >= 3 && roles.every(page => page[0] === 'Document'))
  })

  it('hold only the glyphs they use', async () => {
    assert.ok((await drawPaper(quotePaper(quote, 'ja'))).byteLength < 120_000)
  })

  it('wrap long Japanese and words without end within their column', async () => {
    const long = '切替作業のご案内と確認事項につきまして、'.repeat(40)
    const columns = [{ title: 'A', share: 1, align: 'start' }, { title: 'B', share: 1, align: 'start' }] as const
    const pages = await pagesOf(paper([{ kind: 'says', text: long }, { kind: 'table', columns, rows: [[long, 'x'.repeat(400)]] }]))
    const text = flat(pages)
    assert.equal(text.split('切替作業のご案内と確認事項につきまして、').length - 1, 80)
    assert.equal((text.match(/x/g) ?? []).length, 400)
  })

  it('tear a row only where it is higher than a page, and then lose nothing of it', async () => {
    const words = Array.from({ length: 3_000 }, (_, n) => `w${n}`)
    const columns = [{ title: 'Title', share: 1, align: 'start' }, { title: 'Other', share: 3, align: 'end' }] as const
    const pages = await pagesOf(paper([{ kind: 'table', columns, rows: [['first', 'row'], [words.join(' '), '𠮷'.repeat(900)], ['last', 'row']] }]))
    assert.ok(pages.length > 3)
    for (const text of pages) assert.match(text, /Title[\s\S]*Other/)
    const text = pages.join(' ')
    for (const word of words) assert.match(text, new RegExp(`\\b${word}\\b`))
    assert.equal((text.match(/𠮷/gu) ?? []).length, 900)
  })

  it('keep sums together, and headings with what they are over', async () => {
    for (let filler = 20; filler < 32; filler += 1) {
      const blocks: PaperBlock[] = [...Array.from({ length: filler }, (): PaperBlock => ({ kind: 'aside', text: 'filler' })), { kind: 'totals', rows: [{ name: 'Sub-sum', value: 'a', strong: false }, { name: 'Tax', value: 'b', strong: false }, { name: 'Whole', value: 'end-of-sums', strong: true }] }, { kind: 'heading', text: 'Head' }, { kind: 'table', columns: [{ title: 'Col', share: 1, align: 'start' }], rows: [['cell']] }]
      const pages = await pagesOf(paper(blocks))
      for (const [a, b] of [['Sub-sum', 'end-of-sums'], ['Head', 'Col'], ['Col', 'cell']] as const) {
        const page = pages.find(text => text.includes(a))
        assert.ok(page?.slice(page.indexOf(a)).includes(b), `${a} with ${b}, ${filler} before`)
      }
    }
  })

  it('show control characters and empty cells without harm', async () => {
    const blocks: PaperBlock[] = [
      { kind: 'says', text: '' }, { kind: 'says', text: 'a\u0000b\u202Ec\r\nsecond' }, { kind: 'facts', rows: [['name', ''], ['', 'value']] }, { kind: 'list', items: [] }, { kind: 'list', items: ['one'] },
      { kind: 'table', columns: [{ title: '', share: 1, align: 'start' }], rows: [] }, { kind: 'totals', rows: [] }, { kind: 'parties', to: [], from: [] },
    ]
    const text = flat(await pagesOf(paper(blocks, { title: '', marks: [], foot: '' })))
    assert.ok(text.includes('a\\u{0}b\\u{202e}c') && text.includes('second'), text)
  })

  it('are drawn off the event loop', async () => {
    const rows = Array.from({ length: 1_500 }, (_, n) => [`${n}`, '切替作業のご案内'])
    const columns = [{ title: 'A', share: 1, align: 'end' }, { title: 'B', share: 4, align: 'start' }] as const
    let [longest, last] = [0, performance.now()]
    const timer = setInterval(() => { longest = Math.max(longest, performance.now() - last); last = performance.now() }, 5)
    const began = performance.now()
    await documents.pdf(paper([{ kind: 'table', columns, rows }]), never)
    clearInterval(timer)
    const took = performance.now() - began
    assert.ok(longest < took / 3, `the loop stood still for ${Math.round(longest)} of ${Math.round(took)} ms`)
  })

  it('stop when they are told to, with the reason they were given, and leave the next its turn', async () => {
    const one = openPdfDocuments({ atOnce: 1 })
    const stop = new AbortController()
    const stopped = Promise.allSettled([one.pdf(quotePaper(quote, 'ja'), stop.signal), one.pdf(quotePaper(quote, 'ja'), stop.signal)])
    const next = one.pdf(quotePaper(quote, 'en'), never)
    const reason = new Error('enough')
    setTimeout(() => stop.abort(reason), 20)
    assert.deepEqual((await stopped).map(ended => ended.status === 'rejected' && ended.reason === reason), [true, true])
    assert.ok((await next).byteLength > 1_000)
  })

  it('say so when one takes too long, needs too much, or cannot be drawn', async () => {
    const rows = Array.from({ length: 30_000 }, (_, n) => [`${n} ${'切替作業のご案内'.repeat(10)}`])
    const large = paper([{ kind: 'table', columns: [{ title: 'A', share: 1, align: 'start' }], rows }])
    const wrong = paper([{ kind: 'table', columns: [{ title: 'A', share: 1, align: 'start' }], rows: [['a', 'b']] }])
    const faulty = (reason: RegExp) => (error: unknown): boolean => error instanceof Fault && error.code === 'PAPER_NOT_MADE' && reason.test(String(error.facts['reason']))
    await assert.rejects(openPdfDocuments({ timeoutMs: 300 }).pdf(large, never), faulty(/longer than 300 ms/))
    await assert.rejects(openPdfDocuments({ memoryMb: 24 }).pdf(large, never), faulty(/memory/))
    await assert.rejects(documents.pdf(wrong, never), faulty(/a cell for each column/))
  })

  it('are asked for by many at once and all come', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => documents.pdf(paper([{ kind: 'says', text: 'hello' }]), never)))
    assert.equal(new Set(all.map(bytes => Buffer.from(bytes).toString('base64'))).size, 1)
  })
})
