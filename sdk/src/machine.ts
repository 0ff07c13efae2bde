import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { cpus, hostname } from 'node:os'

/** Something that a machine is known by. Values stay in this process: only salted hashes are sent. */
export type Factor = { readonly kind: FactorKind; readonly value: string }
export type FactorKind = 'machine-id' | 'board' | 'processor' | 'network' | 'disk' | 'host-name'
export type NodeLock = { readonly salt: string; readonly factors: readonly { readonly kind: FactorKind; readonly hash: string }[] }

/** What this machine is known by to products that run on it: a borrowed seat is for it alone. */
export const machineFactors = async (): Promise<readonly Factor[]> => {
  const isLinux = process.platform === 'linux'
  const [id, network, model] = await Promise.all([machineId(), isLinux ? linuxNetwork() : undefined, isLinux ? linuxProcessor() : processor()])
  const found: readonly (readonly [FactorKind, string | undefined])[] = [['machine-id', id], ['processor', model], ['network', network], ['host-name', hostname()]]
  return found.flatMap(([kind, value]) => (value === undefined || value === '' ? [] : [{ kind, value }]))
}

/** The kinds that a product looks at by itself, without the rights or the commands that the others need. */
export const lookedAt: ReadonlySet<FactorKind> = new Set(['machine-id', 'processor', 'network', 'host-name'])

export const lockOn = (factors: readonly Factor[], salt = randomBytes(16).toString('base64url')): NodeLock => ({ salt, factors: factors.map(factor => ({ kind: factor.kind, hash: hashOf(factor, salt) })) })

/** The kinds of factors that differ from the lock's, if it is another machine: more than one of them, or fewer than two agree. Undefined: it is the same. */
export const otherMachine = (lock: NodeLock, factors: readonly Factor[]): readonly FactorKind[] | undefined => {
  const now = new Set(factors.map(factor => `${factor.kind} ${hashOf(factor, lock.salt)}`))
  const kinds = new Set(lock.factors.map(({ kind }) => kind))
  const differ = new Set(lock.factors.filter(({ kind, hash }) => !now.has(`${kind} ${hash}`)).map(({ kind }) => kind))
  return differ.size <= 1 && kinds.size - differ.size >= 2 ? undefined : [...differ]
}

/** As licence servers hash it: the canonical JSON of three texts is what JSON has for well-formed ones. */
const hashOf = ({ kind, value }: Factor, salt: string): string => createHash('sha256').update(JSON.stringify([salt, kind, value])).digest('hex')

const machineId = async (): Promise<string | undefined> => {
  if (process.platform === 'darwin') return /"IOPlatformUUID" = "([^"]+)"/.exec(await said('ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']))?.[1]
  if (process.platform === 'win32') return /MachineGuid\s+REG_SZ\s+(\S+)/.exec(await said('reg.exe', ['query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid']))?.[1]
  return (await readFile('/etc/machine-id', 'utf8').catch(() => undefined))?.trim()
}

/** Interfaces with hardware under them, by their built-in addresses. */
const linuxNetwork = async (): Promise<string | undefined> => {
  const at = '/sys/class/net'
  const all = await Promise.all((await readdir(at).catch(() => [])).map(async name => {
    const isHardware = await readlink(`${at}/${name}/device`).then(() => true, () => false)
    const [type, assigned, address] = await Promise.all(['type', 'addr_assign_type', 'address'].map(file => readFile(`${at}/${name}/${file}`, 'utf8').then(text => text.trim(), () => '')))
    return isHardware && type === '1' && assigned !== '1' && address !== undefined && address !== '' ? [address] : []
  }))
  return [...new Set(all.flat())].toSorted().join(' ')
}

const processor = async (): Promise<string | undefined> => {
  const model = cpus()[0]?.model.trim()
  return model === undefined ? undefined : `${model} × ${cpus().length}`
}

/** As licence servers tell it. */
const linuxProcessor = async (): Promise<string | undefined> => {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '')
  const count = text.match(/^processor\s*:/gm)?.length ?? 0
  const model = /^model name\s*:\s*(.+)$/m.exec(text)?.[1] ?? ['CPU implementer', 'CPU architecture', 'CPU variant', 'CPU part'].map(name => new RegExp(`^${name}\\s*:\\s*(.+)$`, 'm').exec(text)?.[1] ?? '').join(' ')
  return count > 0 && model.trim() !== '' ? `${model.replaceAll(/\s+/g, ' ').trim()} × ${count}` : undefined
}

const said = (command: string, args: readonly string[]): Promise<string> =>
  new Promise(resolve => {
    execFile(command, [...args], { timeout: 5_000, windowsHide: true }, (error, stdout) => resolve(error === null ? stdout : ''))
  })
