import type { Move } from '#domain/programmes.ts'
import type { Transaction } from '#ports/ledger.ts'

/** Who can sign in to a tenant is nobody's business when its move is over. */
export const forgetUsers = async (tx: Transaction, { tenant }: Pick<Move, 'tenant'>): Promise<void> => { await tx.remove('user', { tenant }) }
