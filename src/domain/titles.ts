import type { Text } from './locale.ts'
import type { Playbook } from './playbook.ts'

type Titled = { readonly tasks: readonly Pick<Playbook['tasks'][number], 'key' | 'title'>[]; readonly gates: readonly Pick<Playbook['gates'][number], 'key' | 'title'>[] }

/** What people call the tasks and gates of these keys; of a task for one item of a list (`task[item]`) the item is named too. What the playbook does not have is called by its key. */
export const titlesOf = (playbook: Titled | undefined, keys: readonly string[]): readonly Text[] => keys.map(key => {
  const [, template = key, item] = /^([^[]+)\[(.*)\]$/.exec(key) ?? []
  const title = [...(playbook?.tasks ?? []), ...(playbook?.gates ?? [])].find(one => one.key === template)?.title
  if (title === undefined) return { en: key, ja: key }
  return item === undefined ? title : { en: `${title.en} (${item})`, ja: `${title.ja}（${item}）` }
})
