import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { Shell } from './shell.tsx'
import { SignIn } from './pages/sign-in/sign-in.tsx'
import { NotThere } from './pages/not-there.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotThere })
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: SignIn, validateSearch: (search: Readonly<Record<string, unknown>>): { to?: string } => (typeof search['to'] === 'string' ? { to: search['to'] } : {}) })
/** Everything inside the frame, for whoever has signed in. */
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Shell })
/** A page's filters stand in its address, so that a link shows the same. */
type Search = Readonly<Record<string, string | undefined>>
const page = <Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => inside, path, component: lazyRouteComponent(load as never, name as never), validateSearch: (search: Readonly<Record<string, unknown>>): Search => Object.fromEntries(Object.entries(search).flatMap(([key, value]) => (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[key, `${value}`]] : []))) })

const pages = [
  createRoute({ getParentRoute: () => inside, path: '/', beforeLoad: () => { throw redirect({ to: '/overview' as never }) } }),
  page('/overview', () => import('./pages/overview/overview.tsx'), 'Overview'),
  page('/moves', () => import('./pages/moves/moves.tsx'), 'Moves'),
  page('/licences', () => import('./pages/licences/licences.tsx'), 'Licences'),
  page('/licences/$move', () => import('./pages/licences/of-move.tsx'), 'LicencesOfMove'),
  page('/waves', () => import('./pages/waves/waves.tsx'), 'Waves'),
  page('/quotes', () => import('./pages/quotes/quotes.tsx'), 'Quotes'),
  page('/quotes/new', () => import('./pages/quotes/new-quote.tsx'), 'NewQuote'),
  page('/quotes/$quote', () => import('./pages/quotes/quote.tsx'), 'QuotePage'),
  page('/offers', () => import('./pages/offers/offers.tsx'), 'Offers'),
  page('/messages', () => import('./pages/messages/messages.tsx'), 'Messages'),
  page('/questions', () => import('./pages/questions/questions.tsx'), 'Questions'),
  page('/homes', () => import('./pages/homes/homes.tsx'), 'Homes'),
  page('/playbooks', () => import('./pages/playbooks/playbooks.tsx'), 'Playbooks'),
  page('/playbooks/$key', () => import('./pages/playbooks/playbook.tsx'), 'Playbook'),
  page('/journal', () => import('./pages/journal/journal.tsx'), 'Journal'),
  page('/settings', () => import('./pages/settings/settings.tsx'), 'Settings'),
  page('/moves/$move/room', () => import('./pages/room/room.tsx'), 'Room'),
  // One route: going from part to part draws the part anew, and not the move around it.
  page('/moves/$move/{-$part}/{-$task}', () => import('./pages/move/move.tsx'), 'Move'),
  page('/evidence', () => import('./pages/evidence/evidence.tsx'), 'Evidence'),
  page('/evidence/$proof', () => import('./pages/evidence/proof.tsx'), 'Proof'),
  page('/people', () => import('./pages/people/people.tsx'), 'People'),
  page('/you', () => import('./pages/you/you.tsx'), 'You'),
]

export const router = createRouter({ routeTree: root.addChildren([signIn, inside.addChildren(pages)]), basepath: '/console', defaultPreload: 'intent', scrollRestoration: true })

declare module '@tanstack/react-router' {
  interface Register { router: typeof router }
}
