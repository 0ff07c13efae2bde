import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { FactorKind } from '#domain/licence/node-lock.ts'
import { linuxFactors } from './linux.ts'
import { thisMachine } from './machine.ts'

type Tree = { readonly files?: Readonly<Record<string, string>>; readonly links?: Readonly<Record<string, string>> }

const useRoot = (t: TestContext, ...trees: readonly Tree[]): string => {
  const root = mkdtempSync(join(tmpdir(), 'machine-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const [path, text] of trees.flatMap(({ files = {} }) => Object.entries(files))) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), `${text}\n`)
  }
  for (const [path, to] of trees.flatMap(({ links = {} }) => Object.entries(links))) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    symlinkSync(to, join(root, path))
  }
  return root
}

const factorsUnder = async (root: string): Promise<Partial<Record<FactorKind, string>>> => Object.fromEntries((await linuxFactors(root)).map(({ kind, value }) => [kind, value]))

const rack: Tree = {
  files: {
    'etc/machine-id': '0123456789abcdef0123456789abcdef',
    'etc/hostname': 'lm-01',
    'sys/class/dmi/id/product_uuid': '4C4C4544-0042-3510-8052-B4C04F4A3332',
    'proc/cpuinfo': 'processor\t: 0\nmodel name\t: Example  CPU 9 @ 3.0GHz\n\nprocessor\t: 1\nmodel name\t: Example  CPU 9 @ 3.0GHz',
    'sys/class/net/eno2/type': '1', 'sys/class/net/eno2/addr_assign_type': '0', 'sys/class/net/eno2/address': '02:00:5e:10:00:02',
    'sys/class/net/eno1/type': '1', 'sys/class/net/eno1/addr_assign_type': '0', 'sys/class/net/eno1/address': '02:00:5e:10:00:01',
    'proc/1/mountinfo': '22 1 8:2 / / rw - ext4 /dev/sda2 rw\n23 22 0:5 / /dev rw - devtmpfs udev rw',
  },
  links: {
    'sys/class/net/eno1/device': '../../../devices/pci0', 'sys/class/net/eno2/device': '../../../devices/pci1',
    'sys/dev/block/8:2': '../../devices/pci2/block/sda/sda2', 'dev/disk/by-uuid/aaaa-1111': '../../sda1', 'dev/disk/by-uuid/bbbb-2222': '../../sda2',
  },
}

test('a Linux machine is known by six things, read under a root folder', async t => {
  assert.deepEqual(await factorsUnder(useRoot(t, rack)), {
    'machine-id': '0123456789abcdef0123456789abcdef', board: 'product_uuid 4c4c4544-0042-3510-8052-b4c04f4a3332', processor: 'Example CPU 9 @ 3.0GHz × 2',
    network: '02:00:5e:10:00:01 02:00:5e:10:00:02', disk: 'file system bbbb-2222', 'host-name': 'lm-01',
  })
})

test('what comes and goes is left out: containers, bridges, tunnels, random addresses', async t => {
  const passing: Tree = {
    files: Object.fromEntries(['docker0', 'veth12ab', 'br-1', 'tun0', 'wlan0'].flatMap((name, n) => [
      [`sys/class/net/${name}/type`, '1'], [`sys/class/net/${name}/addr_assign_type`, name === 'wlan0' ? '1' : '3'], [`sys/class/net/${name}/address`, `02:00:5e:10:01:0${n}`],
    ])),
    links: { 'sys/class/net/wlan0/device': '../../../devices/usb1' },
  }
  assert.equal((await factorsUnder(useRoot(t, rack, passing))).network, '02:00:5e:10:00:01 02:00:5e:10:00:02')
})

test('within a bond an interface is known by its own address', async t => {
  const bonded: Tree = { files: { 'sys/class/net/eno2/address': '02:00:5e:10:00:01', 'sys/class/net/eno2/bonding_slave/perm_hwaddr': '02:00:5e:10:00:02' } }
  assert.equal((await factorsUnder(useRoot(t, rack, bonded))).network, '02:00:5e:10:00:01 02:00:5e:10:00:02')
})

test('what makers write when they write nothing is no board', async t => {
  for (const nothing of ['To Be Filled By O.E.M.', 'Default string', '00000000-0000-0000-0000-000000000000', 'Not Specified', '03000200-0400-0500-0006-000700080009', 'None']) {
    assert.equal((await factorsUnder(useRoot(t, rack, { files: { 'sys/class/dmi/id/product_uuid': nothing } }))).board, undefined, nothing)
  }
  assert.equal((await factorsUnder(useRoot(t, rack, { files: { 'sys/class/dmi/id/product_uuid': 'None', 'sys/class/dmi/id/board_serial': '.7XK2M13.' } }))).board, 'board_serial .7xk2m13.')
})

test('the disk is found on btrfs by its name, by udev, by its own number, and not where the root is a container’s', async t => {
  const mounted = (line: string, more: Tree = {}) => factorsUnder(useRoot(t, rack, { files: { 'proc/1/mountinfo': line } }, more)).then(({ disk }) => disk)
  assert.equal(await mounted('22 1 0:30 /@ / rw - btrfs /dev/sda1 rw'), 'file system aaaa-1111')
  assert.equal(await mounted('22 1 259:3 / / rw - ext4 /dev/root rw', { files: { 'run/udev/data/b259:3': 'E:ID_FS_UUID=cccc-3333' }, links: { 'sys/dev/block/259:3': '../../devices/x/nvme0n1/nvme0n1p3' } }), 'file system cccc-3333')
  assert.equal(await mounted('22 1 259:3 / / rw - ext4 /dev/root rw', { files: { 'sys/block/nvme0n1/wwid': 'eui.0025' }, links: { 'sys/dev/block/259:3': '../../devices/x/nvme0n1/nvme0n1p3' } }), 'disk eui.0025')
  assert.equal(await mounted('22 1 0:50 / / rw - overlay overlay rw'), undefined)
})

test('of a folder with nothing in it nothing is known', async t => {
  assert.deepEqual(await factorsUnder(useRoot(t)), {})
})

test('this machine is known by the same things twice', { timeout: 20_000 }, async () => {
  const machine = thisMachine()
  const factors = await machine.factors()
  assert.deepEqual(await machine.factors(), factors)
  assert.ok(factors.some(({ kind }) => kind === 'host-name'))
  assert.equal(new Set(factors.map(({ kind }) => kind)).size, factors.length)
})
