import type { ReactNode } from 'react'
import { useId } from 'react'
import css from './panel.module.css'

/** A part of a page with its title, on one surface with a line around it. `flush`: what is in it reaches the edges, as tables do. */
export const Panel = ({ title, lead, acts, children, flush = false }: { readonly title: ReactNode; readonly lead?: ReactNode; readonly acts?: ReactNode; readonly children: ReactNode; readonly flush?: boolean }): ReactNode => {
  const id = useId()
  return (
    <section className={css['panel']} aria-labelledby={id}>
      <header className={css['head']}><h2 id={id}>{title}</h2>{lead === undefined ? null : <p className="quiet">{lead}</p>}{acts === undefined ? null : <div className={css['acts']}>{acts}</div>}</header>
      <div className={flush ? css['flush'] : css['body']}>{children}</div>
    </section>
  )
}

/** A page: its title, one sentence of what it is about, what can be done, and what there is. */
export const Page = ({ title, lead, acts, children }: { readonly title: ReactNode; readonly lead?: ReactNode; readonly acts?: ReactNode; readonly children: ReactNode }): ReactNode => (
  <div className={css['page']}>
    <header className={css['top']}><div><h1>{title}</h1>{lead === undefined ? null : <p className="soft">{lead}</p>}</div>{acts === undefined ? null : <div className={`${css['acts']} no-print`}>{acts}</div>}</header>
    {children}
  </div>
)

/** Facts with their names, as on a form that was filled in. */
export const Facts = ({ of }: { readonly of: readonly (readonly [name: ReactNode, value: ReactNode])[] }): ReactNode => (
  <dl className={css['facts']}>{of.map(([name, value], n) => <div key={n}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
)
