import { storeContract } from '#ports/store.contract.ts'
import { makeMemoryStores } from '#test/services/memory-store.ts'

storeContract('a store in memory', makeMemoryStores)
