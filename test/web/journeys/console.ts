import type { Operator } from './rig.ts'

/** Plans a move by the dialogue of the page of all moves. Afterwards its own page is there. */
export const planned = async (lead: Operator, { programme, tenant, to, t0 }: { readonly programme: string; readonly tenant: string; readonly to: string; readonly t0: string }): Promise<void> => {
  await lead.press(/^New move/)
  const form = lead.dialog('New move')
  await form.choose('Programme', programme)
  await form.choose('Tenant', tenant)
  await form.choose('Into', to)
  await form.fill('T-0 of its own', t0)
  await form.press('Plan the move')
  await lead.page.waitForURL(/\/moves\/[0-9a-f-]{36}$/)
}

export type TasksOf = {
  /** The move that it is about, once it is planned. */
  readonly at: { move: string }
  /** Looks at the task’s page in the console: how it stands. */
  taskIs(title: string, standing: 'Open' | 'Done' | 'Late' | 'Waits for something else'): Promise<void>
  /** Does one of the vendor’s own tasks. */
  doTask(title: string, how?: { readonly fields?: Readonly<Record<string, string>>; readonly note?: string }): Promise<void>
  /** Says what was found of a task that a program would see. */
  found(title: string, note: string): Promise<void>
}

/** Tasks of a move as they are looked at, and done, in its list. */
export const tasksOf = (lead: Operator): TasksOf => {
  const at = { move: '' }
  const look = async (title: string): Promise<void> => {
    await lead.open(`/moves/${at.move}/tasks?state=all`)
    await lead.part('Tasks').press(title, 'link')
    await lead.dialog(title).sees('What to do')
  }
  return {
    at,
    async taskIs(title, standing) {
      await look(title)
      await lead.dialog(title).sees(new RegExp(`^${standing}$`))
    },
    async doTask(title, { fields = {}, note } = {}) {
      await look(title)
      const form = lead.dialog(title)
      for (const [name, text] of Object.entries(fields)) await form.fill(name, text)
      if (note !== undefined) await form.fill('Note', note)
      await form.press('It is done')
      await form.sees(/^Done$/)
    },
    async found(title, note) {
      await look(title)
      await lead.dialog(title).press('Say what was found')
      const form = lead.dialog('Say what was found')
      await form.choose('What did you find?', 'It is so')
      await form.fill('How you found out', note)
      await form.press('Say what was found')
      await lead.dialog(title).sees(/^Done$/)
    },
  }
}

/** Has the tenant measured by an agent, and looks until it is. */
export const measuredBy = async (lead: Operator, move: string): Promise<void> => {
  await lead.open(`/moves/${move}/orders`)
  const done = lead.page.getByRole('listitem').filter({ hasText: /^Measure/ }).filter({ hasText: 'Done' })
  await lead.page.getByText('No agent was asked for anything yet.').or(lead.page.getByRole('listitem').filter({ hasText: `by ${lead.name}` })).first().waitFor()
  const before = await done.count()
  await lead.press(/^Measure/)
  await done.nth(before).waitFor({ timeout: 60_000 })
}

/** Adds an agent and answers its token, which is shown once. */
export const agentAdded = async (lead: Operator, name: string): Promise<string> => {
  await lead.open('/homes')
  await lead.press('Add agent')
  await lead.dialog('Add agent').fill('Name', name)
  await lead.dialog('Add agent').press('Add agent')
  await lead.dialog().sees(/It is shown this once/, /REHOME_AGENT_TOKEN/)
  return await lead.dialog().at.locator('code').innerText()
}
