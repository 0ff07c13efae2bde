import { remembered } from '#lib/remembered.ts'
import type { Day } from './time.ts'

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

/** From the first day to the last, both of them included. */
export type Days = { readonly first: Day; readonly last: Day }

/** A month of a calendar, `2026-11`. */
export type Month = string

/** Whether the text is a day that there is, in the one form in which days compare as their texts do. */
export const isDay = (text: string): boolean => {
  try {
    return /^\d{4}-\d\d-\d\d$/.test(text) && Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text
  } catch {
    return false
  }
}

export const addDays: (day: Day, days: number) => Day = remembered(20_000, (day, days) => Temporal.PlainDate.from(day).add({ days }).toString())

/** How often midnight passes between the two; below zero when `to` is the earlier one. */
export const daysBetween = (from: Day, to: Day): number => Temporal.PlainDate.from(from).until(to, { largestUnit: 'days' }).days

/** How many days there are, the first and the last included. */
export const countOf = (days: Days): number => daysBetween(days.first, days.last) + 1

export const weekdayOf = (day: Day): Weekday => weekdays[Temporal.PlainDate.from(day).dayOfWeek - 1] as Weekday // dayOfWeek is 1 to 7

export const monthOf = (day: Day): Month => day.slice(0, 7)
export const addMonths = (month: Month, months: number): Month => Temporal.PlainYearMonth.from(month).add({ months }).toString()
/** The month's last day, or its day of that number where it has one. */
export const dayOfMonth = (month: Month, number: number): Day => Temporal.PlainYearMonth.from(month).toPlainDate({ day: number }).toString()
