import { weekdayOf, weekdays } from './days.ts'
import type { Text } from './locale.ts'
import type { CustomerId } from './parties.ts'
import type { Constraint, WaveProblem } from './schedule.ts'
import { limitOf } from './schedule-board.ts'
import type { Country, Day } from './time.ts'

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const weekdayNames: Readonly<Record<'en' | 'ja', readonly string[]>> = { en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'], ja: ['月', '火', '水', '木', '金', '土', '日'] }

/** `Sat 5 December 2026`, `2026年12月5日(土)`. */
export const dayText = (day: Day): Text => {
  const [year, month, number] = day.split('-').map(Number)
  const weekday = weekdays.indexOf(weekdayOf(day))
  return { en: `${weekdayNames.en[weekday]} ${number} ${months[(month ?? 1) - 1]} ${year}`, ja: `${year}年${month}月${number}日(${weekdayNames.ja[weekday]})` }
}

/** More names than this are counted. */
const mostNames = 5

/** `A, B and 3 more`, `A様、B様ほか3社`. */
export const namesText = (problem: WaveProblem, ids: readonly CustomerId[]): Text => {
  const names = ids.slice(0, mostNames).map(id => problem.customers.find(c => c.id === id)?.name ?? id)
  const more = ids.length - names.length
  const en = more > 0 ? [...names, `${more} more`] : names
  return { en: en.length < 2 ? en.join('') : `${en.slice(0, -1).join(', ')} and ${en.at(-1)}`, ja: `${names.map(name => `${name}様`).join('、')}${more > 0 ? `ほか${more}社` : ''}` }
}

export const nameText = (problem: WaveProblem, id: CustomerId): Text => namesText(problem, [id])

/** So many minutes as hours, or so many moves. */
export const amountText = (unit: 'minutes' | 'moves', amount: number): Text => {
  const hours = Math.round((amount / 60) * 100) / 100
  return unit === 'minutes' ? { en: `${hours} h`, ja: `${hours}時間` } : { en: `${amount} ${amount === 1 ? 'move' : 'moves'}`, ja: `${amount}件` }
}

export const capacityOf = (problem: WaveProblem, id: string): WaveProblem['capacities'][number] | undefined => problem.capacities.find(one => one.id === id)

export const holidayText = (problem: WaveProblem, country: Country, day: Day): Text => problem.holidays.find(list => list.country === country)?.days[day] ?? { en: country, ja: country }

/** A rule as one names it in a list: a phrase, not a sentence. */
export const constraintText = (problem: WaveProblem, constraint: Constraint): Text => {
  switch (constraint.kind) {
    case 'moved': case 'placed': case 'no-go': case 'earliest': case 'latest': return customerRuleText(problem, constraint)
    case 'date': { const day = dayText(constraint.day); return { en: `${day.en} is none of the dates`, ja: `${day.ja}は移行日程外` } }
    case 'blackout': {
      const found = problem.blackouts.find(one => one.id === constraint.id)
      const [from, to] = [dayText(found?.from ?? ''), dayText(found?.to ?? '')]
      return { en: `the blackout “${found?.name.en}” (${from.en} to ${to.en})`, ja: `移行停止期間「${found?.name.ja}」(${from.ja}~${to.ja})` }
    }
    case 'together': case 'apart': case 'after': return groupRuleText(problem, constraint.kind, constraint.id)
    case 'holiday': {
      const [name, day] = [holidayText(problem, constraint.country, constraint.day), dayText(constraint.day)]
      return { en: `the public holiday ${name.en} (${constraint.country}) on ${day.en}`, ja: `${day.ja}の祝日「${name.ja}」(${constraint.country})` }
    }
    case 'capacity': {
      const capacity = capacityOf(problem, constraint.capacity)
      const [day, amount] = [dayText(constraint.day), capacity === undefined ? { en: '', ja: '' } : amountText(capacity.unit, limitOf(capacity, constraint.day))]
      return { en: `the capacity of ${capacity?.name.en} on ${day.en} (${amount.en})`, ja: `${day.ja}の${capacity?.name.ja}の上限(${amount.ja})` }
    }
    case 'partner': {
      const found = problem.partners.find(one => one.partner === constraint.partner)
      return { en: `at most ${amountText('moves', found?.mostADate ?? 0).en} a date for customers of ${found?.name}`, ja: `${found?.name}経由のお客様は1日程あたり${found?.mostADate}件まで` }
    }
    case 'wave-least': return { en: `at least ${problem.wave.least} customers on a date`, ja: `1日程あたり${problem.wave.least}社以上` }
    case 'wave-most': return { en: `at most ${problem.wave.most} customers on a date`, ja: `1日程あたり${problem.wave.most}社まで` }
  }
}

const customerRuleText = (problem: WaveProblem, { kind, customer: id }: Extract<Constraint, { readonly customer: CustomerId }>): Text => {
  const [name, customer] = [nameText(problem, id), problem.customers.find(c => c.id === id)]
  const onDay = (day: Day | null | undefined): Text => (day === null || day === undefined ? { en: '', ja: '' } : dayText(day))
  switch (kind) {
    case 'moved': return { en: `${name.en} has a date`, ja: `${name.ja}の日程の確保` }
    case 'no-go': return { en: `the no-go dates of ${name.en}`, ja: `${name.ja}の移行不可日` }
    case 'placed': { const day = onDay(customer?.placed); return { en: `${name.en} put by hand on ${day.en}`, ja: `${name.ja}の手動配置(${day.ja})` } }
    case 'earliest': { const day = onDay(customer?.earliest); return { en: `${name.en} not before ${day.en}`, ja: `${name.ja}は${day.ja}以降` } }
    case 'latest': { const day = onDay(customer?.latest); return { en: `${name.en} not after ${day.en}`, ja: `${name.ja}は${day.ja}まで` } }
  }
}

const groupRuleText = (problem: WaveProblem, kind: 'together' | 'apart' | 'after', id: string): Text => {
  if (kind === 'after') {
    const rule = problem.after.find(one => one.id === id)
    const [own, other] = [namesText(problem, rule === undefined ? [] : [rule.customer]), namesText(problem, rule === undefined ? [] : [rule.other])]
    return rule?.days === 0
      ? { en: `${own.en} not before ${other.en}`, ja: `${own.ja}は${other.ja}と同じ日程以降` }
      : { en: `${own.en} at least ${rule?.days} ${rule?.days === 1 ? 'day' : 'days'} after ${other.en}`, ja: `${own.ja}は${other.ja}の${rule?.days}日後以降` }
  }
  const names = namesText(problem, problem[kind].find(one => one.id === id)?.customers ?? [])
  return kind === 'together' ? { en: `${names.en} on the same date`, ja: `${names.ja}は同じ日程` } : { en: `${names.en} never two on the same date`, ja: `${names.ja}は互いに別の日程` }
}
