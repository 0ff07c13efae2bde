import { useState } from 'react'
import { type Mark, marks } from '#domain/checklist.ts'

/** What somebody has marked and not sent yet. */
export type Draft = { readonly answers: Readonly<Record<string, Mark>>; readonly note: string; readonly isReject: boolean }
const empty: Draft = { answers: {}, note: '', isReject: false }

/** Kept on the device, until it is sent. Nothing in it is secret. */
export const useDraft = (name: string): readonly [Draft, (draft: Draft) => void, () => void] => {
  const key = `rehome-checklist ${name}`
  const [draft, setDraft] = useState(() => read(localStorage.getItem(key)))
  return [draft, next => { setDraft(next); localStorage.setItem(key, JSON.stringify(next)) }, () => { setDraft(empty); localStorage.removeItem(key) }]
}

const read = (kept: string | null): Draft => {
  try {
    const { answers = {}, note = '', isReject = false } = JSON.parse(kept ?? '{}') as Partial<Draft>
    return { answers: Object.fromEntries(Object.entries(answers).filter(([, mark]) => marks.includes(mark))), note: String(note), isReject: isReject === true }
  } catch {
    return empty
  }
}
