import { Environment, EvaluationError, ParseError, type ASTNode, type ParseResult } from '@marcbachmann/cel-js'
import { assert } from '#lib/assert.ts'
import type { FactType, FactValue, ProfileFact } from '#domain/playbook.ts'
import type { ConditionProblem, Conditions } from '#ports/conditions.ts'

/** Conditions as a part of the Common Expression Language (cel.dev), small enough that evaluating cannot fail but for facts that are not known. */
export const celConditions: Conditions = {
  problem: (when, facts) => {
    const read = parse(languageOf(facts), when)
    return 'says' in read ? read : (strangeness(read.ast) ?? typeProblem(read, facts) ?? wrongChoice(read.ast, facts))
  },
  over: facts => {
    const language = languageOf(facts)
    const parsed = new Map<string, { readonly run: ParseResult; readonly names: readonly string[] }>()
    const compiled = (when: string) => {
      const known = parsed.get(when)
      if (known !== undefined) return known
      const read = parse(language, when)
      assert(!('says' in read), 'a condition is judged before it is evaluated')
      const made = { run: read, names: namesIn(read.ast) }
      parsed.set(when, made)
      return made
    }
    return (when, values) => {
      const { run, names } = compiled(when)
      const answer = evaluate(run, names, values)
      return answer === undefined ? { is: 'open', facts: names.filter(name => !values.has(name)) } : { is: answer ? 'yes' : 'no', facts: names.filter(name => values.has(name)) }
    }
  },
}

const types = { bool: 'bool', number: 'int', text: 'string', choice: 'string', list: 'list<string>' } as const satisfies Record<FactType, string>

const languageOf = (facts: readonly ProfileFact[]): Environment => {
  const language = new Environment()
  const names = new Set<string>()
  for (const { name, type } of facts) {
    // A name that is there twice is a mistake of the playbook, reported as such.
    if (!names.has(name)) language.registerVariable(name, types[type])
    names.add(name)
  }
  return language
}

const parse = (language: Environment, when: string): ParseResult | ConditionProblem => {
  try {
    return language.parse(when)
  } catch (error) {
    if (error instanceof ParseError) return { says: `cannot be read: ${error.summary}`, offset: error.range?.start ?? 0 }
    throw error
  }
}

/** `a || b` is true when one of them is, whether the other is known or not, and `a && b` false alike; everything else waits for its facts. */
const evaluate = (run: ParseResult, names: readonly string[], values: ReadonlyMap<string, FactValue>): boolean | undefined => {
  const context = Object.fromEntries(names.flatMap((name): [string, unknown][] => {
    const value = values.get(name)
    return value === undefined ? [] : [[name, typeof value === 'number' ? BigInt(value) : value]]
  }))
  try {
    return run(context) === true
  } catch (error) {
    if (error instanceof EvaluationError && error.code === 'unknown_variable') return undefined
    throw error
  }
}

const allowed = ['value', 'id', 'list', '==', '!=', '<', '<=', '>', '>=', 'in', '&&', '||', '!_', 'call']

/** The first thing that the language has and conditions do not: what could fail, loop or grow. */
const strangeness = (ast: ASTNode): ConditionProblem | undefined => {
  for (const node of nodesOf(ast)) {
    if (!allowed.includes(node.op)) return { says: `only facts, true, false, numbers, texts, lists, comparisons, in, size(…), &&, || and ! may stand here`, offset: node.start }
    if (node.op === 'call' && (node.args[0] !== 'size' || node.args[1].length !== 1)) return { says: `there is no ${node.args[0]}(…) here, only size(list)`, offset: node.start }
    if (node.op === 'value' && !['boolean', 'bigint', 'string'].includes(typeof node.args)) return { says: 'is no true, false, whole number or text', offset: node.start }
  }
  return undefined
}

const typeProblem = (read: ParseResult, facts: readonly ProfileFact[]): ConditionProblem | undefined => {
  const { valid, type, error } = read.check()
  if (valid) return type === 'bool' ? undefined : { says: `is of type ${type ?? 'unknown'}; a condition is true or false`, offset: 0 }
  const offset = error?.range?.start ?? 0
  if (error?.code === 'unknown_variable') {
    const name = nodesOf(read.ast).find(node => node.op === 'id' && node.start === offset)?.args
    return { says: `there is no fact “${typeof name === 'string' ? name : ''}”; there are ${facts.map(fact => fact.name).join(', ') || 'none'}`, offset }
  }
  return { says: `types do not go together: ${error instanceof Error && 'summary' in error ? error.summary : ''}`, offset }
}

/** A choice compared with what is none of its choices would never hold. */
const wrongChoice = (ast: ASTNode, facts: readonly ProfileFact[]): ConditionProblem | undefined => {
  for (const node of nodesOf(ast)) {
    if (node.op !== '==' && node.op !== '!=' && node.op !== 'in') continue
    const [left, right] = node.args
    const fact = [left, right].flatMap(side => (side.op === 'id' ? facts.filter(one => one.name === side.args && one.type === 'choice') : []))[0]
    if (fact === undefined) continue
    const wrong = [...nodesOf(left), ...nodesOf(right)].find(side => side.op === 'value' && !fact.choices.some(choice => choice.value === side.args))
    if (wrong !== undefined) return { says: `is no choice of ${fact.name}; there are ${fact.choices.map(choice => choice.value).join(', ')}`, offset: wrong.start }
  }
  return undefined
}

const namesIn = (ast: ASTNode): string[] => [...new Set(nodesOf(ast).flatMap(node => (node.op === 'id' ? [node.args] : [])))]

/** The node and everything below it, in the order it is written. */
const nodesOf = (node: ASTNode): ASTNode[] => [node, ...childrenOf(node).flatMap(nodesOf)]

const childrenOf = (node: ASTNode): readonly ASTNode[] => {
  switch (node.op) {
    case 'value': case 'id': return []
    case 'list': return node.args
    case 'map': return node.args.flat()
    case 'call': return node.args[1]
    case 'rcall': return [node.args[1], ...node.args[2]]
    case '.': case '.?': return [node.args[0]]
    case '!_': case '-_': return [node.args]
    default: return node.args
  }
}
