const dayMs = 86_400_000
/** Days of the calendar have no zone: they are counted as those of UTC. */
export const dayAfter = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs)
/** The day that it is in a zone. */
export const dayIn = (zone: string, at: number): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at))
/** “T-12”, “T-0”, “T+3”. */
export const tMinus = (t0: string, day: string): string => {
  const days = daysBetween(t0, day)
  return days > 0 ? `T+${days}` : `T-${-days}`
}
