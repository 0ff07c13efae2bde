import { availabilityOfMove, giveAvailability, listAvailability } from '#control/calendar/availability.ts'
import { decide } from '#control/ground/desk.ts'
import { addBlackout, listBlackouts, removeBlackout } from '#control/calendar/blackouts.ts'
import { answerCall, cancelCall, listCalls, moveCall, planCall, planCheckIns, planWaveCall, readCall } from '#control/calendar/calls.ts'
import { makeFeed, readFeed, revokeFeed } from '#control/calendar/feeds.ts'
import { listHolidays } from '#control/calendar/holidays.ts'
import { previewWindow } from '#control/calendar/window-preview.ts'
import { cancelWindow, chooseWindow, confirmWindow, listWindows, moveWindow, offerWindows, proposeWindow } from '#control/calendar/windows.ts'
import type { calendarApi } from '#wire/api/calendar.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const calendarBindings: Bindings<typeof calendarApi> = {
  'windows.list': looking(listWindows),
  'windows.offer': looking(offerWindows),
  'windows.propose': deciding(proposeWindow),
  'windows.confirm': deciding(confirmWindow),
  'windows.move': deciding(moveWindow),
  'windows.cancel': deciding(cancelWindow),
  'windows.choose': deciding(chooseWindow),
  'windows.preview': ({ world, caller }, input) => previewWindow(world, caller, input),
  'holidays.list': looking(listHolidays),
  'blackouts.list': looking(listBlackouts),
  'blackouts.add': deciding(addBlackout),
  'blackouts.remove': deciding(removeBlackout),
  'calls.list': looking(listCalls),
  'calls.read': looking(readCall),
  'calls.plan': deciding(planCall),
  'calls.plan-for-wave': deciding(planWaveCall),
  'calls.plan-check-ins': deciding(planCheckIns),
  'calls.move': deciding(moveCall),
  'calls.cancel': deciding(cancelCall),
  'calls.answer': deciding(answerCall),
  'availability.list': looking(listAvailability),
  'availability.give': deciding(giveAvailability),
  'availability.of-move': looking(availabilityOfMove),
  'feeds.read': looking(readFeed),
  // The address is a secret: no answer is kept for a request that is asked again, which makes another address in the place of this one.
  'feeds.make': call => decide(call.world, call.caller, makeFeed),
  'feeds.revoke': deciding(revokeFeed),
}
