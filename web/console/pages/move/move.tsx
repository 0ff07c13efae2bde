import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { type ReactNode, lazy, Suspense, useDeferredValue, useMemo } from 'react'
import type { Verb } from '#domain/access.ts'
import type { Text } from '#domain/locale.ts'
import type { Told } from '../../../shared/ask.ts'
import { useAsk } from '../../../shared/asking.ts'
import { useKeys } from '../../../shared/keys.tsx'
import { useSay } from '../../../shared/language.tsx'
import { Shown } from '../../../shared/shown.tsx'
import { useMay } from '../../may.ts'
import { Head } from './head.tsx'
import { Timeline } from './timeline.tsx'
import css from './move.module.css'

export type MoveTold = Told<'moves.read'>
export type PartProps = { readonly told: MoveTold }

const words = { what: { en: 'the move', ja: '移行' }, parts: { en: 'Parts of the move', ja: '移行の項目' }, room: { en: 'Open the move room', ja: '移行ルームを開く' }, next: { en: 'Next part', ja: '次の項目' }, before: { en: 'Part before', ja: '前の項目' } }
const part = (load: () => Promise<Readonly<Record<string, (props: PartProps) => ReactNode>>>, name: string) => lazy(async () => ({ default: (await load())[name] as (props: PartProps) => ReactNode }))

/** Each has an address of its own, and is loaded when it is looked at. */
const parts = {
  tasks: { says: { en: 'Tasks', ja: 'タスク' }, shows: part(() => import('./tasks.tsx'), 'Tasks') },
  gates: { says: { en: 'Gates', ja: 'ゲート' }, shows: part(() => import('./gates-part.tsx'), 'GatesPart') },
  window: { says: { en: 'Window', ja: '作業日時' }, shows: part(() => import('./window.tsx'), 'WindowPart') },
  profile: { says: { en: 'Profile', ja: '技術情報' }, shows: part(() => import('./profile.tsx'), 'Profile') },
  people: { says: { en: 'People', ja: '担当者' }, shows: part(() => import('./people.tsx'), 'People') },
  calls: { says: { en: 'Calls', ja: '打ち合わせ' }, shows: part(() => import('./calls.tsx'), 'Calls') },
  messages: { says: { en: 'Messages', ja: 'メッセージ' }, shows: part(() => import('./thread.tsx'), 'Thread') },
  environments: { says: { en: 'Environments', ja: '環境と承認' }, shows: part(() => import('./environments.tsx'), 'Environments') },
  integrations: { says: { en: 'Integrations', ja: '連携システム' }, shows: part(() => import('./integrations.tsx'), 'Integrations') },
  connections: { says: { en: 'Connections', ja: '通信要件' }, shows: part(() => import('./connections.tsx'), 'Connections') },
  logins: { says: { en: 'New logins', ja: '新しいログイン' }, shows: part(() => import('./logins.tsx'), 'Logins') },
  billing: { says: { en: 'Billing', ja: '請求' }, shows: part(() => import('./billing.tsx'), 'Billing') },
  risks: { says: { en: 'Risks', ja: 'リスク' }, shows: part(() => import('./risks.tsx'), 'Risks') },
  documents: { says: { en: 'Documents', ja: '文書' }, shows: part(() => import('./documents.tsx'), 'Documents') },
  orders: { says: { en: 'Orders', ja: '作業指示' }, shows: part(() => import('./orders.tsx'), 'Orders') },
  journal: { says: { en: 'Journal', ja: '記録' }, shows: part(() => import('./journal.tsx'), 'Journal') },
} as const satisfies Readonly<Record<string, { readonly says: Text; readonly shows: unknown }>>
type PartName = keyof typeof parts
/** What one must be allowed for a part that is not everybody’s. */
const verbs: Partial<Record<PartName, Verb>> = { orders: 'order.read', journal: 'journal.read', logins: 'credential.read', billing: 'billing.read' }
const isPart = (name: string | undefined): name is PartName => name !== undefined && name in parts

/** One move: how it stands, what is wrong now, its time from T-90 on, and everything it is made of. */
export const Move = (): ReactNode => {
  const { move } = useParams({ strict: false }) as { readonly move: string }
  const read = useAsk('moves.read', { move: move as never })
  return <Shown of={read} what={words.what} lines={8}>{told => <Inside told={told} key={told.move.id} />}</Shown>
}

const Inside = ({ told }: PartProps): ReactNode => {
  const [say, may, go] = [useSay(), useMay(), useNavigate()]
  const params = useParams({ strict: false }) as { readonly part?: string; readonly task?: string }
  const here: PartName = isPart(params.part) ? params.part : 'tasks'
  const shown = (Object.keys(parts) as PartName[]).filter(name => { const verb = verbs[name]; return verb === undefined || may(verb) })
  const to = (name: PartName): void => { void go({ to: '/moves/$move/$part' as never, params: { move: told.move.id, part: name } as never, resetScroll: false }) }
  const beside = (by: 1 | -1): PartName => shown[(shown.indexOf(here) + by + shown.length) % shown.length] ?? here
  useKeys([
    { keys: 'o', says: words.room, does: () => { void go({ to: '/moves/$move/room' as never, params: { move: told.move.id } as never }) } },
    { keys: ']', says: words.next, does: () => { to(beside(1)) } }, { keys: '[', says: words.before, does: () => { to(beside(-1)) } },
  ])
  // What was clicked is marked at once; the part itself may take a moment.
  const drawn = useDeferredValue(here)
  const Part = parts[drawn].shows
  const part = useMemo(() => <Part told={told} />, [Part, told])
  return (
    <div className={css['page']}>
      <Head told={told} />
      <Timeline told={told} />
      <nav className={`${css['parts']} no-print`} aria-label={say(words.parts)}>
        {shown.map(name => <Link key={name} to={'/moves/$move/$part' as never} params={{ move: told.move.id, part: name } as never} resetScroll={false} aria-current={name === here ? 'page' : undefined}>{say(parts[name].says)}</Link>)}
      </nav>
      <div className={css['part']} aria-busy={drawn !== here}><Suspense fallback={<div style={{ minHeight: 240 }} aria-busy="true" />}>{part}</Suspense></div>
    </div>
  )
}
