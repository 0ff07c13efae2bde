import { readdir, readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'
import type { Factor, FactorKind } from '#domain/licence/node-lock.ts'

/** The factors of a Linux machine whose file system is under `root`: `/`, or where a container has it mounted, such as `/host`. Nothing that comes and goes: no addresses given by a network, no interfaces of containers. */
export const linuxFactors = async (root: string): Promise<readonly Factor[]> => {
  const found = await Promise.all(kinds.map(async ([kind, find]) => ({ kind, value: await find(root) })))
  return found.flatMap(({ kind, value }) => (value === undefined ? [] : [{ kind, value }]))
}

const machineId = async (root: string): Promise<string | undefined> => {
  const text = await read(root, 'etc/machine-id') ?? await read(root, 'var/lib/dbus/machine-id')
  return text !== undefined && /^[0-9a-f]{32}$/.test(text) ? text : undefined
}

/** Only root may read these; what makers leave in them when they write none is none. */
const board = async (root: string): Promise<string | undefined> => {
  for (const file of ['product_uuid', 'board_serial', 'product_serial']) {
    const text = await read(root, `sys/class/dmi/id/${file}`)
    if (text !== undefined && isOwn(text)) return `${file} ${text.toLowerCase()}`
  }
  // Boards without DMI, as of ARM, tell it in the device tree.
  const serial = (await read(root, 'proc/device-tree/serial-number'))?.replaceAll('\0', '')
  return serial !== undefined && isOwn(serial) ? `serial ${serial}` : undefined
}

const isOwn = (text: string): boolean => {
  const plain = text.replaceAll(/[\s-]/g, '')
  return plain.length >= 4 && !/^(.)\1*$/.test(plain) && !/o\.?e\.?m|default|none|notspecified|notapplicable|unknown|invalid|systemserial|serialnumber|^0123456789|^123456789|^03000200/i.test(plain)
}

const processor = async (root: string): Promise<string | undefined> => {
  const text = await read(root, 'proc/cpuinfo')
  if (text === undefined) return undefined
  const count = text.match(/^processor\s*:/gm)?.length ?? 0
  const model = /^model name\s*:\s*(.+)$/m.exec(text)?.[1] ?? ['CPU implementer', 'CPU architecture', 'CPU variant', 'CPU part'].map(name => new RegExp(`^${name}\\s*:\\s*(.+)$`, 'm').exec(text)?.[1] ?? '').join(' ')
  return count > 0 && model.trim() !== '' ? `${model.replaceAll(/\s+/g, ' ').trim()} × ${count}` : undefined
}

/** The built-in addresses of Ethernet interfaces that have hardware under them: those of containers, bridges and tunnels have none. */
const network = async (root: string): Promise<string | undefined> => {
  const names = await readdir(join(root, 'sys/class/net')).catch(() => [])
  const all = await Promise.all(names.map(async name => {
    const at = `sys/class/net/${name}`
    const [isHardware, type, assigned, now, permanent] = [await linkOf(root, `${at}/device`), await read(root, `${at}/type`), await read(root, `${at}/addr_assign_type`), await read(root, `${at}/address`), await read(root, `${at}/bonding_slave/perm_hwaddr`)]
    // Within a bond all have the same address; theirs is told apart. 1: a random one, another at the next start.
    const address = permanent ?? (assigned === '1' ? undefined : now)
    return isHardware !== undefined && type === '1' && address !== undefined && /^(?!00:00:00:00:00:00)[0-9a-f:]{17}$/.test(address) ? [address] : []
  }))
  const addresses = [...new Set(all.flat())].toSorted()
  return addresses.length > 0 ? addresses.join(' ') : undefined
}

/** The UUID of the root file system, or what the disk under it is known by. */
const disk = async (root: string): Promise<string | undefined> => {
  const device = await rootDevice(root)
  if (device === undefined) return undefined
  for (const uuid of await readdir(join(root, 'dev/disk/by-uuid')).catch(() => [])) {
    const target = await linkOf(root, `dev/disk/by-uuid/${uuid}`)
    if (target !== undefined && basename(target) === device.name) return `file system ${uuid}`
  }
  const known = device.number === undefined ? undefined : /^E:ID_FS_UUID=(.+)$/m.exec(await read(root, `run/udev/data/b${device.number}`) ?? '')?.[1]
  if (known !== undefined) return `file system ${known}`
  const whole = device.name.replace(/^(nvme\d+n\d+|mmcblk\d+)p\d+$|^([hsv]d[a-z]+|xvd[a-z]+)\d+$/, '$1$2')
  for (const file of [`sys/block/${device.name}/dm/uuid`, `sys/block/${whole}/wwid`, `sys/block/${whole}/device/wwid`, `sys/block/${whole}/device/serial`, `sys/block/${whole}/serial`]) {
    const text = await read(root, file)
    if (text !== undefined && text !== '') return `disk ${text.replaceAll(/\s+/g, ' ')}`
  }
  return undefined
}

/** The first process has the machine's own view of what is mounted; where it may not be looked at, ours has. A root that is no device, as a container's, is none. */
const rootDevice = async (root: string): Promise<{ readonly name: string; readonly number: string | undefined } | undefined> => {
  const mounts = await read(root, 'proc/1/mountinfo') ?? await read(root, 'proc/self/mountinfo') ?? ''
  const line = mounts.split('\n').findLast(each => each.split(' ')[4] === '/')
  if (line === undefined) return undefined
  const [number = '', source = ''] = [line.split(' ')[2], line.split(' - ')[1]?.split(' ')[1]]
  const link = number.startsWith('0:') ? undefined : await linkOf(root, `sys/dev/block/${number}`)
  // btrfs has numbers of its own, and tells its device by name.
  if (link === undefined) return source.startsWith('/dev/') && !source.startsWith('/dev/loop') ? { name: basename(source), number: undefined } : undefined
  return { name: basename(link), number }
}

/** Elsewhere than in its own file system a machine's name is what it starts with: the name in use belongs to whoever asks. */
const hostName = async (root: string): Promise<string | undefined> => (root === '/' ? hostname() : await read(root, 'etc/hostname'))

const kinds: readonly (readonly [FactorKind, (root: string) => Promise<string | undefined>])[] = [
  ['machine-id', machineId], ['board', board], ['processor', processor], ['network', network], ['disk', disk], ['host-name', hostName],
]

/** Undefined: it is not there, or not for us to read. */
const read = async (root: string, path: string): Promise<string | undefined> => {
  const text = await readFile(join(root, path), 'utf8').catch(() => undefined)
  return text === undefined || text.trim() === '' ? undefined : text.trim()
}
const linkOf = (root: string, path: string): Promise<string | undefined> => readlink(join(root, path)).catch(() => undefined)
