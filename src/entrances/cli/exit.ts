/** What the exit status says; listed in docs/cli.md and in `rehome --help`. */
export const exits = {
  ok: [0, 'done, or the answer is yes'],
  negative: [1, 'the answer is no: rows differ, the evidence does not hold, the command was refused'],
  usage: [2, 'the command line cannot be understood'],
  blocked: [3, 'preflight found what must be mended first; nothing was changed'],
  fault: [4, 'something failed; the message says what and what to do, and the same command goes on later'],
  doubt: [5, 'it is not known whether the switch happened; nobody writes, and the same command finds out'],
  interrupted: [130, 'stopped by Ctrl-C or a signal; the same command goes on later'],
} as const satisfies Record<string, readonly [number, string]>

export type Exit = keyof typeof exits
export const codeOf = (exit: Exit): number => exits[exit][0]
