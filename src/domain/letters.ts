import { accessLetters, type AccessEvents } from './letters/access.ts'
import type { Reader, Templates } from './letters/body.ts'
import { callLetters, type CallEvents } from './letters/call.ts'
import type { Correspondence } from './letters/correspondence.ts'
import { decisionLetters, type DecisionEvents } from './letters/decision.ts'
import { finishLetters, type FinishEvents } from './letters/finish.ts'
import { noteLetters, type NoteEvents } from './letters/note.ts'
import { planLetters, type PlanEvents } from './letters/plan.ts'
import { quoteLetters, type QuoteEvents } from './letters/quote.ts'
import { render, type Rendered } from './letters/render.ts'
import { dayIn, spanIn, timeIn } from './letters/times.ts'
import { windowLetters, type WindowEvents } from './letters/window.ts'

/** Everything people are written about, with what each letter must be told. */
export type LetterEvents = AccessEvents & CallEvents & PlanEvents & WindowEvents & QuoteEvents & DecisionEvents & FinishEvents & NoteEvents
export type LetterEvent = keyof LetterEvents

const templates: Templates<LetterEvents> = { ...accessLetters, ...callLetters, ...planLetters, ...windowLetters, ...quoteLetters, ...decisionLetters, ...finishLetters, ...noteLetters }

export const letterEvents = Object.keys(templates) as readonly LetterEvent[]

/** A letter's words. Text and HTML say the same; the HTML loads nothing and runs nothing, and no value, wherever it came from, is more than text in it. */
export const writeLetter = <Event extends LetterEvent>(event: Event, facts: LetterEvents[Event], to: Correspondence): Rendered => {
  const { locale, zone } = to
  const reader: Reader = { at: instant => timeIn(locale, zone, instant), span: interval => spanIn(locale, zone, interval), day: day => dayIn(locale, day) }
  return render(templates[event][locale](facts, reader), to)
}
