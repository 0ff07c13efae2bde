import { useMantineColorScheme } from '@mantine/core'
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { LogOut, SunMoon } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Refusal } from '../shared/ask.ts'
import { useAsk, useWish } from '../shared/asking.ts'
import { useLanguage, useSay } from '../shared/language.tsx'
import { Failed, Shown } from '../shared/shown.tsx'
import { Go } from './go.tsx'
import { type Here, HereIs, may, type MoveLine, type Self } from './here.ts'
import { bar } from './nav.ts'
import { SignedOut } from './pages/signed-out/signed-out.tsx'
import { Which } from './pages/which/which.tsx'
import { TurnTo } from './turn-to.tsx'
import { takeWhereto } from './whereto.ts'
import css from './shell.module.css'

const words = {
  skip: { en: 'To the content', ja: '本文へ移動' }, menu: { en: 'Pages', ja: 'ページ一覧' }, theme: { en: 'Light, dark, or as the system', ja: '表示モードの切り替え' }, language: { en: '日本語', ja: 'English' }, signOut: { en: 'Sign out', ja: 'サインアウト' },
  youAre: { en: 'You are {name}.', ja: '{name} 様としてご利用中です。' }, page: { en: 'your page', ja: 'ページ' }, moves: { en: 'your moves', ja: '移行の一覧' },
  over: { en: 'This move is over. What stands here can still be read.', ja: 'この移行は終了しています。内容は引き続きご覧いただけます。' },
  none: { en: 'No move is planned for you at present. As soon as one is, it stands here, and you get a letter.', ja: '現在、予定されている移行はありません。予定が決まりましたら、こちらに表示し、メールでもお知らせします。' },
}

/** The frame around every page, for whoever came in by the link of a letter; a page that sends such a link for everybody else. */
export const Shell = (): ReactNode => {
  const self = useAsk('sessions.read', {}, { everyMs: 60_000 })
  // For as long as nobody has come in: asking again, which is done while they type, forgets the last answer.
  const [isOut, setOut] = useState(false)
  const isRefused = self.error instanceof Refusal && self.error.status === 401
  // What was known before a session ended stays known beside the refusal, and lets nobody in.
  if (isOut ? self.isSuccess : isRefused) setOut(!isOut)
  useEffect(() => { if (self.data !== undefined && self.data.kind === 'operator') location.replace('/console/overview') }, [self.data])
  useOwnLanguage(self.data)
  return (
    <Frame self={isOut ? undefined : self.data}>
      {isOut ? <SignedOut /> : <Shown of={self} what={words.page} lines={8}>{known => (known.kind === 'contact' ? <Inside self={known} /> : null)}</Shown>}
    </Frame>
  )
}

const kept = 'rehome-move'

const Inside = ({ self }: { readonly self: Self }): ReactNode => {
  const say = useSay()
  const moves = useAsk('moves.list', { limit: 200 })
  const named = /^\/moves\/([^/]+)/.exec(useLocation().pathname)?.[1] ?? null
  const [chosen, choose] = useState(() => localStorage.getItem(kept))
  const pick = (id: string | null): void => {
    if (id === null) localStorage.removeItem(kept)
    else localStorage.setItem(kept, id)
    choose(id)
    scrollTo(0, 0)
  }
  // A letter names its move: from then on it is that one.
  useEffect(() => { if (named !== null) { localStorage.setItem(kept, named); choose(named) } }, [named])
  useWhereto()
  return (
    <Shown of={moves} what={words.moves} lines={8} empty={({ items }) => items.length === 0} none={<p>{say(words.none)}</p>}>
      {({ items }) => {
        const here = onlyOne(items, named ?? chosen)
        return here === undefined ? <Which moves={items} pick={pick} /> : <OfMove key={here.move.id} self={self} move={here.move.id} several={items.length > 1} another={() => { pick(null) }} />
      }}
    </Shown>
  )
}

/** Whoever came by a letter's link and had to get another link first is led on to where the letter led, within the hour. */
const useWhereto = (): void => {
  const [go, { pathname }] = [useNavigate(), useLocation()]
  useEffect(() => {
    const to = takeWhereto()
    if (to !== undefined && pathname === '/') void go({ to: to as never, replace: true })
    // Once, when somebody comes in.
  }, [])
}

/** The one that was chosen, or the only one that is still open. */
const onlyOne = (items: readonly MoveLine[], chosen: string | null): MoveLine | undefined => {
  const open = items.filter(({ move }) => move.endedAt === null)
  return items.find(({ move }) => move.id === chosen) ?? (open.length === 1 ? open[0] : items.length === 1 ? items[0] : undefined)
}

const OfMove = ({ self, move, several, another }: Pick<Here, 'self' | 'move' | 'several' | 'another'>): ReactNode => {
  const [say, page, { pathname }] = [useSay(), useAsk('moves.read', { move }), useLocation()]
  return (
    <Shown of={page} what={words.page} lines={8}>
      {known => (
        <HereIs value={{ self, move, page: known, zone: known.customer.zone, several, another }}>
          {known.move.endedAt === null || pathname === '/' ? null : <p role="status" className={css['over']}>{say(words.over)}</p>}
          <Outlet />
          <TurnTo people={known.people} />
        </HereIs>
      )}
    </Shown>
  )
}

const Frame = ({ self, children }: { readonly self: Self | undefined; readonly children: ReactNode }): ReactNode => {
  const say = useSay()
  const main = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  const before = useRef(pathname)
  // Whoever reads by ear is told that another page is here.
  useEffect(() => { if (before.current !== pathname) main.current?.focus({ preventScroll: true }); before.current = pathname }, [pathname])
  const isIn = self?.kind === 'contact'
  return (
    <>
      <a href="#content" className={css['skip']}>{say(words.skip)}</a>
      <div className={css['frame']}>
        <header className={`${css['head']} no-print`}><div className={css['band']}><Brand vendor={self?.vendor.name} /><Switches /></div></header>
        {isIn ? <nav className={`${css['nav']} no-print`} aria-label={say(words.menu)}><div className={css['bar']}>{bar.filter(({ verb }) => verb === null || may(self, verb)).map(place => <Place key={place.to} {...place} />)}</div></nav> : null}
        <main id="content" ref={main} className={css['content']} tabIndex={-1}>{children}</main>
        {isIn ? <Foot self={self} /> : null}
      </div>
    </>
  )
}

const Place = ({ to, says, icon: Icon }: (typeof bar)[number]): ReactNode => {
  const [say, { pathname }] = [useSay(), useLocation()]
  const isAt = (path: string): boolean => (path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`))
  // What is not in the bar is reached by the last of it.
  const isHere = isAt(to) || (to === '/more' && !bar.some(place => isAt(place.to)))
  return <Go to={to} className={`${css['place']} ${isHere ? css['here'] : ''}`}><Icon size={20} strokeWidth={1.75} aria-hidden />{say(says)}</Go>
}

const Brand = ({ vendor }: { readonly vendor: string | undefined }): ReactNode => <Go to="/" className={css['brand']}><svg viewBox="0 0 32 16" width="28" height="14" aria-hidden><rect x="1.500" y="1.500" width="12" height="13" rx="3.500" fill="none" stroke="currentColor" strokeWidth="3" /><rect x="17" y="0" width="15" height="16" rx="4.500" fill="currentColor" /></svg><strong>{vendor ?? 'Rehome'}</strong></Go>

const Switches = (): ReactNode => {
  const [say, { locale, speak }] = [useSay(), useLanguage()]
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const next = { auto: 'light', light: 'dark', dark: 'auto' } as const
  return (
    <div className={css['switches']}>
      <button type="button" className={css['switch']} lang={locale === 'en' ? 'ja' : 'en'} onClick={() => { speak(locale === 'en' ? 'ja' : 'en') }}>{say(words.language)}</button>
      <button type="button" className={css['switch']} onClick={() => { setColorScheme(next[colorScheme]) }} aria-label={say(words.theme)} title={say(words.theme)}><SunMoon size={18} aria-hidden /></button>
    </div>
  )
}

const Foot = ({ self }: { readonly self: Self }): ReactNode => {
  const [say, end] = [useSay(), useWish('sessions.end')]
  return (
    <footer className={`${css['foot']} no-print`}>
      <span className="quiet small">{say(words.youAre, { name: self.name })}</span>
      <button type="button" className={css['switch']} onClick={() => { end.mutate({}, { onSuccess: () => { location.assign('/portal/') } }) }}><LogOut size={16} aria-hidden />{say(words.signOut)}</button>
      {end.isError ? <Failed error={end.error} /> : null}
    </footer>
  )
}

const ownLanguageAsked = 'rehome-language'
/** The first time somebody comes, the portal speaks the language in which they are written to; afterwards whatever they chose. */
const useOwnLanguage = (self: Self | undefined): void => {
  const { locale, speak } = useLanguage()
  useEffect(() => { if (self !== undefined && self.kind === 'contact' && localStorage.getItem(ownLanguageAsked) === null && self.locale !== locale) speak(self.locale) }, [self, locale, speak])
}
