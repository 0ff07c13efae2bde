/** A quantity that people write with its unit. Undefined: it cannot be read. */
const read = (text: string, units: Readonly<Record<string, number>>): number | undefined => {
  const found = /^(\d+(?:\.\d+)?)\s*([a-zA-Z]*)$/.exec(text.trim())
  const factor = units[(found?.[2] ?? '').toLowerCase()]
  return found === null || factor === undefined ? undefined : Math.round(Number(found[1]) * factor)
}

/** `500ms`, `5s`, `2m`, `12h`, `3d` in milliseconds; a bare number is refused, since nobody can tell what it counts. */
export const readDuration = (text: string): number | undefined => read(text, { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 })

/** `64MB`, `20GB`, `1TiB` in bytes; a bare number is bytes. */
export const readSize = (text: string): number | undefined =>
  read(text, { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 })

export const showSize = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toFixed(power === 0 || bytes / 1000 ** power >= 100 ? 0 : 1)} ${units[power]}`
}

export const showDuration = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  return minutes < 60 ? `${minutes} min ${Math.round((ms % 60_000) / 1000)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
