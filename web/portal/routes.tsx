import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { NotThere } from './pages/not-there.tsx'
import { Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotThere })
/** A page of the portal: `path` may name a thing, such as /tasks/$task. Each is loaded when somebody goes there. */
const page = <Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) => createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load as never, name as never) })

const pages = [
  page('/', () => import('./pages/home/home.tsx'), 'Home'),
  page('/tasks', () => import('./pages/tasks/tasks.tsx'), 'Tasks'),
  page('/tasks/$task', () => import('./pages/tasks/task.tsx'), 'Task'),
  page('/window', () => import('./pages/window/window.tsx'), 'TheWindow'),
  page('/questionnaire', () => import('./pages/questionnaire/questionnaire.tsx'), 'Questionnaire'),
  page('/quotes', () => import('./pages/quotes/quotes.tsx'), 'Quotes'),
  page('/quotes/$quote', () => import('./pages/quotes/quotes.tsx'), 'Quotes'),
  page('/probe', () => import('./pages/probe/probe.tsx'), 'Probe'),
  page('/files', () => import('./pages/files/files.tsx'), 'Files'),
  page('/sign-offs', () => import('./pages/sign-offs/sign-offs.tsx'), 'SignOffs'),
  page('/credentials', () => import('./pages/credentials/credentials.tsx'), 'Credentials'),
  page('/sightings', () => import('./pages/sightings/sightings.tsx'), 'Sightings'),
  page('/users', () => import('./pages/users/users.tsx'), 'Users'),
  page('/people', () => import('./pages/people/people.tsx'), 'People'),
  page('/calls', () => import('./pages/calls/calls.tsx'), 'Calls'),
  page('/rules', () => import('./pages/rules/rules.tsx'), 'Rules'),
  page('/gates', () => import('./pages/gates/gates.tsx'), 'Gates'),
  page('/licences', () => import('./pages/licences/licences.tsx'), 'LicencesPage'),
  page('/faq', () => import('./pages/faq/faq.tsx'), 'Faq'),
  page('/moves/$move', () => import('./pages/of-letter.tsx'), 'OfLetter'),
  page('/moves/$move/$part', () => import('./pages/of-letter.tsx'), 'OfLetter'),
  page('/more', () => import('./pages/more/more.tsx'), 'More'),
]

export const router = createRouter({ routeTree: root.addChildren(pages), basepath: '/portal', defaultPreload: 'intent', scrollRestoration: true })
