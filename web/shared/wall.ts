/** What the clock on a wall of the zone shows: its day, and minutes since that day's midnight. */
export type Wall = { readonly day: string; readonly minute: number }

const kept = new Map<string, Intl.DateTimeFormat>()
const format = (zone: string): Intl.DateTimeFormat => {
  const made = kept.get(zone) ?? new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  kept.set(zone, made)
  return made
}

export const wallIn = (instant: number, zone: string): Wall => {
  const part = Object.fromEntries(format(zone).formatToParts(instant).map(({ type, value }) => [type, value]))
  return { day: `${part['year']}-${part['month']}-${part['day']}`, minute: Number(part['hour']) * 60 + Number(part['minute']) }
}
