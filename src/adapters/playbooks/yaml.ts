import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#domain/faults.ts'
import type { Playbook } from '#domain/playbook.ts'
import type { Conditions } from '#ports/conditions.ts'
import type { Playbooks } from '#ports/playbooks.ts'
import type { FileProblem } from './places.ts'
import { readPlaybook } from './read.ts'

/** The playbooks in the `.yaml` files of these folders. Throws PLAYBOOK_WRONG with every mistake in every file, PLAYBOOK_UNREADABLE where a file cannot be read. */
export const openPlaybooks = async (folders: readonly string[], conditions: Conditions): Promise<Playbooks> => {
  const files = (await Promise.all(folders.map(filesIn))).flat()
  const read = files.map(({ path, text }) => ({ path, ...readPlaybook(path, text, conditions) }))
  const found = read.flatMap(one => ('playbook' in one ? [{ path: one.path, playbook: one.playbook }] : []))
  const problems = [...read.flatMap(one => ('problems' in one ? one.problems : [])), ...amongThem(found, read.some(one => 'problems' in one))]
  if (problems.length > 0) throw new Fault('PLAYBOOK_WRONG', { count: problems.length, list: problems.map(sayProblem).join('\n') })
  return shelf(found.map(one => one.playbook))
}

/** `playbooks/ours.yaml:12:7 tasks › “restore”: …` */
export const sayProblem = ({ file, line, column, says }: FileProblem): string => `${file}:${line}:${column} ${says}`

const filesIn = async (folder: string): Promise<{ path: string; text: string }[]> => {
  try {
    const names = (await readdir(folder)).filter(name => name.endsWith('.yaml')).toSorted()
    return await Promise.all(names.map(async name => ({ path: join(folder, name), text: await readFile(join(folder, name), 'utf8') })))
  } catch (cause) {
    throw new Fault('PLAYBOOK_UNREADABLE', { folder, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

/** What is wrong only when they are seen together: one version twice, a successor that is not there. While some cannot be read the successor may be one of them. */
const amongThem = (found: readonly { readonly path: string; readonly playbook: Playbook }[], isPart: boolean): FileProblem[] =>
  found.flatMap(({ path, playbook: { key, version, deprecated } }, n) => {
    const first = found.findIndex(other => other.playbook.key === key && other.playbook.version === version)
    const says = [
      ...(first === n ? [] : [`version ${version} of “${key}” is in ${found[first]?.path ?? ''} already`]),
      ...(deprecated === null || isPart || found.some(other => other.playbook.key === deprecated.successor && other.playbook.key !== key) ? [] : [`there is no playbook “${deprecated.successor}” to succeed this one`]),
    ]
    return says.map(one => ({ file: path, line: 1, column: 1, says: one }))
  })

const shelf = (playbooks: readonly Playbook[]): Playbooks => {
  const sorted = playbooks.toSorted((a, b) => (a.key === b.key ? a.version - b.version : a.key < b.key ? -1 : 1))
  return {
    latest: () => sorted.filter((one, n) => sorted[n + 1]?.key !== one.key),
    find: ({ key, version }) => sorted.find(one => one.key === key && one.version === version),
    versionsOf: key => sorted.filter(one => one.key === key).map(one => one.version),
  }
}
