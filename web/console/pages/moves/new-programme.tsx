import type { ReactNode } from 'react'
import { useAsk, useWish } from '../../../shared/asking.ts'
import { FormDialog } from '../../../shared/form-dialog.tsx'
import { useSay } from '../../../shared/language.tsx'

const words = {
  title: { en: 'New programme', ja: 'プログラムを追加' }, lead: { en: 'Moves of one kind, planned by one playbook. Whom customers turn to is taken from the settings.', ja: '同じプレイブックで計画する移行のまとまりです。お客様の相談窓口は設定から引き継がれます。' }, name: { en: 'Name', ja: '名称' }, playbook: { en: 'Playbook', ja: 'プレイブック' }, due: { en: 'Everybody is moved by', ja: '全移行の完了予定日' }, add: { en: 'Add', ja: '追加' },
}

/** Adds a programme, with the people to turn to that the vendor has for all. */
export const NewProgramme = ({ close }: { close(): void }): ReactNode => {
  const [say, add] = [useSay(), useWish('programmes.add')]
  const [playbooks, settings] = [useAsk('playbooks.list', {}), useAsk('settings.read', {})]
  return (
    <FormDialog opened close={close} title={say(words.title)} lead={say(words.lead)} act={say(words.add)} fields={[
      { key: 'name', says: words.name, type: 'text' },
      { key: 'playbook', says: words.playbook, type: 'choice', choices: (playbooks.data?.items ?? []).filter(one => one.deprecated === null).map(one => ({ value: one.key, label: say(one.title) })) },
      { key: 'dueOn', says: words.due, type: 'day', optional: true },
    ]} wish={({ name, playbook, dueOn }) => add.mutateAsync({ name: String(name), playbook: String(playbook), ...(typeof dueOn === 'string' ? { dueOn } : {}), people: settings.data?.settings.people ?? [] } as never)} />
  )
}
