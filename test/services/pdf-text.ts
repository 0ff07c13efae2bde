import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'

export type ReadPdf = { readonly pages: readonly string[]; /** What a screen reader is told of each page: the roles, in order. */ readonly roles: readonly (readonly string[])[]; readonly language: string | null; readonly title: string | null }

/** What a reader of PDFs can select on each page, line by line, parsed by a browser's reader. */
export const readPdf = async (bytes: Uint8Array): Promise<ReadPdf> => {
  const loading = getDocument({ data: bytes.slice(), verbosity: 0, useSystemFonts: false, disableFontFace: true })
  try {
    const pdf = await loading.promise
    const [pages, roles]: [string[], string[][]] = [[], []]
    for (let n = 1; n <= pdf.numPages; n += 1) {
      const page = await pdf.getPage(n)
      const { items } = await page.getTextContent()
      roles.push(rolesOf(await page.getStructTree()))
      pages.push(items.map(item => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join(''))
    }
    const { info } = await pdf.getMetadata()
    const { Language, Title } = info as { Language?: string; Title?: string }
    return { pages, roles, language: Language ?? null, title: Title ?? null }
  } finally {
    await loading.destroy()
  }
}

type Node = { readonly role?: string; readonly children?: readonly unknown[] }
const rolesOf = (node: unknown): string[] => {
  const { role, children = [] } = (node ?? {}) as Node
  return [...(role === undefined || role === 'Root' ? [] : [role]), ...children.flatMap(rolesOf)]
}
