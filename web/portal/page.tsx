import { type ReactNode, useEffect, useId } from 'react'
import css from './page.module.css'

/** A page of the portal: its title, what it is about, and its parts under each other. */
export const Page = ({ title, lead, children }: { readonly title: string; readonly lead?: ReactNode; readonly children: ReactNode }): ReactNode => {
  useEffect(() => { document.title = `${title} · Rehome` }, [title])
  return <div className={css['page']}><header className={css['top']}><h1>{title}</h1>{lead === undefined ? null : <p className="soft">{lead}</p>}</header>{children}</div>
}

/** One part of a page on a surface of its own. `strong`: the one thing that is wanted now. `flush`: what is in it reaches the edges. */
export const Part = ({ title, lead, children, strong = false, flush = false }: { readonly title: ReactNode; readonly lead?: ReactNode; readonly children: ReactNode; readonly strong?: boolean; readonly flush?: boolean }): ReactNode => {
  const id = useId()
  return (
    <section className={css['part']} data-strong={strong} aria-labelledby={id}>
      <header className={css['head']}><h2 id={id}>{title}</h2>{lead === undefined ? null : <p className="soft small">{lead}</p>}</header>
      <div className={flush ? css['flush'] : css['body']}>{children}</div>
    </section>
  )
}

/** What need not be read at once: its title tells what is in it. `opened`: told when somebody looks in. */
export const Folded = ({ title, children, opened, isOpen }: { readonly title: ReactNode; readonly children: ReactNode; opened?(): void; readonly isOpen?: boolean }): ReactNode => (
  <details className={css['folded']} {...(isOpen === undefined ? {} : { open: isOpen })} onToggle={event => { if (event.currentTarget.open) opened?.() }}><summary>{title}</summary><div className={css['inside']}>{children}</div></details>
)

/** Facts with their names. */
export const Facts = ({ of }: { readonly of: readonly (readonly [name: ReactNode, value: ReactNode])[] }): ReactNode => <dl className={css['facts']}>{of.map(([name, value], n) => <div key={n}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
