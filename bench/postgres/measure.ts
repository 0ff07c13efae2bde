import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'

/** One command as its user sees it: from its start to its end. CPU and memory are those of the command's own processes, not of the servers. */
export type Measured = { readonly wallS: number; readonly cpuS: number; readonly peakMb: number; /** CPU of the whole machine meanwhile. */ readonly machineCpuS: number; readonly stdout: string }

const ticks = 100
const everyMs = 50

export const measure = async (command: string, args: readonly string[], environment: Record<string, string>): Promise<Measured> => {
  const machineBefore = machineCpu()
  const began = performance.now()
  const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  const sampled = sample(child)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr = (stderr + text).slice(-4_000) })
  const code = await new Promise<number | null>((resolve, reject) => { child.on('error', reject); child.on('close', resolve) })
  const wallS = (performance.now() - began) / 1000
  sampled.stop()
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stdout.slice(-1_000)}\n${stderr}`)
  return { wallS, ...sampled.figures(), machineCpuS: machineCpu() - machineBefore, stdout }
}

/** Looks at the process tree several times a second; CPU of a process counts as last seen. */
const sample = (child: ChildProcess) => {
  const cpu = new Map<number, number>()
  let peakMb = 0
  const look = (): void => {
    let together = 0
    for (const pid of treeOf(child.pid ?? 0)) {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
        cpu.set(pid, (Number(stat[11]) + Number(stat[12])) / ticks)
        together += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024
      } catch { /* it has just ended */ }
    }
    peakMb = Math.max(peakMb, together)
  }
  const timer = setInterval(look, everyMs)
  return { stop: () => clearInterval(timer), figures: () => ({ cpuS: [...cpu.values()].reduce((a, b) => a + b, 0), peakMb }) }
}

const treeOf = (root: number): number[] => {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'latin1').split(') ')[1]?.split(' ')[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    } catch { /* it has just ended */ }
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

const machineCpu = (): number => {
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0] = (readFileSync('/proc/stat', 'latin1').split('\n')[0] ?? '').split(/\s+/).slice(1).map(Number)
  return (user + nice + system + irq + soft) / ticks
}
