import { FileButton, Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useSay } from '../../../shared/language.tsx'
import { Panel } from '../../../shared/panel.tsx'
import { Verdict } from './verdict.tsx'
import css from './evidence.module.css'

const words = { title: { en: 'Check a file', ja: 'ファイルを検証' }, lead: { en: 'Evidence that you were given, checked in this page. The file is not sent anywhere.', ja: 'お手元の証跡ファイルをこのページ内で検証します。ファイルは送信されません。' }, choose: { en: 'Choose a file', ja: 'ファイルを選択' }, tooLarge: { en: 'The file is larger than 256 MB; check it with “rehome evidence check”.', ja: 'ファイルが 256 MB を超えています。「rehome evidence check」で検証してください。' } }
const most = 256_000_000

/** Checks a file from this machine, as it is checked by `rehome evidence check`. */
export const CheckFile = (): ReactNode => {
  const say = useSay()
  const [file, setFile] = useState<{ readonly name: string; readonly text: string | null } | null>(null)
  const read = async (chosen: File | null): Promise<void> => {
    if (chosen !== null) setFile({ name: chosen.name, text: chosen.size > most ? null : await chosen.text() })
  }
  return (
    <Panel title={say(words.title)} lead={say(words.lead)} acts={<FileButton accept="application/json,.json" onChange={chosen => { void read(chosen) }} inputProps={{ 'aria-label': say(words.choose) }}>{props => <Button size="compact-sm" variant="default" {...props}>{say(words.choose)}</Button>}</FileButton>}>
      {file === null ? null : <div className={css['file']}><p className="mono">{file.name}</p>{file.text === null ? <p>{say(words.tooLarge)}</p> : <Verdict text={file.text} key={file.text} />}</div>}
    </Panel>
  )
}
