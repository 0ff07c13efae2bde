import type { PartContent } from '#domain/bundle.ts'
import type { Draft } from '#ports/bundle.ts'

export type BundleProgress = { readonly doing: string; readonly done: number; readonly of: number }

/** Of the process that keeps the picture; a role that may only read is enough. */
export const streamOf = (bundle: string): string => `rehome_bundle_${bundle.replaceAll('-', '').slice(-12)}`

/** The parts of one tree. */
export const treeParts = (contents: readonly PartContent[], tree: string): Extract<PartContent, { kind: 'files' | 'places' }>[] =>
  contents.flatMap(c => ((c.kind === 'files' || c.kind === 'places') && c.tree === tree ? [c] : []))

export const contentsOf = (draft: Draft): PartContent[] => draft.notes.flatMap(note => (note.note === 'part' ? [note.content] : []))
