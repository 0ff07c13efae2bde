import { type ReactNode, useEffect, useState } from 'react'
import { clockIn, dayOf, fromNow, instantIn } from './amounts.ts'
import { useLanguage } from './language.tsx'

/** An instant in a named zone; what lies in the past or near future says how far. */
export const When = ({ at, zone, far = false, clock = false, seconds = false }: { readonly at: string; readonly zone: string; /** Says also how long ago, or until. */ readonly far?: boolean; /** The time of day alone. */ readonly clock?: boolean; readonly seconds?: boolean }): ReactNode => {
  const { locale } = useLanguage()
  const now = useNow(30_000)
  return <time dateTime={at} className="figures">{clock ? clockIn(at, zone, locale) : instantIn(at, zone, locale, { seconds })}{far ? <span className="quiet"> ({fromNow(at, now, locale)})</span> : null}</time>
}

export const Day = ({ of, year = true }: { readonly of: string; readonly year?: boolean }): ReactNode => {
  const { locale } = useLanguage()
  return <time dateTime={of} className="figures">{dayOf(of, locale, { year })}</time>
}

/** How long ago, or until; told anew twice a minute. */
export const Ago = ({ at }: { readonly at: string }): ReactNode => {
  const { locale } = useLanguage()
  return <time dateTime={at}>{fromNow(at, useNow(30_000), locale)}</time>
}

export const useNow = (everyMs: number): number => {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => { setNow(Date.now()) }, everyMs)
    return () => { clearInterval(timer) }
  }, [everyMs])
  return now
}
