/** Text for a place that has one line only, such as a header: line ends, tabs and other control characters become one space; direction overrides vanish. */
export const oneLine = (text: string, longest = 250): string => {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').replace(/[\u202A-\u202E\u2066-\u2069\p{Cs}]/gu, '').trim()
  const points = [...line]
  return points.length > longest ? `${points.slice(0, longest - 1).join('')}…` : line
}
