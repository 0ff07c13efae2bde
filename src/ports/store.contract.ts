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

/** What every store must do, on memory and on real servers. `make` gives fresh ones to each test. */
export const storeContract = (name: string, make: MakeStores): void => {
  describe(`${name}: who it is and what is in it`, () => catalogContract(make))
  describe(`${name}: pictures and comparing`, () => pictureContract(make))
  describe(`${name}: copying`, () => copyContract(make))
  describe(`${name}: following`, () => followContract(make))
  describe(`${name}: pictures and their place in the stream`, () => anchorContract(make))
  describe(`${name}: applying`, () => applyContract(make))
  describe(`${name}: freezing`, () => fenceContract(make))
  describe(`${name}: the book, the register and cleaning up`, () => keepContract(make))
}
