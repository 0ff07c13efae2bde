/** Shorter ones would hide what is no secret. */
const shortest = 4

/** The text with every secret replaced, the longest first: one may be part of another. */
export const masked = (text: string, secrets: readonly string[]): string =>
  secrets.filter(secret => secret.length >= shortest).toSorted((a, b) => b.length - a.length).reduce((rest, secret) => rest.replaceAll(secret, () => '***'), text)
