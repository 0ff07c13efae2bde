import { ActionIcon, Burger, Drawer, Menu, Select, useMantineColorScheme } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, Outlet, useLocation, useNavigate, useRouterState } from '@tanstack/react-router'
import { KeyRound, Languages, LogOut, SunMoon } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { Refusal } from '../shared/ask.ts'
import { useAsk, useWish } from '../shared/asking.ts'
import { useKeys } from '../shared/keys.tsx'
import { useLanguage, useSay } from '../shared/language.tsx'
import { Failed } from '../shared/shown.tsx'
import { useNow } from '../shared/when.tsx'
import { clockIn } from '../shared/amounts.ts'
import { KeyMap } from './key-map.tsx'
import { places, sections } from './nav.ts'
import { Palette } from './palette.tsx'
import { AroundUs, type Self } from './self.ts'
import css from './shell.module.css'

const words = {
  skip: { en: 'To the content', ja: '本文へ移動' }, all: { en: 'All programmes', ja: 'すべてのプログラム' }, programme: { en: 'Programme', ja: 'プログラム' }, menu: { en: 'Menu', ja: 'メニュー' },
  theme: { en: 'Light, dark, or as the system', ja: '表示モードの切り替え' }, language: { en: '日本語で表示', ja: 'Show in English' }, own: { en: 'Your sign-in', ja: 'サインイン設定' }, signOut: { en: 'Sign out', ja: 'サインアウト' }, you: { en: 'You', ja: 'ユーザー' },
}

/** The frame around every page of the console, for whoever has signed in. */
export const Shell = (): ReactNode => {
  const self = useAsk('sessions.read', {}, { everyMs: 60_000 })
  const here = useLocation()
  if (self.error instanceof Refusal && self.error.status === 401) return <ToSignIn from={here.href} />
  if (self.data === undefined) return self.isError ? <main><Failed error={self.error} again={() => { void self.refetch() }} /></main> : null
  // A person of a customer has a face of their own.
  if (self.data.kind === 'contact') { location.replace('/portal/'); return null }
  return <Frame self={self.data} />
}

/** Once, from where they were when it was seen: the address changes while they go. */
const ToSignIn = ({ from }: { readonly from: string }): ReactNode => {
  const [go, [to]] = [useNavigate(), useState(from)]
  useEffect(() => { void go({ to: '/sign-in', search: { to }, replace: true }) }, [go, to])
  return null
}

const kept = 'rehome-programme'

const Frame = ({ self }: { readonly self: Self }): ReactNode => {
  const say = useSay()
  const [chosen, choose] = useState(() => localStorage.getItem(kept))
  const [isOpen, menu] = useDisclosure(false)
  // While another page is fetched the one before stays: this says which is shown.
  const at = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname })
  const go = useNavigate()
  const programmes = useAsk('programmes.list', { limit: 200 })
  const zone = self.vendor.zone
  const programme = programmes.data?.items.find(({ id }) => id === chosen) ?? null
  const pick = (id: string | null): void => {
    if (id === null) localStorage.removeItem(kept)
    else localStorage.setItem(kept, id)
    choose(id)
  }
  useKeys(places.map(({ to, says, key }) => ({ keys: `g ${key}`, says, does: () => { void go({ to: to as never }) } })))
  const sidebar = (
    <nav className={css['nav']} aria-label={say(words.menu)}>
      <Select aria-label={say(words.programme)} size="sm" value={programme?.id ?? ''} allowDeselect={false} onChange={id => { pick(id === '' ? null : id) }} data={[{ value: '', label: say(words.all) }, ...(programmes.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))]} searchable={(programmes.data?.items.length ?? 0) > 8} comboboxProps={{ withinPortal: true }} />
      {([null, 'programme', 'vendor'] as const).map(section => {
        const here = places.filter(place => place.section === section)
        return here.length === 0 ? null : <div key={section ?? ''}>{section === null ? null : <h2 className={css['section']}>{say(sections[section])}</h2>}{here.map(({ to, says, icon: Icon }) => <Link key={to} to={to as never} className={css['place']} activeProps={{ 'data-here': true }} onClick={menu.close}><Icon size={16} strokeWidth={1.75} aria-hidden />{say(says)}</Link>)}</div>
      })}
    </nav>
  )
  return (
    <AroundUs value={{ self, zone, programme: programme === null ? null : { id: programme.id, name: programme.name } }}>
      <a href="#content" className={css['skip']}>{say(words.skip)}</a>
      <div className={css['frame']}>
        <aside className={`${css['aside']} no-print`}><Brand vendor={self.vendor.name} />{sidebar}</aside>
        <Drawer opened={isOpen} onClose={menu.close} size={260} title={<Brand vendor={self.vendor.name} />} closeButtonProps={{ 'aria-label': say(words.menu) }}>{sidebar}</Drawer>
        <header className={`${css['bar']} no-print`}>
          <Burger opened={isOpen} onClick={menu.toggle} size="sm" className={css['burger'] ?? ''} aria-label={say(words.menu)} />
          <Clock zone={zone} /><Palette pick={pick} /><Yours self={self} />
        </header>
        <main id="content" className={css['content']} tabIndex={-1} data-at={at}><Outlet /></main>
      </div>
      <KeyMap />
    </AroundUs>
  )
}

const Brand = ({ vendor }: { readonly vendor: string }): ReactNode => <div className={css['brand']}><svg viewBox="0 0 32 16" width="28" height="14" aria-hidden><rect x="1.500" y="1.500" width="12" height="13" rx="3.500" fill="none" stroke="currentColor" strokeWidth="3" /><rect x="17" y="0" width="15" height="16" rx="4.500" fill="currentColor" /></svg><strong>Rehome</strong><span className="quiet">{vendor}</span></div>

const Clock = ({ zone }: { readonly zone: string }): ReactNode => {
  const { locale } = useLanguage()
  return <span className={`quiet figures ${css['clock']}`}>{zone.split('/').at(-1)?.replaceAll('_', ' ')}, {clockIn(useNow(15_000), zone, locale)}</span>
}

const Yours = ({ self }: { readonly self: Self }): ReactNode => {
  const [say, { locale, speak }, end] = [useSay(), useLanguage(), useWish('sessions.end')]
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const next = { auto: 'light', light: 'dark', dark: 'auto' } as const
  return (
    <>
      <ActionIcon variant="subtle" color="gray" onClick={() => { setColorScheme(next[colorScheme]) }} aria-label={say(words.theme)} title={say(words.theme)}><SunMoon size={16} /></ActionIcon>
      <Menu position="bottom-end">
        <Menu.Target><button type="button" className={css['face']}><span aria-hidden>{self.name.split(/\s+/).map(word => word[0] ?? '').slice(0, 2).join('')}</span><span className="unseen">{say(words.you)}: {self.name}</span></button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{self.name}{self.email === null ? '' : ` · ${self.email}`}</Menu.Label>
          <Menu.Item leftSection={<Languages size={14} />} onClick={() => { speak(locale === 'en' ? 'ja' : 'en') }} lang={locale === 'en' ? 'ja' : 'en'}>{say(words.language)}</Menu.Item>
          <Menu.Item leftSection={<KeyRound size={14} />} component={Link} {...{ to: '/you' } as object}>{say(words.own)}</Menu.Item>
          <Menu.Item leftSection={<LogOut size={14} />} onClick={() => { end.mutate({}, { onSuccess: () => { location.assign('/console/sign-in') } }) }}>{say(words.signOut)}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
