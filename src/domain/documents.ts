/** What a vendor may hand out as a file, and what its name ends in. Nothing that a browser would run. */
export const documentTypes = {
  'application/pdf': 'pdf', 'text/plain': 'txt', 'text/csv': 'csv', 'image/png': 'png', 'image/jpeg': 'jpg', 'application/zip': 'zip',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt', 'application/vnd.oasis.opendocument.spreadsheet': 'ods',
} as const satisfies Readonly<Record<string, string>>

export const mostDocumentBytes = 10 * 2 ** 20
/** A vendor has so many at most. */
export const mostDocuments = 200
