import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { refusals } from '#domain/refusals.ts'
import { useControl } from '#test/control/rig.ts'
import { wrongIn } from './input-words.ts'
import { inputProblem } from './problem.ts'

const root = join(import.meta.dirname, '../../..')
const isJapanese = (text: string): boolean => /[ぁ-んァ-ン一-龠]/.test(text)

test('what the shapes of requests say in their own words is said in Japanese too', () => {
  const said = globSync('src/wire/**/*.ts', { cwd: root }).filter(file => !file.endsWith('.test.ts') && !/wire\/(licence|playbook|agent)/.test(file)).flatMap(file => [...readFileSync(join(root, file), 'utf8').matchAll(/(?:(?:regex|refine|min|max)\([^\n]*?, |message: )'((?:is|has|says|ends|changes) [^']*|is empty)'/g)].map(([, text = '']) => text))
  assert.ok(said.length > 15, String(said.length))
  for (const message of said) assert.ok(isJapanese(wrongIn({ code: 'custom', message, path: [], input: '' }).ja) && wrongIn({ code: 'custom', message, path: [], input: '' }).en === message, message)
})

test('whatever is wrong with a field is told with the name that people know it by', () => {
  const parsed = z.strictObject({ name: z.string().min(1), email: z.email(), capacity: z.int().max(10), kind: z.enum(['a', 'b']), from: z.iso.date(), rules: z.array(z.strictObject({ port: z.int() })) }).safeParse({ name: '', email: 'x', capacity: 11, kind: 'c', from: '1', rules: [{ port: 'x' }], more: 1 })
  assert.ok(!parsed.success)
  assert.equal(inputProblem(parsed.error, 'ja').detail, '名前：入力してください。メールアドレス：メールアドレスの形式で入力してください。同時実行数：10以下にしてください。kind：次のいずれかを指定してください：a、b。開始：2026-11-22 のような日付で入力してください。通信許可・1行目・ポート：数値を指定してください。more：この項目は使用できません。')
  assert.match(inputProblem(parsed.error, 'en').detail, /^“Name” is missing\. “E-mail” is no e-mail address\. “Capacity” is at most 10\./)
})

test('a problem is told in the language that is asked for, and to a program in English', async t => {
  const control = await useControl(t)
  const detail = async (path: string, language?: string, init: RequestInit = {}): Promise<string> => String(((await (await fetch(`${control.site}${path}`, { ...init, headers: { 'content-type': 'application/json', ...(language === undefined ? {} : { 'accept-language': language }) } })).json()) as { detail: string }).detail)
  assert.deepEqual(await Promise.all([undefined, 'en', 'ja-JP,en;q=0.5', 'de'].map(language => detail('/api/moves', language))), ['Sign in first.', 'Sign in first.', '先にサインインしてください。', 'Sign in first.'])
  assert.equal(await detail('/api/links/ask', 'ja', { method: 'POST', body: '{"email":"nobody"}' }), 'メールアドレス：メールアドレスの形式で入力してください。')
  assert.match(await detail('/api/nowhere', 'ja'), /GET \/api\/nowhere はありません。/)
})

test('every refusal that is returned anywhere is in the catalogue, and so has its sentence', () => {
  // Said on a page of its own, in both languages there.
  const onOwnPage = ['link-used-up', 'person-unknown']
  const unknown = globSync('src/{control,entrances}/**/*.ts', { cwd: root }).filter(file => !file.endsWith('.test.ts') && !file.includes('http/licence/'))
    .flatMap(file => [...readFileSync(join(root, file), 'utf8').matchAll(/\brefused: '([a-z-]+)'/g)].flatMap(([, code = '']) => (Object.hasOwn(refusals, code) || onOwnPage.includes(code) ? [] : [`${code} in ${file}`])))
  assert.deepEqual([...new Set(unknown)], [])
})
