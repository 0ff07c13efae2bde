import { describe } from 'node:test'
import { anchorContract } from './store-contract/anchoring.contract.ts'
import { applyContract } from './store-contract/applying.contract.ts'
import { catalogContract } from './store-contract/catalog.contract.ts'
import { copyContract } from './store-contract/copying.contract.ts'
import { fenceContract } from './store-contract/fencing.contract.ts'
import type { MakeStores } from './store-contract/fixture.contract.ts'
import { followContract } from './store-contract/following.contract.ts'
import { keepContract } from './store-contract/keeping.contract.ts'
import { pictureContract } from './store-contract/pictures.contract.ts'

export type { MakeStores, Product, Side, StoreFixture, Values, Writing } from './store-contract/fixture.contract.ts'

/** Of a test, and of the tests of one concern together: what takes longer waits for something that never comes. */
const hangsAfterMs = 300_000

/** What every store must do, on memory and on real servers. `make` gives fresh ones to each test. */
export const storeContract = (name: string, make: MakeStores): void => {
  describe(`${name}: who it is and what is in it`, { timeout: hangsAfterMs }, () => catalogContract(make))
  describe(`${name}: pictures and comparing`, { timeout: hangsAfterMs }, () => pictureContract(make))
  describe(`${name}: copying`, { timeout: hangsAfterMs }, () => copyContract(make))
  describe(`${name}: following`, { timeout: hangsAfterMs }, () => followContract(make))
  describe(`${name}: pictures and their place in the stream`, { timeout: hangsAfterMs }, () => anchorContract(make))
  describe(`${name}: applying`, { timeout: hangsAfterMs }, () => applyContract(make))
  describe(`${name}: freezing`, { timeout: hangsAfterMs }, () => fenceContract(make))
  describe(`${name}: the book, the register and cleaning up`, { timeout: hangsAfterMs }, () => keepContract(make))
}
