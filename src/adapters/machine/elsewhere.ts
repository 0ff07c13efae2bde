import { execFile } from 'node:child_process'
import { cpus, hostname } from 'node:os'
import type { Factor, FactorKind } from '#domain/licence/node-lock.ts'

const patienceMs = 5_000

/** The factors of a Mac, by the commands that it comes with. Not tested: it was written from their documentation. */
export const macFactors = async (): Promise<readonly Factor[]> => {
  const [platform, ports, root] = await Promise.all([said('ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']), said('networksetup', ['-listallhardwareports']), said('diskutil', ['info', '/'])])
  return factorsOf({
    'machine-id': /"IOPlatformUUID" = "([^"]+)"/.exec(platform)?.[1],
    board: /"IOPlatformSerialNumber" = "([^"]+)"/.exec(platform)?.[1],
    network: addressesIn([...ports.matchAll(/Hardware Port: (?:Ethernet|Wi-Fi)[^\n]*\nDevice: \S+\nEthernet Address: (\S+)/g)].map(match => match[1] ?? '')),
    disk: /Volume UUID:\s*(\S+)/.exec(root)?.[1],
  })
}

/** The factors of a Windows machine, asked of PowerShell. Not tested: it was written from its documentation. */
export const windowsFactors = async (): Promise<readonly Factor[]> => {
  const lines = (await said('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', [
    "'machine-id=' + (Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Cryptography').MachineGuid",
    "'board=' + (Get-CimInstance Win32_ComputerSystemProduct).UUID",
    "'disk=' + (Get-Disk | Where-Object IsBoot | Select-Object -First 1).SerialNumber",
    "Get-NetAdapter -Physical | ForEach-Object { 'mac=' + $_.PermanentAddress }",
  ].join('; ')])).split(/\r?\n/).map(line => line.trim())
  const valueOf = (name: string): string | undefined => lines.find(line => line.startsWith(`${name}=`))?.slice(name.length + 1).trim()
  return factorsOf({ 'machine-id': valueOf('machine-id'), board: valueOf('board'), disk: valueOf('disk'), network: addressesIn(lines.filter(line => line.startsWith('mac=')).map(line => line.slice(4))) })
}

const factorsOf = (found: Readonly<Partial<Record<FactorKind, string | undefined>>>): readonly Factor[] => {
  const model = cpus()[0]?.model.trim()
  const all = { ...found, processor: model === undefined ? undefined : `${model} × ${cpus().length}`, 'host-name': hostname() }
  return (Object.entries(all) as [FactorKind, string | undefined][]).flatMap(([kind, value]) => (value === undefined || value === '' ? [] : [{ kind, value }]))
}

const addressesIn = (found: readonly string[]): string => [...new Set(found.map(address => address.toLowerCase()))].filter(address => address !== '').toSorted().join(' ')

/** What a command says; nothing where it is not there, fails, or takes longer than five seconds. */
const said = (command: string, args: readonly string[]): Promise<string> =>
  new Promise(resolve => {
    execFile(command, [...args], { timeout: patienceMs, maxBuffer: 2 ** 20, windowsHide: true }, (error, stdout) => resolve(error === null ? stdout : ''))
  })
