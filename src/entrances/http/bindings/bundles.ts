import { addBundle, linkBundle, listBundles, takeReceipt } from '#control/bundles.ts'
import type { bundlesApi } from '#wire/api/bundles.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const bundlesBindings: Bindings<typeof bundlesApi> = {
  'bundles.add': ({ world, caller, request }, input) => addBundle(world, caller, input, request),
  'bundles.list': looking(listBundles),
  'bundles.link': ({ world, caller, request, signal }, input) => linkBundle(world, caller, input, signal, request),
  'bundles.receipt': deciding(takeReceipt),
}
