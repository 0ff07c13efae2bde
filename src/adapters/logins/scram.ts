import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

/** The server's own default. */
const iterations = 4_096

/** What a PostgreSQL server stores of a password (RFC 5803), made here: given it instead of the password, neither the server nor its log ever has that. For passwords of plain ASCII, which SASLprep leaves as they are. */
export const scramVerifier = (password: string, salt = randomBytes(16)): string => {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const key = (name: string): Buffer => createHmac('sha256', salted).update(name).digest()
  const stored = createHash('sha256').update(key('Client Key')).digest()
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored.toString('base64')}:${key('Server Key').toString('base64')}`
}
