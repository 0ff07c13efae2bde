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

/** Opens a task of a move from its list. */
export const lookAt = async (who: Operator, move: string, task: string): Promise<void> => {
  await who.open(`/moves/${move}/tasks?state=all`)
  await who.part('Tasks').press(task, 'link')
  await who.dialog(task).sees('What to do')
}

export const isTask = async (who: Operator, move: string, task: string, standing: 'Open' | 'Done' | 'Late' | 'Waits for something else'): Promise<void> => {
  await lookAt(who, move, task)
  await who.dialog(task).sees(standing)
}

/** Says what was found, of a task that a program would see. */
export const foundOf = async (who: Operator, move: string, task: string, note: string): Promise<void> => {
  await lookAt(who, move, task)
  await who.dialog(task).press('Say what was found')
  const form = who.dialog('Say what was found')
  await form.choose('What did you find?', 'It is so')
  await form.fill('How you found out', note)
  await form.press('Say what was found')
  await who.dialog(task).sees('Done')
}

/** Has the tenant measured by an agent, and looks until it is. */
export const measures = async (who: Operator, move: string): Promise<void> => {
  await who.open(`/moves/${move}/orders`)
  await who.press(/^Measure/)
  await who.page.getByRole('listitem').filter({ hasText: /^Measure/ }).filter({ hasText: 'Done' }).waitFor({ timeout: 60_000 })
}
