import { homeControlContract } from '#ports/home-control.contract.ts'
import { openMemoryHome } from './memory.ts'

homeControlContract('the product in memory', async () => {
  const underWay = new Set<Promise<void>>()
  const home = openMemoryHome(async () => { await Promise.all(underWay) })
  return {
    control: home, tenant: 'one',
    write: async () => !home.isFrozen,
    async slowWrite() {
      const { promise, resolve } = Promise.withResolvers<void>()
      underWay.add(promise)
      return { end: async () => { resolve(); underWay.delete(promise); return true } }
    },
  }
})
