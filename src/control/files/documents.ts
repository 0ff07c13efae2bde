import type { NoAccess } from '#domain/access.ts'
import { documentTypes, mostDocumentBytes, mostDocuments } from '#domain/documents.ts'
import type { Text } from '#domain/locale.ts'
import type { Move, MoveId } from '#domain/programmes.ts'
import type { DocumentPiece, SupportDocument } from '#domain/records.ts'
import type { View } from '#ports/ledger.ts'
import { barred, type Desk, type Glance, journal, vendorOf } from '../ground/desk.ts'
import { pageOf, type Page, type Paging } from '../ground/pages.ts'
import type { World } from '../ground/world.ts'

/** As whoever may fetch it sees it. `address`: where it is, elsewhere or here. */
export type ShownDocument = Pick<SupportDocument, 'id' | 'title' | 'type' | 'bytes' | 'file' | 'url'>

/** As the ledger keeps a file: pieces of so many bytes, so that no row is large. */
const pieceBytes = 65_536

/** All of the vendor's, for its own people: others see those of their moves. */
export const listDocuments = async (glance: Glance, paging: Paging): Promise<Page<SupportDocument> | NoAccess> => (glance.actor.kind === 'customer' ? { refused: 'not-found' } : await pageOf(glance, 'document.read', 'document', {}, paging))

type Given = { readonly title: Text; readonly playbook: string | null; readonly url?: string; readonly file?: { readonly name: string; readonly type: string; readonly content: Uint8Array } }
type NotAdded =
  | NoAccess
  | { readonly refused: 'document-one-of' } | { readonly refused: 'document-too-large'; readonly most: number } | { readonly refused: 'too-many-documents'; readonly most: number }
  | { readonly refused: 'no-such-playbook'; readonly playbook: string; readonly known: readonly string[] } | { readonly refused: 'document-type'; readonly type: string; readonly types: readonly string[] }

/** Something that helps after a move: an address, or a file of one of the known types. */
export const addDocument = async (desk: Desk, { title, playbook, url, file }: Given): Promise<{ id: SupportDocument['id'] } | NotAdded> => {
  const vendor = vendorOf(desk)
  if (vendor === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'document.change', { vendor }) ?? whyWrong(desk, playbook, url, file)
  if (why !== undefined) return why
  const { tx, world, now, who } = desk
  // Of two who add at once the second one counts the first one's.
  await tx.lock('vendor', vendor)
  if (await tx.count('document', { vendor }) >= mostDocuments) return { refused: 'too-many-documents', most: mostDocuments }
  const id = world.newId<'document'>()
  await tx.add('document', { id, vendor, playbook, title, url: url ?? null, file: file?.name ?? null, type: file?.type ?? null, bytes: file?.content.length ?? null, by: who.name, at: now })
  if (file !== undefined) await tx.add('document_piece', ...piecesOf(desk, { id, vendor }, file.content))
  journal(desk, 'document.change', 'document', id, { added: title.en, ...(url === undefined ? { file: file?.name, bytes: file?.content.length } : { url }), playbook })
  return { id }
}

const whyWrong = ({ world }: Desk, playbook: string | null, url: string | undefined, file: Given['file']): NotAdded | undefined => {
  if ((url === undefined) === (file === undefined)) return { refused: 'document-one-of' }
  const known = world.playbooks.latest()
  if (playbook !== null && !known.some(one => one.key === playbook)) return { refused: 'no-such-playbook', playbook, known: known.map(one => one.key) }
  if (file === undefined) return undefined
  if (!Object.hasOwn(documentTypes, file.type)) return { refused: 'document-type', type: file.type, types: Object.keys(documentTypes) }
  return file.content.length > mostDocumentBytes || file.content.length === 0 ? { refused: 'document-too-large', most: mostDocumentBytes } : undefined
}

const piecesOf = ({ world }: Desk, { id, vendor }: Pick<SupportDocument, 'id' | 'vendor'>, content: Uint8Array): DocumentPiece[] =>
  Array.from({ length: Math.ceil(content.length / pieceBytes) }, (_, number) => ({ id: world.newId<'document-piece'>(), vendor, document: id, number, content: content.subarray(number * pieceBytes, (number + 1) * pieceBytes) }))

/** Letters that name it lead nowhere from now on. */
export const removeDocument = async (desk: Desk, { document: id }: { readonly document: SupportDocument['id'] }): Promise<Record<never, never> | NoAccess> => {
  const document = await desk.tx.lock('document', id)
  if (document === undefined) return { refused: 'not-found' }
  const why = await barred(desk, 'document.change', { vendor: document.vendor })
  if (why !== undefined) return why
  await desk.tx.remove('document', { id })
  journal(desk, 'document.change', 'document', id, { removed: document.title.en })
  return {}
}

/** Those that belong to a move: of its playbook, and those for all. */
export const documentsOf = async (view: View, { vendor, playbook }: Pick<Move, 'vendor' | 'playbook'>): Promise<ShownDocument[]> => {
  const all = await view.list('document', { vendor }, { limit: mostDocuments })
  return all.filter(one => one.playbook === null || one.playbook === playbook).map(({ id, title, type, bytes, file, url }) => ({ id, title, type, bytes, file, url }))
}

export const documentsOfMove = async (glance: Glance, { move: id }: { readonly move: MoveId }): Promise<{ documents: readonly (ShownDocument & { address: string })[] } | NoAccess> => {
  const move = await glance.view.get('move', id)
  if (move === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'move.read', move) ?? await barred(glance, 'document.read', move)
  if (why !== undefined) return why
  return { documents: (await documentsOf(glance.view, move)).map(one => ({ ...one, address: addressOf(glance.world, one) })) }
}

/** Where whoever is signed in gets it. */
export const addressOf = ({ site }: Pick<World, 'site'>, { id, url }: Pick<SupportDocument, 'id' | 'url'>): string => url ?? `${site}/documents/${id}`

export type DocumentFile = { readonly name: string; readonly type: string; readonly content: Uint8Array }

/** A document's file, for the vendor's people and for people of customers that have a move it belongs to. */
export const readDocument = async (glance: Glance, { document: id }: { readonly document: SupportDocument['id'] }): Promise<DocumentFile | NoAccess> => {
  const { view, actor } = glance
  const document = await view.get('document', id)
  if (document === undefined) return { refused: 'not-found' }
  const why = await barred(glance, 'document.read', { vendor: document.vendor })
  if (why !== undefined) return why
  if (actor.kind === 'customer' && await view.count('move', { customer: actor.customer, ...(document.playbook === null ? {} : { playbook: document.playbook }) }) === 0) return { refused: 'not-found' }
  return await fileOf(view, document) ?? { refused: 'not-found' }
}

export const fileOf = async (view: View, { id, file, type, bytes }: ShownDocument): Promise<DocumentFile | undefined> => {
  if (file === null || type === null || bytes === null) return undefined
  const pieces = await view.list('document_piece', { document: id }, { by: 'number', limit: Math.ceil(mostDocumentBytes / pieceBytes) })
  const content = new Uint8Array(bytes)
  for (const { number, content: piece } of pieces) content.set(piece, number * pieceBytes)
  return { name: file, type, content }
}
