/** A name from outside made safe to show: control characters (escape sequences of a terminal among them) and direction overrides become `\u{…}`, and at most `longest` characters are kept. */
export const visible = (text: string, longest = 200): string => {
  const shown = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, c => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`)
  const points = [...shown]
  return points.length > longest ? `${points.slice(0, longest - 1).join('')}…` : shown
}
