import { routesContract } from '#ports/routes.contract.ts'
import { openMemoryRoutes } from './memory.ts'

routesContract('the address in memory', async () => {
  const routes = openMemoryRoutes('a')
  return { routes, upstreams: ['a', 'b', 'c'], served: () => routes.read(new AbortController().signal) }
})
