import { putPart, readPart, removeBackups } from '#control/orders/backups.ts'
import type { backupsApi } from '#wire/api/backups.ts'
import type { Bindings } from '../call.ts'

export const backupsBindings: Bindings<typeof backupsApi> = {
  'backups.put': ({ world, caller }, { base64, ...piece }) => putPart(world, caller, { ...piece, content: Buffer.from(base64, 'base64') }),
  'backups.read': async ({ world, caller, signal }, input) => {
    const found = await readPart(world, caller, input, signal)
    return 'content' in found ? { base64: found.content === null ? null : Buffer.from(found.content).toString('base64') } : found
  },
  'backups.remove': ({ world, caller }, input) => removeBackups(world, caller, input),
}
