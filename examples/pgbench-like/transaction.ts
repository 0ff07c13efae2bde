/** One transaction of the kind that TPC-B describes: money comes to or goes from an account, at a teller, of a branch. The token stands in the history. */
export type Transaction = { readonly token: string; readonly aid: number; readonly tid: number; readonly bid: number; readonly delta: number }

export type Ranges = { readonly accounts: number; readonly tellers: number; readonly branches: number }

/** `chance`: evenly from 0 up to below 1. */
export const newTransaction = (token: string, { accounts, tellers, branches }: Ranges, chance: () => number): Transaction => {
  const upTo = (most: number): number => 1 + Math.floor(chance() * most)
  return { token, aid: upTo(accounts), tid: upTo(tellers), bid: upTo(branches), delta: upTo(10_001) - 5_001 }
}

/**
 * All of it as one message, so that one journey to the server is one transaction. Everything in it is a number or a token of ours, never a value from outside.
 * An ERROR in the answer says that nothing of it happened: COMMIT comes last.
 */
export const statementsOf = ({ token, aid, tid, bid, delta }: Transaction): string => `BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + ${delta} WHERE aid = ${aid};
SELECT abalance FROM pgbench_accounts WHERE aid = ${aid};
UPDATE pgbench_tellers SET tbalance = tbalance + ${delta} WHERE tid = ${tid};
UPDATE pgbench_branches SET bbalance = bbalance + ${delta} WHERE bid = ${bid};
INSERT INTO pgbench_history (tid, bid, aid, delta, mtime, filler) VALUES (${tid}, ${bid}, ${aid}, ${delta}, now(), '${token}');
COMMIT`
