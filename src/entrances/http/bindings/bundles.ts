import { linkArchive, listArchives, takeArchive, takePiece } from '#control/files/archives.ts'
import { addBundle, linkBundle, listBundles, takeReceipt } from '#control/files/bundles.ts'
import { beginDirect } from '#control/files/direct-downloads.ts'
import type { bundlesApi } from '#wire/api/bundles.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const bundlesBindings: Bindings<typeof bundlesApi> = {
  'bundles.add': ({ world, caller, request }, input) => addBundle(world, caller, input, request),
  'bundles.list': looking(listBundles),
  'bundles.link': ({ world, caller, request, signal }, input) => linkBundle(world, caller, input, signal, request),
  'bundles.download': ({ world, caller, session }, { bundle }) => beginDirect(world, caller, session, { bundle, archive: null }),
  'files.list': looking(listArchives),
  'files.link': ({ world, caller, request, signal }, input) => linkArchive(world, caller, input, signal, request),
  'files.download': ({ world, caller, session }, { archive }) => beginDirect(world, caller, session, { bundle: null, archive }),
  // Where a piece begins sees to it that it is taken once.
  'files.put': ({ world, caller }, { base64, ...piece }) => takePiece(world, caller, { ...piece, content: Buffer.from(base64, 'base64') }),
  'files.done': ({ world, caller, signal }, input) => takeArchive(world, caller, input, signal),
  'bundles.receipt': deciding(takeReceipt),
}
