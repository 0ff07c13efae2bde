import { z } from 'zod'

export const backupFormat = 'rehome-backup/1'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const mode = z.int().min(0).max(0o777)
/** Names are the bytes they are, as Latin-1. */
const path = z.string().min(1).max(70_000)
const owner = z.string().max(200).nullable()
const file = z.strictObject({ kind: z.literal('file'), path, mode, owner, modifiedMs: z.int(), bytes: z.int().min(0) })
const placed = [z.strictObject({ kind: z.literal('folder'), path, mode, owner }), z.strictObject({ kind: z.literal('link'), path, to: z.string().max(70_000) })] as const

/** What is taken: the tree as it stood when it was walked; sizes and times must stay so until it is packed. */
export const listedTrees = z.array(z.strictObject({ name: z.string().min(1).max(100), mode, owner, others: z.int(), entries: z.array(z.discriminatedUnion('kind', [file, ...placed])) }))
export type ListedTree = z.output<typeof listedTrees>[number]
export type ListedEntry = ListedTree['entries'][number]
export type ListedFile = Extract<ListedEntry, { kind: 'file' }>

const part = z.strictObject({ claim: z.int().min(1), part: z.int().min(0), bytes: z.int().min(1), sha256: hash, plainBytes: z.int().min(0) })
export type BackupPart = z.output<typeof part>

/** What a back-up holds: its trees, the hash of each file in their order, and the parts in which their bytes stand one behind the other. */
export const backupManifest = z.strictObject({ format: z.literal(backupFormat), version: z.string(), trees: listedTrees, hashes: z.array(hash), parts: z.array(part) })
export type BackupManifest = z.output<typeof backupManifest>

/** All files of all trees in the order in which their bytes stand in the parts. */
export const filesOf = (trees: readonly ListedTree[]): { readonly tree: number; readonly file: ListedFile }[] => trees.flatMap(({ entries }, tree) => entries.filter(one => one.kind === 'file').map(one => ({ tree, file: one })))
