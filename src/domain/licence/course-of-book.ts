import { type Course, courseAfter, type CourseStep, noCourse } from './course.ts'
import type { MoveStep } from './move.ts'
import { of, standing, stateOf, type BookLine, type StepState } from './move-book.ts'
import { sayStep } from './move-says.ts'

/** The plan that is under way, as it is told: each step and how it stands. */
export const planTold = (lines: readonly BookLine[]): { readonly type: 'licence-plan'; readonly book: string; readonly leg: 'out' | 'back'; readonly steps: readonly CourseStep[]; readonly left: readonly string[] } | undefined => {
  const [plan, [begun]] = [of(lines, 'planned').at(-1), of(lines, 'begun')]
  const nameOf = (id: string): string => begun?.recorded.origin.licences.find(one => one.id === id)?.name ?? id
  return plan === undefined || begun === undefined ? undefined : { type: 'licence-plan', book: begun.move, leg: plan.leg, steps: standing(lines).map(({ step, state }) => shownStep(step, state, nameOf)), left: plan.left }
}

const shownStep = (step: MoveStep, state: StepState, nameOf: (id: string) => string): CourseStep =>
  ({ id: step.id, does: step.does, at: step.at, licence: 'licence' in step ? step.licence : null, profile: step.does === 'link' ? step.profile.name : null, says: sayStep(step, nameOf), state, note: null })

/** What is known from the book alone: for whoever takes it up, and cannot know what was told before. */
export const courseOfBook = (lines: readonly BookLine[]): Course => lines.reduce<Course>((course, line, n) => {
  switch (line.line) {
    case 'begun': return { ...course, recorded: line.recorded.origin, origin: line.recorded.origin, destination: line.recorded.destination }
    case 'planned': {
      const plan = planTold(lines.slice(0, n + 1))
      return plan === undefined ? course : courseAfter(course, plan)
    }
    case 'compared': return courseAfter(stepped(course, lines, n, line.step), { type: 'licence-sheet', at: line.step.endsWith('/origin') ? 'origin' : 'destination', isRecord: false, sheet: line.sheet, more: 0, sealed: null, differences: line.differences })
    case 'answered': case 'read': case 'found': return stepped(course, lines, n, line.step)
    default: return course
  }
}, noCourse)

const stepped = (course: Course, lines: readonly BookLine[], n: number, step: string): Course => courseAfter(course, { type: 'licence-step', step, state: stateOf(step, lines.slice(0, n + 1)), note: null })
