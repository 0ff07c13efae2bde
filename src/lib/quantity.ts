/** A quantity that people write with its unit. Undefined: it cannot be read. */
const read = (text: string, units: Readonly<Record<string, number>>): number | undefined => {
  const found = /^(\d+(?:\.\d+)?)\s*([a-zA-Z]*)$/.exec(text.trim())
  const unit = (found?.[2] ?? '').toLowerCase()
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
  return found === null || factor === undefined ? undefined : Math.round(Number(found[1]) * factor)
}

/** `500ms`, `5s`, `2m`, `12h`, `3d` in milliseconds; a bare number is refused, since nobody can tell what it counts. */
export const readDuration = (text: string): number | undefined => read(text, { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 })

/** `64MB`, `20GB`, `1TiB` in bytes; a bare number is bytes. */
export const readSize = (text: string): number | undefined =>
  read(text, { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 })

export const showSize = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let power = 0
  // What would be rounded to 1000 is one of the next unit.
  for (; value >= (power === 0 ? 1_000 : 999.5) && power < units.length - 1; power++) value /= 1_000
  return `${value.toFixed(power === 0 || value >= 99.95 ? 0 : 1)} ${units[power]}`
}

export const showDuration = (ms: number): string => {
  if (Math.round(ms) < 1_000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `1 row`, `20,000 rows`. */
export const counted = (n: number, one: string): string => `${n.toLocaleString('en-GB')} ${one}${n === 1 ? '' : 's'}`
