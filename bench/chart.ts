export type Bar = { readonly label: string; readonly values: readonly number[]; readonly isOurs: boolean }

const escape = (text: string): string => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`)

/** Horizontal bars: the median, with every run as a dot. Readable in light and dark. */
export const barChart = (title: string, unit: string, bars: readonly (Bar & { readonly median: number })[]): string => {
  const width = 760
  const left = 250
  const row = 34
  const most = Math.max(...bars.flatMap(b => b.values)) * 1.08
  const x = (value: number): number => left + (value / most) * (width - left - 90)
  const height = 64 + bars.length * row
  const rows = bars.map((bar, i) => {
    const y = 52 + i * row
    const dots = bar.values.map(v => `<circle cx="${x(v).toFixed(1)}" cy="${y + 10}" r="2.5" class="dot"/>`).join('')
    return `<text x="${left - 10}" y="${y + 14}" text-anchor="end">${escape(bar.label)}</text><rect x="${left}" y="${y}" width="${(x(bar.median) - left).toFixed(1)}" height="20" rx="2" class="${bar.isOurs ? 'ours' : 'peer'}"/>${dots}<text x="${(x(Math.max(...bar.values)) + 8).toFixed(1)}" y="${y + 14}" class="value">${bar.median.toFixed(1)} ${escape(unit)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="Inter, system-ui, sans-serif" font-size="13">
<style>text{fill:#474E5A}.title{fill:#15181D;font-weight:600;font-size:15px}.value{font-variant-numeric:tabular-nums}.ours{fill:#1769D2}.peer{fill:#9AA1AC}.dot{fill:#15181D;opacity:.55}@media(prefers-color-scheme:dark){text{fill:#B0B7C1}.title{fill:#E9EBEE}.dot{fill:#E9EBEE}}</style>
<text x="0" y="20" class="title">${escape(title)}</text><text x="0" y="38" font-size="12">bars: medians; dots: every run; shorter is better</text>
${rows.join('\n')}
</svg>
`
}
