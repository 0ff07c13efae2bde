import { z } from 'zod'

const none = (text: string): string | null => (text === '' ? null : text)

/** A line of a file of users, by its columns. A spreadsheet writes a day where somebody typed one. */
export const userLine = z.strictObject({
  key: z.string().min(1, 'is empty').max(200), name: z.string().max(200), email: z.string().max(254).transform(none),
  lastSeen: z.string().max(60).transform((text, at) => {
    const ms = text === '' ? null : /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text) ? Date.parse(/(Z|[+-]\d{2}:?\d{2})$|^\d{4}-\d{2}-\d{2}$/.test(text) ? text : `${text.replace(' ', 'T')}Z`) : Number.NaN
    if (ms !== null && Number.isNaN(ms)) at.addIssue({ code: 'custom', message: 'is no day or time such as 2026-10-01' })
    return ms
  }),
})
