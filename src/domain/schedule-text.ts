import { limitOf, loadOf } from './schedule-board.ts'
import { type Elsewhere, type Explanation, heaviest } from './schedule-explain.ts'
import { amountText, capacityOf, constraintText, dayText, namesText, nameText } from './schedule-words.ts'
import { type Conflict, type Contradicted, terms, type Violation, type WaveProblem } from './schedule.ts'
import type { Text } from './locale.ts'
import type { CustomerId } from './parties.ts'

const pointsText = (points: number): Text => ({ en: `${points} ${points === 1 ? 'point' : 'points'}`, ja: `${points}ポイント` })

/** Why a customer is on its date, in sentences. */
export const whyText = (problem: WaveProblem, { customer, day, together, why, wouldRather }: Explanation): Text[] => {
  const [name, date] = [nameText(problem, customer), dayText(day)]
  const sentences: Text[] = [{ en: `${name.en} is moved on ${date.en}.`, ja: `${name.ja}の移行日は${date.ja}です。` }]
  if (why.kind === 'placed') sentences.push({ en: 'It was put there by hand.', ja: 'この日程は手動で配置されました。' })
  if (why.kind === 'only') sentences.push({ en: 'Its own rules leave no other date.', ja: 'このお客様の条件では、ほかに可能な日程がありません。' })
  if (why.kind === 'crowded') sentences.push({ en: 'On every other date that its own rules leave, others are in the way as the plan stands.', ja: '現在の計画では、このお客様の条件に合うほかの日程は、ほかのお客様との兼ね合いで選べません。' })
  if (why.kind === 'cheapest') {
    const [next, more] = [dayText(why.next), pointsText(Math.abs(why.more))]
    const term = why.term === null ? undefined : terms[why.term]
    if (term !== undefined) sentences.push({ en: `The next best date, ${next.en}, would cost ${more.en} more, most of all because ${term.en}.`, ja: `次に良い日程の${next.ja}では${more.ja}増えます。主な理由:${term.ja}。` })
    else if (why.more < 0) sentences.push({ en: `${next.en} would cost ${more.en} less: the plan is not the best there is.`, ja: `${next.ja}に変更すると${more.ja}減ります。この計画は最良のものではありません。` })
    else sentences.push({ en: `${next.en} would cost the same.`, ja: `${next.ja}でも調整コストは同じです。` })
  }
  if (wouldRather[0] !== undefined && why.kind !== 'placed') {
    const best = dayText(wouldRather[0])
    sentences.push({ en: `${best.en} would have cost less, but it is not free for this customer.`, ja: `${best.ja}のほうが調整コストは少なくなりますが、このお客様には割り当てられません。` })
  }
  if (together.length > 0) { const names = namesText(problem, together); sentences.push({ en: `It goes together with ${names.en}.`, ja: `${names.ja}と同じ日程で移行します。` }) }
  return sentences
}

/** Why a customer is not on another date, in sentences. */
export const whyNotText = (problem: WaveProblem, { customer, together }: Explanation, { broken, more, by }: Elsewhere): Text[] => {
  if (broken.length > 0) return broken.map(violation => violationText(problem, violation, [customer, ...together]))
  const points = pointsText(Math.abs(more))
  if (more <= 0) return [more === 0 ? { en: 'It would cost the same.', ja: '調整コストは同じです。' } : { en: `It would cost ${points.en} less.`, ja: `調整コストが${points.ja}減ります。` }]
  const term = terms[heaviest(by) ?? 'later']
  return [{ en: `It would cost ${points.en} more, most of all because ${term.en}.`, ja: `調整コストが${points.ja}増えます。主な理由:${term.ja}。` }]
}

/** A rule that would be broken, as a sentence. `about`: those whom it is told of; the others that are in it are named as being there. */
export const violationText = (problem: WaveProblem, { constraint, day, customers, has, limit }: Violation, about: readonly CustomerId[]): Text => {
  const [others, rule] = [namesText(problem, customers.filter(c => !about.includes(c))), constraintText(problem, constraint)]
  const there: Text = others.en === '' ? { en: '', ja: '' } : { en: ` There already: ${others.en}.`, ja: `割り当て済み:${others.ja}。` }
  const date = day === null ? undefined : dayText(day)
  switch (constraint.kind) {
    case 'capacity': {
      const capacity = capacityOf(problem, constraint.capacity)
      const [needed, most] = [amountText(capacity?.unit ?? 'moves', has ?? 0), amountText(capacity?.unit ?? 'moves', limit ?? 0)]
      return { en: `${capacity?.name.en} would need ${needed.en} on ${date?.en}, and has ${most.en}.${there.en}`, ja: `${date?.ja}の${capacity?.name.ja}は${needed.ja}必要になりますが、上限は${most.ja}です。${there.ja}` }
    }
    case 'wave-most': case 'partner': return { en: `${date?.en} is full: ${rule.en}, it would be ${has}.${there.en}`, ja: `${date?.ja}は満員です(${rule.ja}、この場合${has}件)。${there.ja}` }
    case 'wave-least': return { en: `${date?.en} would be left with ${has}: ${rule.en}.`, ja: `${date?.ja}は${has}社になってしまいます(${rule.ja})。` }
    case 'moved': return { en: `${others.en === '' ? nameText(problem, constraint.customer).en : others.en} would have no date.`, ja: `${nameText(problem, constraint.customer).ja}の日程がなくなります。` }
    default: return { en: `It is against a rule: ${rule.en}.`, ja: `次の条件に反します:${rule.ja}。` }
  }
}

/** Why no plan can be: what speaks against each other, and where it is a question of numbers, the numbers. */
export const conflictText = (problem: WaveProblem, conflict: Conflict): Text[] => {
  if (conflict.constraints.length === 0) return [{ en: 'There is no date on which customers could be moved.', ja: '移行できる日程が登録されていません。' }]
  const names = namesText(problem, conflict.customers)
  const rules = conflict.constraints.map(constraint => constraintText(problem, constraint))
  const opening: Text = { en: `Not all of these can be kept for ${names.en}: ${rules.map(rule => rule.en).join('; ')}.`, ja: `${names.ja}について、次の条件をすべて満たすことはできません:${rules.map(rule => rule.ja).join('、')}。` }
  const closing: Text = conflict.minimal
    ? { en: 'If any one of them gives way, these customers can be placed.', ja: 'いずれか一つを緩和すると、これらのお客様を配置できます。' }
    : { en: 'Some of them may not matter; there was no time to find out.', ja: '時間の都合により、無関係な条件が含まれている可能性があります。' }
  return [opening, ...shortageText(problem, conflict), closing]
}

/** Where all nights of a capacity taken together are too little for these customers. */
const shortageText = (problem: WaveProblem, { constraints, customers }: Conflict): Text[] =>
  problem.capacities.flatMap(capacity => {
    const days = constraints.flatMap(one => (one.kind === 'capacity' && one.capacity === capacity.id ? [one.day] : []))
    const ids = new Set(customers)
    const needed = problem.customers.reduce((sum, customer) => sum + (ids.has(customer.id) ? loadOf(capacity, customer) : 0), 0)
    const there = days.reduce((sum, day) => sum + limitOf(capacity, day), 0)
    if (days.length < 2 || needed <= there) return []
    const [need, have] = [amountText(capacity.unit, needed), amountText(capacity.unit, there)]
    return [{ en: `On these ${days.length} dates ${capacity.name.en} has ${have.en}; these customers need ${need.en}.`, ja: `これらの${days.length}日程における${capacity.name.ja}の合計は${have.ja}ですが、これらのお客様には${need.ja}必要です。` }]
  })

/** Why a customer put by hand is not where it was put, and what would have to give. */
export const contradictedText = (problem: WaveProblem, { customer, day, broken, conflict }: Contradicted): Text[] => {
  const [name, date] = [nameText(problem, customer), dayText(day)]
  const give = (conflict?.constraints ?? []).filter(one => one.kind !== 'placed' || one.customer !== customer).map(one => constraintText(problem, one))
  return [
    { en: `${name.en} cannot be moved on ${date.en}, where it was put by hand.`, ja: `${name.ja}を、手動で指定された${date.ja}に移行できません。` },
    ...broken.map(violation => violationText(problem, violation, [customer])),
    ...(give.length === 0 ? [] : [{ en: `To keep it there, one of these would have to give: ${give.map(text => text.en).join('; ')}.`, ja: `この日程を維持するには、次のいずれかを緩和する必要があります:${give.map(text => text.ja).join('、')}。` }]),
  ]
}
