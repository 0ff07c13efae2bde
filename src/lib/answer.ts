import { visible } from './visible.ts'

/** The JSON of an answer. Undefined, which no JSON is: it is none. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Why no answer came, safe to show. `fetch` hides what happened in its cause. */
export const whyUnanswered = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? visible(cause.message || cause.name, 200) : 'it cannot be reached'
}
