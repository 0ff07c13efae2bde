import type { Hand } from './hand.ts'
import type { Operator } from './rig.ts'

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

/** Invites to one of the playbook’s calls, by the page of a move’s calls. Afterwards it stands among them. */
export const plansCall = async (lead: Operator, move: string, { which, day, time, link }: { readonly which: string; readonly day: string; readonly time: string; readonly link?: string }): Promise<void> => {
  await lead.open(`/moves/${move}/calls`)
  await lead.press('Plan a call')
  const form = lead.dialog('Plan a call')
  await form.choose('Which call', which)
  await form.fill('Day', day)
  await form.fill('Time where the customer is', time)
  if (link !== undefined) await form.fill('Link to the meeting', link)
  await form.press('Invite')
  await lead.part('Calls').sees(which)
}

/** Says go at a gate whose page is open, and reads there that it was said. */
export const saysGo = async (lead: Operator, gate: Hand, note?: string): Promise<void> => {
  await gate.press('Go')
  if (note !== undefined) await lead.dialog().fill('Note', note)
  await lead.dialog().press('Go')
  await gate.sees(`Go by ${lead.name},`, ...(note === undefined ? [] : [note]))
}

/** Answers a dialogue that wants a name typed before the act, and waits until control has said yes. */
export const typesToConfirm = async (lead: Operator, name: string, act: string): Promise<void> => {
  await lead.dialog().fill(`Type ${name} to confirm`, name)
  await lead.dialog().press(act)
  await lead.dialog().gone()
}

/** Has a login made in the new database, to be shown to one person; without `reads` it may do everything. */
export const makesLogin = async (lead: Operator, move: string, { name, user, to, reads }: { readonly name: string; readonly user: string; readonly to: string; readonly reads?: string }): Promise<void> => {
  await lead.open(`/moves/${move}/logins`)
  await lead.press('Make a login')
  const form = lead.dialog('Make a login')
  await form.fill('What it is called', name)
  await form.fill('User name in the database', user)
  await form.choose('Shown to', to)
  if (reads === undefined) await form.tick('May do everything')
  else await form.fill('Tables it may read', reads)
  await form.press('Make it')
  await lead.part('New logins').line(name).sees('Waits to be looked at')
}
