import type { Operator } from './rig.ts'

/** Whom all customers turn to, as the administrator enters them: as what, name, address. */
export const turnsTo = async (admin: Operator, people: readonly (readonly [as: string, name: string, email: string])[]): Promise<void> => {
  await admin.open('/settings')
  for (const [as, name, email] of people) {
    await admin.part('People to turn to').press('Add')
    const form = admin.dialog()
    await form.choose('As', as)
    await form.fill('Name', name)
    await form.fill('Address', email)
    await form.press('Change')
    await admin.part('People to turn to').sees(name)
  }
}

/** Lists of homes, customers and so on, by what their lines are: looked at first, then taken over. */
export const imports = async (lead: Operator, files: Readonly<Record<string, string>>): Promise<void> => {
  await lead.open('/moves')
  await lead.press('Import')
  const form = lead.dialog('Import')
  for (const [kind, csv] of Object.entries(files)) {
    await form.choose('What the lines are', kind)
    await form.fill('Lines', csv)
    await form.press('Only look')
    await form.sees(/It would add \d+, change 0/)
    await form.press('Import')
    await form.sees(/^\d+ added, 0 changed/)
  }
  await form.press('Close')
}

export const programme = async (lead: Operator, name: string, playbook: string): Promise<void> => {
  await lead.open('/moves')
  await lead.press('New programme')
  const form = lead.dialog('New programme')
  await form.fill('Name', name)
  await form.choose('Playbook', playbook)
  await form.press('Add')
  await form.at.waitFor({ state: 'detached' })
}

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
