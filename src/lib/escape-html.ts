import { assert } from './assert.ts'

/** Text that a browser shows as it is, within an element as well as within a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[<>"'&]/g, c => {
  const name = names[c]
  assert(name !== undefined, 'every character that is replaced has a name')
  return name
})

const names: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '&': '&amp;' }
