import type { FormField } from './playbook.ts'

export type FormFault = 'missing' | 'not-a-text' | 'not-a-number' | 'not-a-day' | 'not-yes-or-no' | 'not-a-choice' | 'not-a-table' | 'not-a-field'
export type FormRefused = { readonly refused: 'form-wrong'; readonly wrong: readonly { readonly field: string; readonly why: FormFault }[] }

/** Every field that is missing or of the wrong kind, and every answer nobody asked for; undefined: the form is whole. A file is given by its name in the store of attachments. */
export const whyFormWrong = (fields: readonly FormField[], answers: Readonly<Record<string, unknown>>): FormRefused | undefined => {
  const wrong: { field: string; why: FormFault }[] = fields.flatMap(field => {
    const why = wrongWith(field, Object.hasOwn(answers, field.key) ? answers[field.key] : undefined)
    return why === undefined ? [] : [{ field: field.key, why }]
  })
  for (const key of Object.keys(answers)) if (!fields.some(field => field.key === key)) wrong.push({ field: key, why: 'not-a-field' })
  return wrong.length === 0 ? undefined : { refused: 'form-wrong', wrong }
}

const wrongWith = (field: FormField, value: unknown): FormFault | undefined => {
  if (value === undefined || value === null || value === '') return field.optional ? undefined : 'missing'
  switch (field.type) {
    case 'text': case 'file': return isText(value, 1000) ? undefined : 'not-a-text'
    case 'long-text': return isText(value, 100_000) ? undefined : 'not-a-text'
    case 'number': return typeof value === 'number' && Number.isFinite(value) ? undefined : 'not-a-number'
    case 'day': return isDay(value) ? undefined : 'not-a-day'
    case 'yes-no': return typeof value === 'boolean' ? undefined : 'not-yes-or-no'
    case 'choice': return field.choices.some(choice => choice.value === value) ? undefined : 'not-a-choice'
    case 'table': return isTable(field, value) ? undefined : 'not-a-table'
  }
}

const isText = (value: unknown, limit: number): boolean => typeof value === 'string' && value.trim() !== '' && value.length <= limit

const isDay = (value: unknown): boolean => {
  const [year, month, day] = typeof value === 'string' ? (/^(\d{4})-(\d\d)-(\d\d)$/.exec(value)?.slice(1).map(Number) ?? []) : []
  if (year === undefined || month === undefined || day === undefined || month < 1 || month > 12 || day < 1) return false
  return Temporal.PlainDate.from({ year, month, day }, { overflow: 'constrain' }).day === day
}

/** A row that is wanted has a text in every column. */
const isTable = (field: FormField, value: unknown): boolean =>
  Array.isArray(value) && value.length <= 1000 && (field.optional || value.length > 0) && value.every(row => isRow(field, row))

const isRow = ({ columns }: FormField, row: unknown): boolean => {
  if (typeof row !== 'object' || row === null) return false
  const cells = new Map<string, unknown>(Object.entries(row))
  return cells.size === columns.length && columns.every(column => isText(cells.get(column.key), 1000))
}
