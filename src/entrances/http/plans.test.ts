import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Actor, whyNot } from '#domain/access.ts'
import { asId } from '#domain/ids.ts'
import { ownerName, posts } from '#domain/playbook.ts'
import { useEstate } from '#test/control/estate.ts'
import { Refusal } from '#wire/ask.ts'

const says = (status: number, code: string, detail?: RegExp) => (error: unknown): boolean => {
  assert.ok(error instanceof Refusal, String(error))
  assert.deepEqual([error.status, error.code], [status, code])
  if (detail !== undefined) assert.match(error.message, detail)
  return true
}

test('A4: the plan follows the profile: with SSO on its tasks are there with the reason, with SSO off they are gone, what was done stays', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  const { tenant: id, contact } = await tenant('Nordlicht')
  const { id: move, tasks } = await lead('moves.add', { tenant: id, programme, destination, t0: '2027-03-01' })
  assert.equal(tasks, 3)
  const before = await lead('plans.read', { move })
  assert.deepEqual(before.tasks.map(task => task.key), ['agree', 'tell-users', 'move-over'])
  assert.deepEqual(before.undecided.map(one => [one.template, one.questions.map(q => [q.fact, q.asked])]), [['set-up-sso', [['sso', 'customer/it']]], ['change-app', [['apps', 'customer/developer']]]])
  assert.match(before.undecided[0]?.reason.en ?? '', /Do your users sign in through single sign-on\?/)

  const person = await control.asContact(contact)
  const on = await person('profile.answer', { move, answers: { sso: true, apps: ['Ledger', 'Reports'] } })
  assert.deepEqual([on.changed, on.plan?.added.toSorted(), on.plan?.removed, on.revision], [['sso', 'apps'], ['change-app[Ledger]', 'change-app[Reports]', 'set-up-sso'], [], 2])
  const sso = (await lead('plans.read', { move })).tasks.find(task => task.key === 'set-up-sso')
  assert.match(sso?.reason.en ?? '', /^Because SSO is on\. \[Single sign-on: yes, answered by A person at Nordlicht on 2026-11-02\]$/)
  assert.match(sso?.reason.ja ?? '', /^シングルサインオンをお使いのためです。/)
  assert.deepEqual((await lead('plans.read', { move })).changes.map(one => one.en), ['Single sign-on is registered anew.'])
  assert.deepEqual((await person('profile.answer', { move, answers: { sso: true } })), { changed: [], plan: null, revision: 2 })

  const done = (await lead('plans.read', { move })).tasks.find(task => task.key === 'change-app[Ledger]')
  await control.world.ledger.transaction(tx => tx.change('task', done?.id as never, { state: 'done', endedBy: { kind: 'contact', id: contact, name: 'A person' }, endedAt: control.clock.now(), answers: {} }))
  const off = await person('profile.answer', { move, answers: { sso: false, apps: [] } })
  assert.deepEqual(off.plan?.removed.toSorted(), ['change-app[Reports]', 'set-up-sso'])
  const after = await lead('plans.read', { move })
  assert.deepEqual(after.tasks.map(task => [task.key, task.standing]).toSorted(), [['agree', 'open'], ['change-app[Ledger]', 'done'], ['move-over', 'blocked'], ['tell-users', 'open']])
  assert.match(after.leftOut.find(one => one.template === 'set-up-sso')?.reason.en ?? '', /Does not apply here\. \[Single sign-on: no, answered by/)

  const told = (await control.world.ledger.read(view => view.entries({ subject: move }))).filter(entry => entry.verb === 'plan.change')
  assert.deepEqual(told.map(entry => [entry.facts['because'], entry.facts['revision'], entry.who.name]), [['new', 1, 'A person for migration-lead'], [['sso', 'apps'], 2, 'A person at Nordlicht'], [['sso', 'apps'], 3, 'A person at Nordlicht']])
})

test('answers are all taken or none: each that is wrong is told, in both languages, and so is what nobody asks for', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  const { tenant: id, contact } = await tenant('Nordlicht')
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination })
  const person = await control.asContact(contact)
  await assert.rejects(person('profile.answer', { move, answers: { sso: 'yes', apps: ['Ledger'] } }), (error: unknown) => {
    assert.deepEqual((error as Refusal).problem['wrong'], [{ fact: 'sso', why: 'not-yes-or-no', says: { en: '“Single sign-on” is answered with yes or no.', ja: '「シングルサインオン」は「はい」か「いいえ」でお答えください。' } }])
    return says(422, 'answers-wrong')(error)
  })
  await assert.rejects(person('profile.answer', { move, answers: { colour: 'red' } }), says(422, 'no-such-fact', /does not ask for colour.*sso, apps, gigabytes/))
  await assert.rejects(person('profile.answer', { move, answers: { gigabytes: 5 } }), says(403, 'not-asked'))
  await assert.rejects(person('profile.answer', { move, answers: { sso: true }, source: 'measured' }), says(403, 'source-not-yours'))
  assert.equal(await control.world.ledger.read(view => view.count('fact', {})), 0)
})

test('each person is asked what their duty is for and nobody has answered; what was measured outranks what was said, and both are kept', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  const { customer, tenant: id, contact } = await tenant('Nordlicht', { duties: ['point-of-contact'] })
  const { id: developer } = await lead('contacts.add', { customer, name: 'The developer', email: 'dev@nordlicht.example', duties: ['developer'], locale: 'ja' })
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination })
  const [person, coder] = [await control.asContact(contact), await control.asContact(developer)]
  assert.deepEqual((await person('profile.questions', { move })).questions.map(q => q.fact), ['sso'], 'the point of contact stands in for IT, which nobody is')
  const asked = await coder('profile.questions', { move })
  assert.deepEqual([asked.locale, asked.questions.map(q => q.question)], ['ja', ['接続しているアプリケーションを挙げてください。']])
  assert.deepEqual((await lead('profile.questions', { move, contact: developer })).questions.map(q => q.fact), ['apps'])
  await assert.rejects(lead('profile.questions', { move }), says(422, 'no-contact'))

  await coder('profile.answer', { move, answers: { apps: ['Ledger'] } })
  assert.deepEqual((await coder('profile.questions', { move })).questions, [])
  await assert.rejects(coder('profile.answer', { move, answers: { sso: true } }), says(403, 'for-other-duties', /it/))
  await lead('tenants.measured', { tenant: id, stores: [{ name: 'app', engine: 'postgres', bytes: 12_000_000_001 }], users: 7, measures: { integrations: ['Ledger', 'Reports'] } })
  const { facts } = await lead('profile.read', { move })
  assert.deepEqual(facts.map(fact => [fact.fact, fact.inForce?.value, fact.inForce?.source, fact.said.length]), [['sso', undefined, undefined, 0], ['apps', ['Ledger', 'Reports'], 'measured', 2], ['gigabytes', 13, 'measured', 1]])
  const back = await lead('profile.answer', { move, answers: { apps: null }, source: 'measured' })
  assert.deepEqual(back.plan?.removed, ['change-app[Reports]'])
  await coder('profile.answer', { move, answers: { apps: null } })
  assert.deepEqual((await coder('profile.questions', { move })).questions.map(q => q.fact), ['apps'], 'what was taken back is asked again')
})

test('two operators who change T-0 and a fact at once both succeed, and the plan is what both said', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  const other = await control.as('engineer')
  for (let round = 0; round < 8; round++) {
    const { tenant: id } = await tenant(`Customer ${round}`)
    const { id: move } = await lead('moves.add', { tenant: id, programme, destination })
    const t0 = `2027-03-0${round % 5 + 1}`
    await Promise.all([lead('moves.change', { move, t0 }), other('profile.answer', { move, answers: { sso: true } }), lead('tenants.measured', { tenant: id, stores: [], users: 5, measures: { integrations: ['Ledger'] } })])
    const plan = await lead('plans.read', { move })
    assert.deepEqual([plan.t0, plan.datedBy, plan.revision], [t0, 'move', 4])
    assert.deepEqual(plan.tasks.map(task => task.key).toSorted(), ['agree', 'change-app[Ledger]', 'move-over', 'set-up-sso', 'tell-users'])
    assert.ok(plan.tasks.every(task => task.key !== 'move-over' || task.due === t0))
  }
  const { tenant: id } = await tenant('One more')
  const { id: move, revision } = await lead('moves.add', { tenant: id, programme, destination })
  const answers = await Promise.allSettled([lead('profile.answer', { move, answers: { sso: true }, revision }), other('profile.answer', { move, answers: { sso: false }, revision })])
  assert.deepEqual(answers.map(one => one.status).toSorted(), ['fulfilled', 'rejected'], 'who has seen a plan that is no longer so is told')
})

test('C10: the difference to a newer version is shown and then applied; what is done stays, and a difference that is out of date is refused', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  const { tenant: id } = await tenant('Nordlicht')
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination, t0: '2027-03-01' })
  await lead('profile.answer', { move, answers: { sso: true } })
  assert.equal((await lead('plans.read', { move })).playbook.version, 2)
  await assert.rejects(lead('plans.diff', { move }), says(409, 'nothing-newer'))
  await assert.rejects(lead('plans.diff', { move, version: 1 }), says(422, 'version-not-newer'))
  // As it was when version 1 was the latest.
  await control.world.ledger.transaction(async tx => {
    await tx.change('move', move, { version: 1 })
    await tx.remove('task', { move, key: 'tell-users' })
    const agree = await tx.find('task', { move, key: 'agree' })
    await tx.change('task', agree?.id as never, { state: 'done', endedBy: { kind: 'system', id: 'x', name: 'x' }, endedAt: 1, answers: {}, dueOn: '2026-11-05' })
  })
  await lead('moves.change', { move, t0: '2027-03-02' })
  const plan = await lead('plans.read', { move })
  assert.deepEqual([plan.playbook.version, plan.playbook.newer], [1, { key: 'small', version: 2, title: { en: 'A small move', ja: '試験用の移行' } }])
  const diff = await lead('plans.diff', { move })
  assert.deepEqual([diff.from.version, diff.to.version, diff.added.map(one => one.key), diff.removed, diff.kept], [1, 2, ['tell-users'], [], ['agree']])
  assert.deepEqual(diff.changed.find(one => one.key === 'set-up-sso')?.fields.map(({ field, was, is }) => [field, was, is]), [['due', '2027-02-09', '2027-02-16']])
  await assert.rejects(lead('plans.rebase', { move, revision: diff.revision - 1 }), says(409, 'plan-changed'))
  const { plan: change, to } = await lead('plans.rebase', { move, revision: diff.revision })
  assert.deepEqual([to.version, change.added, change.redated], [2, ['tell-users'], ['set-up-sso']])
  const after = await lead('plans.read', { move })
  assert.deepEqual([after.playbook.version, after.playbook.newer, after.revision], [2, null, diff.revision + 1])
  assert.equal(after.tasks.find(task => task.key === 'agree')?.due, '2026-11-05')
  assert.deepEqual((await lead('moves.read', { move })).move.version, 2)
})

test('C10: a deprecated playbook is taken by nobody and names its successor, to which a plan of an older version can go over', async t => {
  const { control, lead, tenant, programme, destination } = await useEstate(t)
  await assert.rejects(lead('programmes.add', { name: 'The old way', playbook: 'old-way' }), says(422, 'playbook-deprecated', /Take “small” instead/))
  await assert.rejects(lead('programmes.add', { name: 'No way', playbook: 'no-way' }), says(422, 'no-such-playbook', /There are .*cloud-to-cloud/))
  const { tenant: id } = await tenant('Nordlicht')
  const { id: move } = await lead('moves.add', { tenant: id, programme, destination })
  await control.world.ledger.transaction(tx => tx.change('move', move, { playbook: 'old-way', version: 1 }))
  assert.deepEqual((await lead('plans.read', { move })).playbook.deprecated?.successor, 'small')
  const diff = await lead('plans.diff', { move })
  assert.deepEqual(diff.to, { key: 'small', version: 2, title: { en: 'A small move', ja: '試験用の移行' } })
  await lead('plans.rebase', { move, revision: diff.revision })
  assert.equal((await lead('moves.read', { move })).move.playbook, 'small')
  const { items } = await lead('playbooks.list', {})
  assert.deepEqual(items.find(one => one.key === 'old-way')?.deprecated?.successor, 'small')
  assert.deepEqual(items.find(one => one.key === 'small')?.versions, [1, 2])
})

test('every playbook that comes with Rehome can be read in both languages, its days counted from T-0', async t => {
  const { lead } = await useEstate(t)
  const { items } = await lead('playbooks.list', {})
  for (const { key } of items) {
    const [en, ja] = [await lead('playbooks.read', { playbook: key }), await lead('playbooks.read', { playbook: key, locale: 'ja' })]
    assert.deepEqual([en.locale, ja.tasks.length], ['en', en.tasks.length])
    assert.ok(en.tasks.every((task, n) => n === 0 || (en.tasks[n - 1]?.day ?? 0) <= task.day))
    assert.match(ja.title, /[\u3040-\u9fff]/)
  }
  await assert.rejects(lead('playbooks.read', { playbook: 'small', version: 9 }), says(409, 'playbook-missing'))
})

test('whoever a playbook that comes with Rehome asks may answer', async t => {
  const { control } = await useEstate(t)
  for (const { key, facts } of control.world.playbooks.latest()) {
    for (const { name, asked } of facts) {
      if (asked === null) continue
      const { vendor } = control
      const customer = asId<'customer'>('c')
      const actor: Actor = asked.party === 'vendor' ? { kind: 'operator', id: asId('o'), vendor: vendor.id, roles: [posts[asked.post]], removedAt: null }
        : asked.party === 'partner' ? { kind: 'partner', id: asId('k'), vendor: vendor.id, partner: asId('p'), duties: [asked.duty], removedAt: null } : { kind: 'customer', id: asId('k'), vendor: vendor.id, customer, duties: [asked.duty], removedAt: null }
      for (const verb of ['profile.read', 'profile.answer'] as const) assert.equal(whyNot(actor, verb, { vendor: vendor.id, customer, partner: asId('p') }), undefined, `${key}: ${ownerName(asked)} is asked for ${name}`)
    }
  }
})
