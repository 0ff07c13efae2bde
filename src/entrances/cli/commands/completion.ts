import { Argument, type Command } from 'commander'
import { described } from '../options.ts'
import type { Desk } from '../desk.ts'

/** Shell completion, written from the commands as they are. */
export const addCompletion = (program: Command, desk: Desk): void => {
  described(program.command('completion').description('write a completion script').addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish'])), [], [
    ['source <(rehome completion bash)', 'now; put the line into ~/.bashrc to keep it'],
    ['rehome completion fish > ~/.config/fish/completions/rehome.fish', 'for fish'],
  ]).action((shell: 'bash' | 'zsh' | 'fish') => { desk.out.write(writers[shell](program)) })
}

type Words = { readonly path: string; readonly commands: readonly Command[]; readonly flags: readonly string[]; readonly choices: readonly (readonly [flag: string, values: readonly string[]])[] }

const wordsOf = (command: Command, path = ''): Words[] => [
  {
    path, commands: command.commands,
    flags: [...command.options.map(o => o.long ?? ''), '--help'].filter(flag => flag !== ''),
    choices: command.options.flatMap(o => (o.argChoices === undefined || o.long === undefined || o.long === null ? [] : [[o.long, o.argChoices] as const])),
  },
  ...command.commands.flatMap(sub => wordsOf(sub, `${path} ${sub.name()}`.trim())),
]

const bash = (program: Command): string => {
  const cases = wordsOf(program).map(w => {
    const values = w.choices.map(([flag, all]) => `      ${flag}) COMPREPLY=($(compgen -W "${all.join(' ')}" -- "$word")); return ;;\n`).join('')
    return `    "${w.path}")\n      case "$before" in\n${values}      esac\n      COMPREPLY=($(compgen -W "${[...w.commands.map(c => c.name()), ...w.flags].join(' ')}" -- "$word")) ;;\n`
  })
  return `_rehome() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" each
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $each" in ${wordsOf(program).filter(w => w.path !== '').map(w => `"${w.path.includes(' ') ? w.path : ` ${w.path}`}"`).join('|')}) path="\${path:+$path }$each" ;; esac
  done
  case "$path" in
${cases.join('')}  esac
}
complete -o default -F _rehome rehome
`
}

const zsh = (program: Command): string => `#compdef rehome
autoload -U +X bashcompinit && bashcompinit
${bash(program)}`

const fish = (program: Command): string => wordsOf(program).flatMap(w => {
  const when = w.path === '' ? '__fish_use_subcommand' : w.path.split(' ').map(word => `__fish_seen_subcommand_from ${word}`).join('; and ')
  return [
    ...w.commands.map(c => `complete -c rehome -n '${when}' -f -a ${c.name()} -d '${c.description().replaceAll("'", '’')}'`),
    ...w.flags.map(flag => {
      const values = w.choices.find(([name]) => name === flag)?.[1]
      return `complete -c rehome -n '${when}' -l ${flag.slice(2)}${values === undefined ? '' : ` -x -a '${values.join(' ')}'`}`
    }),
  ]
}).join('\n') + '\n'

const writers = { bash, zsh, fish } as const
