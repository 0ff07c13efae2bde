import { readEstimate } from '#control/billing/estimates.ts'
import { changeRates, changeSettings, readSettings } from '#control/running/settings.ts'
import type { settingsApi } from '#wire/api/settings.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const settingsBindings: Bindings<typeof settingsApi> = {
  'settings.read': looking(readSettings),
  'settings.change': deciding(changeSettings),
  'rates.change': deciding(changeRates),
  'estimates.read': looking(readEstimate),
}
