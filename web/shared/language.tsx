import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import type { Locale, Text } from '#domain/locale.ts'

type Language = { readonly locale: Locale; speak(locale: Locale): void }
const Spoken = createContext<Language>({ locale: 'en', speak: () => undefined })
const kept = 'rehome-language'

const first = (): Locale => {
  const chosen = localStorage.getItem(kept)
  if (chosen === 'en' || chosen === 'ja') return chosen
  return navigator.language.startsWith('ja') ? 'ja' : 'en'
}

/** Said by the page itself before anything is asked: control answers in it. */
const begin = (): Locale => {
  const locale = first()
  document.documentElement.lang = locale
  return locale
}

/** The language of the pages: what the person chose here, else what their browser prefers. */
export const SpeaksTo = ({ children }: { readonly children: ReactNode }): ReactNode => {
  const [[locale, setLocale], answers] = [useState(begin), useQueryClient()]
  // What control said before was in the language before.
  const language = useMemo(() => ({ locale, speak: (chosen: Locale) => { localStorage.setItem(kept, chosen); document.documentElement.lang = chosen; setLocale(chosen); void answers.invalidateQueries() } }), [locale, answers])
  return <Spoken value={language}>{children}</Spoken>
}

export const useLanguage = (): Language => useContext(Spoken)

/** Says a text in the reader's language, with what it leaves open: `say(words.late, { days: 3 })` for “{days} days late”. */
export type Say = (text: Text, open?: Readonly<Record<string, string | number>>) => string
export const useSay = (): Say => {
  const { locale } = useLanguage()
  return useCallback((text, open = {}) => text[locale].replaceAll(/\{(\w+)\}/g, (whole, name: string) => (name in open ? String(open[name]) : whole)), [locale])
}
