/**
 * Every way the world can fail us. `retry`: whether trying the same again by itself makes sense. `remedy`: what a person
 * does. docs/errors.md is generated from this table; facts are named in braces and must not hold secrets.
 */
export const faults = {
  STORE_UNREACHABLE: { says: 'The {store} cannot be reached: {reason}.', retry: 'again', remedy: 'Check that the server runs and that this machine may connect to it. The move goes on by itself once it answers, or by the same command later.' },
  STORE_REFUSED_LOGIN: { says: 'The {store} refused the login: {reason}.', retry: 'never', remedy: 'Check user and password. They can be given in the URL, in PGPASSWORD-style environment variables, or at the prompt.' },
  STORE_NOT_SECURE: { says: 'The connection to the {store} is not secured as it must be: {reason}.', retry: 'never', remedy: 'Say in the URL what is wanted: sslmode=require encrypts; sslmode=verify-full also proves who the server is, by sslrootcert=…, the file with the certificate of its authority, and with the host as the server’s certificate names it.' },
  STORE_REFUSED: { says: 'The {store} refused a statement ({code}): {reason}.', retry: 'never', remedy: 'The reason is the server’s own. Mend it there and run the same command again; the move goes on where it stopped.' },
  STORE_FULL: { says: 'The {store} has no room left: {reason}.', retry: 'never', remedy: 'Make room on the server’s disk and run the same command again; what was copied stays.' },
  STORE_CHANGED_IDENTITY: { says: 'The {store} is not the server this move started with: {was} then, {is} now.', retry: 'never', remedy: 'Point the URL at the server the move started with. After a fail-over, clean up and start a new move.' },
  STORE_NAME_TAKEN: { says: 'The schema rehome on the {store} cannot be used: {reason}.', retry: 'never', remedy: 'If it is yours, rename it: ALTER SCHEMA rehome RENAME TO … . If another version of Rehome made it, finish or clean up that move with that version.' },
  CLEAN_UP_BUSY: { says: 'Not everything of Rehome could be removed from the {store}: {reason}.', retry: 'again', remedy: 'Run `rehome cleanup` again when the sessions named are gone; what was removed stays removed, writes are accepted.' },
  STREAM_GAP: { says: 'Changes of the source are missing: the target is at {checkpoint}, the source can only resume at {resume}.', retry: 'never', remedy: 'What is missing cannot be applied. Run `rehome cleanup` and start the move anew.' },
  STREAM_BUSY: { says: 'The source could not begin to record changes within {ms} ms: {reason}.', retry: 'again', remedy: 'Transactions that were open at that moment must end first, in every database of the server. End the long ones (pg_stat_activity, pg_prepared_xacts) or pick a quieter time; nothing was changed.' },
  STREAM_LOST: { says: 'The source no longer keeps the changes of this move: {reason}.', retry: 'never', remedy: 'Run `rehome cleanup` and start the move anew, with more head-room for the write-ahead log.' },
  SNAPSHOT_LOST: { says: 'The picture of the source that was being copied is gone: {reason}.', retry: 'again', remedy: 'Nothing to do: tables not yet complete are copied anew from a new picture.' },
  SCHEMA_CHANGED: { says: 'The schema of {table} changed during the move: {difference}.', retry: 'never', remedy: 'Make the same change on the target and run the same command again; the move goes on at the same place.' },
  SCHEMA_DIFFERS: { says: 'The target’s schema is not the source’s: {count} differences, the first is {first}.', retry: 'never', remedy: 'Make the target as the source is, or let Rehome make the schema with --schema dump.' },
  SCHEMA_TOOL_MISSING: { says: 'There is no pg_dump of version {version} or newer on this machine.', retry: 'never', remedy: 'Install the PostgreSQL client tools: {install}. Or create the schema on the target yourself and use --schema existing.' },
  CHANGE_TOO_LARGE: { says: 'A value of {table} that changed is {bytes} bytes long as text; at most {limit} can be followed.', retry: 'never', remedy: 'Run `rehome cleanup`. Start anew and leave such values alone during the move, or move cold with --no-follow.' },
  APPLY_STRICT: { says: 'A change of {table} did not fit the target: {expected} expected, {found} found, key {key}.', retry: 'never', remedy: 'Somebody else wrote to the target, or a change was lost. Keep others out of the target, run `rehome cleanup`, start anew.' },
  APPLY_REFUSED: { says: 'The target refused a change of {table}: {reason}.', retry: 'never', remedy: 'The reason is the server’s own. Mend it on the target and run the same command again.' },
  FENCE_BUSY: { says: 'The source could not be frozen within {ms} ms: {reason}.', retry: 'again', remedy: 'Long transactions on the source hold locks. End them or pick a quieter moment; nothing was changed.' },
  SCHEMA_TOUCHED: { says: 'Something in the schema of {store} was altered since every row was verified. It reads as before, but rows may have been rewritten.', retry: 'again', remedy: 'The source accepts writes and nothing is lost; every row is verified again before the next freeze. Keep maintenance and deployments out of the cutover.' },
  DRAIN_LATE: { says: 'The last changes did not arrive within the freeze budget of {ms} ms.', retry: 'again', remedy: 'The source was thawed and nothing is lost. Wait until the lag is smaller or allow a longer freeze.' },
  VERIFY_DIFFERS: { says: '{count} rows differ between the two sides, the first in {table} at key {key}.', retry: 'never', remedy: 'The source was not touched and stays in charge. Look at `rehome verify`, keep the evidence, start anew.' },
  HOME_REFUSED: { says: 'The product at {home} did not {verb}: {reason}.', retry: 'again', remedy: 'Look at the product’s own log; the move waits in the state it was in.' },
  ROUTE_REFUSED: { says: 'The route at {route} was not changed: {reason}.', retry: 'again', remedy: 'Look at the proxy; `rehome status` says which home serves.' },
  ROUTE_MOVED: { says: 'The route at {route} points to {found}, not to {expected}: somebody else changed it.', retry: 'never', remedy: 'Find out who changed the route, put it right, run the same command again.' },
  EVIDENCE_NOT_KEPT: { says: 'The evidence cannot be written to {file}: {reason}.', retry: 'never', remedy: 'Nothing is switched without it; the old home serves. Give another place with --evidence, or make room there, and run the same command again.' },
  MOVER_RUNS: { says: 'Another process is at work on this move already ({move}).', retry: 'never', remedy: 'Talk to it with `rehome status`, `rehome pause` or `rehome cutover`; or stop it with Ctrl-C and run the same command again.' },
  DOUBT: { says: 'The switch was asked for and its outcome is not known: {reason}.', retry: 'never', remedy: 'Nobody writes now. Make both stores reachable and run the same command: it reads both and goes on from what it finds.' },
  BUDGET_SPENT: { says: 'The source was let go because of {limit}: {found}, at most {allowed} allowed.', retry: 'never', remedy: 'Nothing is left on the source. Raise the limit or pick a quieter time, and start anew.' },
  SERVER_MISSING: { says: 'There is no PostgreSQL {major} for {platform} in this installation.', retry: 'never', remedy: 'Run `npm run setup` in the checkout. Where that does not help, this platform has none to install: use a server of your own.' },
  SERVER_NOT_STARTED: { says: 'The embedded PostgreSQL {major} in {directory} did not start: {reason}.', retry: 'never', remedy: 'The file postgres.log in that directory says more. Once what it names is mended, the same command starts it again; nothing that was acknowledged is lost.' },
  MAIL_UNREACHABLE: { says: 'The mail server {server} took no letter: {reason}.', retry: 'again', remedy: 'Check that the server runs, that this machine may connect to it, and its name, password and certificate in the settings. Letters wait and are sent once it answers.' },
  MAIL_REFUSED: { says: 'The mail server {server} refuses the {of} for good ({code}): {reason}.', retry: 'never', remedy: 'Recipient: ask the person for an address that works and put it right. Sender: the server must be allowed to send from the address in the settings. Letter: the reason is the server’s own.' },
  PAPER_NOT_MADE: { says: 'The PDF was not made: {reason}.', retry: 'again', remedy: 'Ask for it again. If it happens each time, the document may be too large for this machine’s memory: ask for a part of it.' },
  LEDGER_UNREACHABLE: { says: 'The ledger cannot be reached: {reason}.', retry: 'again', remedy: 'Check that the PostgreSQL behind DATABASE_URL runs and lets this machine in. What was asked for was either done whole or not at all: ask again.' },
  LEDGER_REFUSED: { says: 'The ledger does not allow this: {constraint}.', retry: 'never', remedy: 'Something else is there already, or what it belongs to is not. Nothing was changed; look at it again.' },
  BACKUP_UNREADABLE: { says: 'The backup {file} cannot be used: {reason}.', retry: 'never', remedy: 'Give the file whole, as it was written, to a version of Rehome that is not older than the one that wrote it. The ledger was not changed.' },
  JOB_TAKEN: { says: 'The job {job} of {key} is no longer in this worker’s hands.', retry: 'never', remedy: 'Nothing to do: another worker has it, or its end is recorded. What this one did in the same transaction was rolled back.' },
  PLANNER_FAILED: { says: 'The planner of waves broke off: {reason}.', retry: 'again', remedy: 'Nothing was changed. Ask again; where it comes back, plan fewer customers at a time, or give the machine more memory.' },
  PLAYBOOK_WRONG: { says: 'There are mistakes in the playbooks ({count}):\n{list}', retry: 'never', remedy: 'Each line names file, line and column. docs/playbooks.md describes the format.' },
  PLAYBOOK_UNREADABLE: { says: 'The playbooks in {folder} cannot be read: {reason}.', retry: 'never', remedy: 'Check that the folder is there and that Rehome may read it.' },
  VAULT_KEY_MISSING: { says: 'There is no key to keep secrets under: {reason}.', retry: 'never', remedy: 'Give the key file, or the key itself in REHOME_KEY. It must not lie in the ledger or its backup, and without it no secret in the ledger can be read again: keep a copy elsewhere.' },
  VAULT_KEY_BAD: { says: 'The keys of {where} cannot be used: {reason}.', retry: 'never', remedy: 'A key is the base64 of 32 bytes, one a line, the one in force first; `openssl rand -base64 32` makes one. The file must be readable by its owner only: chmod 600.' },
  VAULT_KEY_WRONG: { says: 'A secret is kept under the key {wanted}, which is not among the keys given: {given}.', retry: 'never', remedy: 'Give the key it was kept under as well, on a line below the one in force. If that key is lost, so is the secret: replace the credential.' },
  VAULT_SEAL_BROKEN: { says: 'The sealed {purpose} of {row} is not as it was sealed: {reason}.', retry: 'never', remedy: 'It was altered, cut short, or belongs to another row. Restore the row from a backup, or replace the credential.' },
  IDENTITY_UNREACHABLE: { says: 'The sign-in service at {issuer} does not answer: {reason}.', retry: 'again', remedy: 'Check that it runs and that this machine may connect to it. Until then an administrator can sign in here with a passkey or password.' },
  IDENTITY_REFUSED: { says: 'The sign-in service at {issuer} refused what we asked: {reason}.', retry: 'never', remedy: 'Check issuer, id, secret and the redirect address in the settings against those registered there.' },
  SETTINGS_WRONG: { says: 'The settings in {file} cannot be used: {reason}.', retry: 'never', remedy: 'Mend the file; docs/control.md says what may stand in it. Nothing was started.' },
  CONTROL_UNREACHABLE: { says: 'Control at {control} does not answer: {reason}.', retry: 'again', remedy: 'Check that it runs and that this machine may connect to it. What is to be reported is kept and told once it answers.' },
  CONTROL_REFUSED: { says: 'Control at {control} does not hear this agent: {reason}', retry: 'never', remedy: 'Add the agent anew in control and start it with the token it is given. Where it was revoked on purpose, take its settings away.' },
  CONTROL_SILENT: { says: 'Control did not switch within {ms} ms of the freeze: {reason}.', retry: 'again', remedy: 'The origin accepts writes again and nothing is lost; the freeze is made anew. Where it comes back, look at the way to control, or allow a longer freeze.' },
  ORDER_LOST: { says: 'The order is no longer in this agent’s hands, says control at {control}.', retry: 'never', remedy: 'Nothing to do: another agent has it, or it has ended. This one has let go of it.' },
  AGENT_SETTINGS: { says: 'The agent’s settings in {file} cannot be used: {reason}.', retry: 'never', remedy: 'docs/agent.md describes the file. It must be readable by its owner only: chmod 600.' },
  USER_NOT_MADE: { says: 'The user {user} was not made in the {store}: {reason}.', retry: 'never', remedy: 'The reason is the server’s own. The user by which the agent connects must be allowed to make roles and to grant rights on the tables named.' },
  BUNDLE_BROKEN: { says: 'The bundle {file} is not as it was made: {reason}.', retry: 'never', remedy: 'Fetch it again: a download that was cut short goes on where it stopped. Nothing of it that could not be checked was kept. Where it stays so, ask whoever made it for a new one.' },
  BUNDLE_NEWER: { says: 'The bundle {file} has the format {format}; this Rehome reads {known}.', retry: 'never', remedy: 'Install the newest Rehome and run the same command again. Nothing was changed.' },
  BUNDLE_LOCKED: { says: 'The bundle {file} does not open: {reason}.', retry: 'never', remedy: 'Give the identity (AGE-SECRET-KEY-…) that belongs to the recipient it was made for, by --identity FILE, or the passphrase it was made with, by --passphrase-file FILE.' },
  BUNDLE_NOT_WRITTEN: { says: 'The bundle cannot be written to {file}: {reason}.', retry: 'never', remedy: 'Make room there, or mend the rights, and run the same command again: parts that are whole are kept.' },
  BUNDLE_OTHER: { says: 'Something else is under way at {file}: {reason}.', retry: 'never', remedy: 'Go on with what was begun, by its own command; or remove the draft it names and begin anew.' },
  BUNDLE_DIFFERS: { says: 'The target does not hold what the bundle says: {count} things differ, the first is {first}.', retry: 'never', remedy: 'Do not use the target. Somebody else may have written to it: take an empty database, keep others out, and import again.' },
  TREE_UNREADABLE: { says: 'The file tree cannot be read at {path}: {reason}.', retry: 'never', remedy: 'Mend the rights, or leave the file alone while it is read, and run the same command again: parts that are whole are kept.' },
  TREE_REFUSED: { says: 'The file tree is not laid down at {path}: {reason}.', retry: 'never', remedy: 'Give a folder in which nothing of these names is yet, that this user may write to. Nothing outside of it was touched.' },
  LICENSOR_UNREACHABLE: { says: 'The licence server {server} cannot be reached: {reason}.', retry: 'again', remedy: 'Nothing was changed there. Check that it runs and that this machine may connect to it, then run the same command again.' },
  LICENSOR_IN_DOUBT: { says: 'The licence server {server} was asked to {verb}, and whether it did is not known: {reason}.', retry: 'never', remedy: 'Make it reachable and run the same command: it reads back what stands there, and goes on from what it finds.' },
  LICENSOR_REFUSED: { says: 'The licence server {server} did not {verb}: {reason}.', retry: 'never', remedy: 'Nothing was changed there by this. The reason is the server’s own: mend it and run the same command again.' },
  LICENSOR_CONFUSED: { says: 'The licence server {server} answered what its documentation does not have: {reason}.', retry: 'never', remedy: 'Check that the address is that of a licence server of this product and version. Read back what stands there before anything else is asked of it.' },
  ISSUER_UNREACHABLE: { says: 'The issuer of licences at {issuer} does not answer: {reason}.', retry: 'again', remedy: 'Check that it runs and that this machine may connect to it. The same can be asked again, it is carried out once; or carry the request to the issuer as a file.' },
  ISSUER_REFUSED: { says: 'The issuer of licences at {issuer} refused: {reason}', retry: 'never', remedy: 'The reason says what is needed. Where it names another machine, deactivate the licence there and bring its receipt.' },
  STEP_BOOK_HELD: { says: 'Another process ({process}) is at work on the move in {folder}.', retry: 'never', remedy: 'Wait until it ends, or stop it with Ctrl-C; then run the same command again.' },
  STEP_BOOK_BROKEN: { says: 'The book in {folder} is not as it was written: {reason}.', retry: 'never', remedy: 'Do not go on with it. Put the file back as it was, from a copy; or read both servers with `rehome licence backup`, and carry on by hand from what they say.' },
  STEP_BOOK_NEWER: { says: 'The book in {folder} has the format {format}; this Rehome reads {known}.', retry: 'never', remedy: 'Go on with the version of Rehome that began the move. Nothing was changed.' },
  STEP_BOOK_NOT_WRITTEN: { says: 'The book in {folder} cannot be written: {reason}.', retry: 'never', remedy: 'Make room there, or mend the rights, and run the same command again. What was not in the book yet was not asked for.' },
  LICENCE_RECORD_OUTDATED: { says: 'The licences on {server} are no longer as they were recorded for this move.', retry: 'never', remedy: 'Nothing was touched. Record them again, have the record checked, and order the move again.' },
  LICENCE_BOOK_ELSEWHERE: { says: 'The book of this move is not in {folder}.', retry: 'never', remedy: 'It is on the disk of the agent that began it, and nobody goes on without it. Bring that folder here, or have that agent go on.' },
  LICENCE_SHEET_BROKEN: { says: 'The back-up sheet {file} cannot be used: {reason}.', retry: 'never', remedy: 'Give the JSON file as `rehome licence backup` wrote it, to a version of Rehome that is not older.' },
  LICENCE_BOOK_UNREACHABLE: { says: 'The book of the licence server cannot be reached: {reason}.', retry: 'again', remedy: 'Check that the PostgreSQL behind it runs and lets this machine in. What was asked for was either kept whole or not at all: ask again with the same key. The server takes its book up again by itself.' },
  LICENCE_BOOK_WRONG: { says: 'The book of the licence server cannot be used: {reason}.', retry: 'never', remedy: 'Somebody else wrote to it, or it is of a newer version, or of another issuer. Restore it from a backup, or start the server with the version and issuer it belongs to. Nothing was changed.' },
  LICENCE_BOOK_FOREIGN: { says: 'The book in this database is of the licence server {server}, whose key is not on this machine.', retry: 'never', remedy: 'A licence server is not moved by copying its database: give its licences up where it runs and activate them here (`rehome licence move`). Start this one with a database or schema of its own.' },
  LICENCE_PORT_TAKEN: { says: 'The licence server cannot listen at {address}: something else does.', retry: 'never', remedy: 'Another licence server may run there already. Stop what listens, or name another address with --listen. Nothing was changed.' },
  LICENCE_ANCHOR_WRONG: { says: 'The licence server cannot use its file {file}: {reason}.', retry: 'never', remedy: 'It remembers which licences were given up here, so that an old copy of the book is found out. Mend the rights or the disk; where the file is lost, remove it: licences then wait until their issuer has said that they stand.' },
  ISSUER_ANCHOR_WRONG: { says: 'The issuer of licences cannot use its file {file}: {reason}.', retry: 'never', remedy: 'It remembers which generation of each licence was given out last, so that none is given twice should the book be restored from a copy. Mend the rights or the disk, or put the file back from a copy. Where it is lost and the book is the newest there is, remove it: it is made anew from the book at the next start.' },
  REHEARSAL_APART: { says: 'A rehearsal has a database of its own, with nothing else in it, and the old home to itself: {reason}.', retry: 'never', remedy: 'Give an empty database as `rehearsal` of the new home in the agent’s settings, and rehearse while no move of this tenant is under way. Nothing was changed; what an earlier move left is removed by `rehome cleanup`.' },
  APPLICATION_COMMAND: { says: 'The command {command} of the application was not run: {reason}.', retry: 'never', remedy: 'An agent runs only what its own settings have under `applications`; docs/agent.md describes them. Mend them and order the step again.' },
  APPLICATION_VERSION: { says: 'The application has the version {found} here, and {wanted} where the back-up is from.', retry: 'never', remedy: 'Install exactly the version of the old machine, to the last character, and order the step again. An upgrade comes after the move. Nothing was put in place.' },
  APPLICATION_IN_DOUBT: { says: 'An upgrade of the application was under way when the agent ended, and what became of it is not known: {reason}.', retry: 'never', remedy: 'Look at the machine. What was there before is beside the folders under a dated name. Then order the upgrade again, or put that back.' },
  BACKUP_BROKEN: { says: 'The back-up cannot be used: {reason}.', retry: 'never', remedy: 'Nothing of it was put in place. Order the back-up again, and then the restore.' },
} as const satisfies Record<string, { says: string; retry: 'again' | 'never'; remedy: string }>

export type FaultCode = keyof typeof faults
export type Facts = Readonly<Record<string, string | number>>

/** The world failed: thrown with its catalogue name and facts. Message and remedy come from the catalogue. */
export class Fault extends Error {
  readonly code: FaultCode
  readonly facts: Facts
  constructor(code: FaultCode, facts: Facts, options?: ErrorOptions) {
    super(fill(faults[code].says, facts), options)
    this.name = 'Fault'
    this.code = code
    this.facts = facts
  }
  get remedy(): string {
    return fill(faults[this.code].remedy, this.facts)
  }
  get isRetryable(): boolean {
    return faults[this.code].retry === 'again'
  }
}

/** What somebody else said may end with a full stop of its own. */
const fill = (text: string, facts: Facts): string => text.replace(/\{(\w+)\}(\.?)/g, (whole, name: string, stop: string) => (name in facts ? `${String(facts[name])}${/[.!?。]$/.test(String(facts[name])) ? '' : stop}` : whole))
