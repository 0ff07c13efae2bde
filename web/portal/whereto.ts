const kept = 'rehome-whereto'
const hourMs = 3_600_000

/** Where somebody wanted to go when there was no session: a path of the portal. */
export const keepWhereto = (path: string): void => { if (path !== '/') localStorage.setItem(kept, JSON.stringify({ path, at: Date.now() })) }

/** The same, once, if it was within the hour. */
export const takeWhereto = (): string | undefined => {
  const text = localStorage.getItem(kept)
  localStorage.removeItem(kept)
  try {
    const { path, at } = JSON.parse(text ?? '{}') as { readonly path?: unknown; readonly at?: unknown }
    return typeof path === 'string' && path.startsWith('/') && typeof at === 'number' && Date.now() - at < hourMs ? path : undefined
  } catch {
    return undefined
  }
}
