import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Fault } from '#domain/faults.ts'
import { checkEvidence, signManifest, type Checked, type Manifest } from '#domain/evidence.ts'
import { checkReport, reportOf } from '#domain/evidence-report.ts'
import { assert } from '#lib/assert.ts'
import { newPrivateKey, signerOf, type Signer } from '#lib/sign.ts'

/** The key that signs this installation's evidence; made on first use, readable by its owner only. Of two processes that make it at once, both sign with the one that came first. */
export const signerAt = (file: string): Signer => {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const draft = `${file}.${randomUUID()}`
    writeFileSync(draft, newPrivateKey(), { mode: 0o600 })
    try {
      linkSync(draft, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(draft)
    }
  }
  return signerOf(readFileSync(file, 'utf8'))
}

/**
 * Where evidence goes: to the file that was asked for, or beside it when it proves a way back, or when something is there already that is to be kept: another move's
 * evidence, that of an earlier way out or back, whatever it may be. Only a freeze that was given up and is made again takes the place of the one before.
 */
export const placeOf = (asked: string | undefined, manifest: Manifest): string => findPlace(asked, manifest).file

/** `isFree`: nothing was there when it was looked at; who writes there makes sure that it is so still. */
const findPlace = (asked: string | undefined, manifest: Manifest): { readonly file: string; readonly isFree: boolean } => {
  for (let number = 1; ; number++) {
    const file = nameOf(asked, manifest.move, number)
    const isFree = !existsSync(file)
    if (isFree || isOfSameTurn(file, manifest)) return { file, isFree }
  }
}

const nameOf = (asked: string | undefined, { id, leg }: Manifest['move'], number: number): string => {
  const which = number === 1 ? leg : `${leg}-${number}`
  if (asked === undefined) return `rehome-${id}-${which}.evidence.json`
  return which === 'out' ? asked : join(dirname(asked), `${basename(asked, '.json')}.${which}.json`)
}

/** Within one turn of a move nothing is switched twice: of two proofs the later one counts. */
const isOfSameTurn = (file: string, { move, approvals }: Manifest): boolean => {
  try {
    const found = checkEvidence(readFileSync(file, 'utf8'))
    return found.ok && found.manifest.move.id === move.id && found.manifest.move.leg === move.leg && turnsIn(found.manifest.approvals) === turnsIn(approvals)
  } catch {
    return false
  }
}

const turnsIn = (approvals: Manifest['approvals']): number => approvals.filter(a => a.what === 'turn-back').length

/** Writes evidence and its report side by side where `placeOf` says, on disk when it returns; of two moves that ask for one file at once each has its own. Reads the evidence back and checks it, as anybody will. */
export const keepEvidence = (asked: string | undefined, manifest: Manifest, signer: Signer): { file: string; root: string } => {
  const text = signManifest(manifest, signer)
  const checked = checkEvidence(text)
  assert(checked.ok, `evidence that was just made does not hold: ${checked.ok ? '' : checked.reason}`)
  for (;;) {
    const { file, isFree } = findPlace(asked, manifest)
    let isOurs = false
    kept(file, () => {
      isOurs = isFree ? writeNew(file, text) : writeWhole(file, text)
      if (isOurs) writeWhole(file.replace(/\.json$/, '') + '.html', reportOf(text))
    })
    if (isOurs) return { file, root: manifest.root }
  }
}

/** Asked before a move begins: what would fail in the freeze is to fail now. Leaves nothing there but the folder. Faults: EVIDENCE_NOT_KEPT. */
export const tryToKeep = (file: string): void => kept(file, () => {
  // Two moves that begin in one folder try at the same moment.
  const trial = `${file}.${randomUUID()}.try`
  writeWhole(trial, '')
  rmSync(trial)
})

const kept = (file: string, write: () => void): void => {
  try {
    mkdirSync(dirname(file), { recursive: true })
    write()
  } catch (cause) {
    throw new Fault('EVIDENCE_NOT_KEPT', { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

/** The JSON file, or the report in which it is embedded. */
export const checkEvidenceFile = (file: string, trusted?: string): Checked => {
  const text = readFileSync(file, 'utf8')
  return text.trimStart().startsWith('<') ? checkReport(text, trusted) : checkEvidence(text, trusted)
}

/** Whole or not at all, and on disk, its name too, when it returns: in the place of what is there. */
const writeWhole = (file: string, text: string): true => {
  drafted(file, text, draft => { renameSync(draft, file) })
  return true
}

/** The same where nothing is there; false: somebody else was first. */
const writeNew = (file: string, text: string): boolean => {
  try {
    drafted(file, text, draft => { linkSync(draft, file) })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Under a name of its own first: whoever writes the same file at the same time has another. */
const drafted = (file: string, text: string, place: (draft: string) => void): void => {
  const draft = `${file}.${randomUUID()}.new`
  try {
    writeFileSync(draft, text, { mode: 0o644, flush: true, flag: 'wx' })
    place(draft)
  } finally {
    rmSync(draft, { force: true })
  }
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
