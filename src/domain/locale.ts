export const locales = ['en', 'ja'] as const
/** A language that people are written to in. */
export type Locale = (typeof locales)[number]

/** The same said in each language. */
export type Text = Readonly<Record<Locale, string>>
