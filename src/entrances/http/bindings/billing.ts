import { changePlanOf, chargeLicences, listOffers, readCutOff, readPaperwork, seePaper } from '#control/billing/billing.ts'
import { correctCharge, listCharges } from '#control/billing/charges.ts'
import { addContract, cancelContract, changeContract, readContracts } from '#control/billing/contracts.ts'
import { readUserLimit } from '#control/billing/user-limits.ts'
import type { billingApi } from '#wire/api/billing.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const billingBindings: Bindings<typeof billingApi> = {
  'charges.list': looking(listCharges),
  'charges.correct': deciding(correctCharge),
  'billing.licences': deciding(chargeLicences),
  'billing.plan-change': deciding(changePlanOf),
  'billing.cut-off': looking(readCutOff),
  'billing.paperwork': looking(readPaperwork),
  'billing.paper': deciding(seePaper),
  'billing.user-limit': looking(readUserLimit),
  'offers.list': looking(listOffers),
  'contracts.read': looking(readContracts),
  'contracts.add': deciding(addContract),
  'contracts.change': deciding(changeContract),
  'contracts.cancel': deciding(cancelContract),
}
