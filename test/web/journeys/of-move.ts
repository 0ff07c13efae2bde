import type { Operator } from './rig.ts'

/** Plans a move by the dialogue of the page of all moves; without a day of its own if none is named. Answers with its id, once its own page is there. */
export const planMove = async (lead: Operator, { programme, tenant, to, t0 }: { readonly programme: string; readonly tenant: string; readonly to: string; readonly t0?: string }): Promise<string> => {
  await lead.open('/moves')
  await lead.page.keyboard.press('n')
  const form = lead.dialog('New move')
  await form.choose('Programme', programme)
  await form.choose('Tenant', tenant)
  await form.choose('Into', to)
  if (t0 !== undefined) await form.fill('T-0 of its own', t0)
  await form.press('Plan the move')
  await lead.page.waitForURL(/\/moves\/[0-9a-f-]{36}$/)
  return lead.page.url().split('/').at(-1) ?? ''
}
