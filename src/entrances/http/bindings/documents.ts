import { addDocument, documentsOfMove, listDocuments, removeDocument } from '#control/files/documents.ts'
import type { documentsApi } from '#wire/api/documents.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const documentsBindings: Bindings<typeof documentsApi> = {
  'documents.list': looking(listDocuments),
  'documents.add': deciding((desk, { file, ...given }) => addDocument(desk, { ...given, ...(file === undefined ? {} : { file: { name: file.name, type: file.type, content: Buffer.from(file.base64, 'base64') } }) })),
  'documents.remove': deciding(removeDocument),
  'documents.of-move': looking(documentsOfMove),
}
