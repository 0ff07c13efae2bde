import { hostname } from 'node:os'
import type { Machine } from '#ports/machine.ts'
import { macFactors, windowsFactors } from './elsewhere.ts'
import { linuxFactors } from './linux.ts'

/** The machine that this runs on. `root`: where its file system is, if this runs in a container that has it mounted; on Linux only. */
export const thisMachine = ({ root = '/', name = hostname() }: { readonly root?: string; readonly name?: string } = {}): Machine => ({
  name,
  factors: () => (process.platform === 'darwin' ? macFactors() : process.platform === 'win32' ? windowsFactors() : linuxFactors(root)),
})
