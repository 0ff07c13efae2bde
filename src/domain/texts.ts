import type { Text } from './locale.ts'

export const isText = (said: unknown): said is Text => typeof said === 'object' && said !== null && 'en' in said && 'ja' in said && typeof said.en === 'string' && typeof said.ja === 'string'

/** Facts of a refusal that are sentences or titles, by the name that they have in it. */
export type Said = Readonly<Record<string, Text | readonly Text[]>>
