/** The ledger as it began. Never edited: what changes comes in a file of its own. */
export const beginning = `
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE vendor (id uuid PRIMARY KEY, name text NOT NULL CHECK (name <> ''), country text NOT NULL, zone text NOT NULL, locale text NOT NULL);
CREATE TABLE setting (id uuid PRIMARY KEY REFERENCES vendor ON DELETE CASCADE, settings jsonb NOT NULL);
CREATE TABLE partner (id uuid PRIMARY KEY, vendor uuid NOT NULL REFERENCES vendor, name text NOT NULL CHECK (name <> ''), locale text NOT NULL, UNIQUE (vendor, name), UNIQUE (id, vendor));
CREATE TABLE customer (id uuid PRIMARY KEY, vendor uuid NOT NULL REFERENCES vendor, partner uuid, name text NOT NULL CHECK (name <> ''), country text NOT NULL, zone text NOT NULL, locale text NOT NULL,
  UNIQUE (vendor, name), UNIQUE (id, vendor), FOREIGN KEY (partner, vendor) REFERENCES partner (id, vendor));
CREATE INDEX ON customer (partner);
CREATE TABLE contact (id uuid PRIMARY KEY, customer uuid REFERENCES customer, partner uuid REFERENCES partner, name text NOT NULL, company text NOT NULL, email text NOT NULL CHECK (email LIKE '%_@_%'), phone text, extension text,
  duties text[] NOT NULL, locale text NOT NULL, verified_at timestamptz, removed_at timestamptz, CHECK (num_nonnulls(customer, partner) = 1));
CREATE UNIQUE INDEX contact_address ON contact (coalesce(customer, partner), lower(email)) WHERE removed_at IS NULL;
CREATE INDEX ON contact (lower(email));
CREATE INDEX ON contact (customer);
CREATE INDEX ON contact (partner) WHERE partner IS NOT NULL;

CREATE TABLE home (id uuid PRIMARY KEY, vendor uuid NOT NULL REFERENCES vendor, name text NOT NULL CHECK (name <> ''), kind text NOT NULL, address_pattern text, capacity integer NOT NULL CHECK (capacity > 0), licensed_users integer CHECK (licensed_users >= 0),
  UNIQUE (vendor, name), UNIQUE (id, vendor));
CREATE TABLE tenant (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, home uuid NOT NULL, name text NOT NULL CHECK (name <> ''), address text, environment text NOT NULL CHECK (environment IN ('non-prod', 'pre-prod', 'prod')),
  users integer CHECK (users >= 0), stores jsonb NOT NULL, measured_at timestamptz, dedicated_due_at timestamptz, UNIQUE (id, customer), UNIQUE (vendor, home, name), FOREIGN KEY (customer, vendor) REFERENCES customer (id, vendor), FOREIGN KEY (home, vendor) REFERENCES home (id, vendor));
CREATE INDEX ON tenant (customer);
CREATE INDEX ON tenant (home) WHERE dedicated_due_at IS NOT NULL;

CREATE TABLE programme (id uuid PRIMARY KEY, vendor uuid NOT NULL REFERENCES vendor, name text NOT NULL CHECK (name <> ''), playbook text NOT NULL, due_on date, people jsonb NOT NULL, created_at timestamptz NOT NULL, UNIQUE (vendor, name), UNIQUE (id, vendor));
CREATE TABLE wave (id uuid PRIMARY KEY, vendor uuid NOT NULL, programme uuid NOT NULL, name text NOT NULL CHECK (name <> ''), t0 date, UNIQUE (programme, name), UNIQUE (id, programme), FOREIGN KEY (programme, vendor) REFERENCES programme (id, vendor));
CREATE TABLE move (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, programme uuid NOT NULL, wave uuid, tenant uuid NOT NULL, origin uuid NOT NULL, destination uuid NOT NULL, playbook text NOT NULL, version integer NOT NULL,
  t0 date, stage text NOT NULL, leg text NOT NULL CHECK (leg IN ('out', 'back')), revision integer NOT NULL, created_at timestamptz NOT NULL, ended_at timestamptz, part jsonb, early_go jsonb NOT NULL,
  UNIQUE (id, customer, vendor), CHECK (origin <> destination), CHECK ((ended_at IS NULL) = (stage NOT IN ('settled', 'cancelled'))),
  FOREIGN KEY (customer, vendor) REFERENCES customer (id, vendor), FOREIGN KEY (tenant, customer) REFERENCES tenant (id, customer), FOREIGN KEY (programme, vendor) REFERENCES programme (id, vendor), FOREIGN KEY (wave, programme) REFERENCES wave (id, programme),
  FOREIGN KEY (origin, vendor) REFERENCES home (id, vendor), FOREIGN KEY (destination, vendor) REFERENCES home (id, vendor));
CREATE UNIQUE INDEX move_of_tenant ON move (tenant) WHERE ended_at IS NULL;
CREATE INDEX ON move (programme);
CREATE INDEX ON move (wave);
CREATE INDEX ON move (customer);
CREATE INDEX ON move (vendor, stage);
CREATE INDEX ON move (destination) WHERE ended_at IS NULL;
CREATE INDEX ON move (origin) WHERE ended_at IS NULL;

CREATE TABLE fact (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, name text NOT NULL, value jsonb NOT NULL, source text NOT NULL, by text, at timestamptz NOT NULL, UNIQUE (move, name, source), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE TABLE plan (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, t0 date NOT NULL, dated_by text NOT NULL CHECK (dated_by IN ('move', 'wave', 'programme', 'assumed', 'environment')), left_out jsonb NOT NULL, undecided jsonb NOT NULL, environments jsonb NOT NULL, made_at timestamptz NOT NULL, CHECK (id = move), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE TABLE task (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, key text NOT NULL, party text NOT NULL, duty text, post text, contact uuid REFERENCES contact, due_on date NOT NULL, about jsonb NOT NULL, state text NOT NULL CHECK (state IN ('open', 'done', 'waived')),
  answers jsonb, note text, ended_by jsonb, ended_at timestamptz, reminded_at timestamptz, UNIQUE (move, key), CHECK ((state = 'open') = (ended_at IS NULL)), CHECK ((ended_by IS NULL) = (ended_at IS NULL)), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE INDEX ON task (vendor, due_on, id) WHERE state = 'open';
CREATE INDEX ON task (vendor, post, due_on, id) WHERE state = 'open';
CREATE INDEX ON task (vendor, state, due_on, id) WHERE state <> 'open';
CREATE INDEX ON task (move, due_on) WHERE state = 'open';
CREATE INDEX ON task (customer);
CREATE INDEX ON task (contact) WHERE state = 'open';
CREATE TABLE gate (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, key text NOT NULL, due_on date NOT NULL, state text NOT NULL CHECK (state IN ('open', 'go', 'no-go')), history jsonb NOT NULL, decided_at timestamptz,
  UNIQUE (move, key), CHECK ((state = 'open') = (decided_at IS NULL)), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE INDEX ON gate (vendor, due_on) WHERE state = 'open';
CREATE INDEX ON gate (vendor) WHERE state = 'no-go';
CREATE TABLE "window" (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, tenant uuid NOT NULL REFERENCES tenant, home uuid NOT NULL REFERENCES home, starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, zone text NOT NULL,
  state text NOT NULL CHECK (state IN ('proposed', 'confirmed', 'cancelled')), sequence integer NOT NULL CHECK (sequence >= 0), confirmed_by text, confirmed_at timestamptz, CHECK (starts_at < ends_at), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor),
  CONSTRAINT window_of_tenant EXCLUDE USING gist (tenant WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (state <> 'cancelled'));
CREATE UNIQUE INDEX window_of_move ON "window" (move) WHERE state <> 'cancelled';
CREATE INDEX ON "window" (vendor, starts_at);
CREATE INDEX ON "window" (home, starts_at);
CREATE INDEX ON "window" (vendor, ends_at) WHERE state = 'confirmed';
CREATE TABLE blackout (id uuid PRIMARY KEY, vendor uuid NOT NULL REFERENCES vendor, home uuid REFERENCES home, customer uuid REFERENCES customer, starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, reason text NOT NULL, CHECK (starts_at < ends_at), CHECK (num_nonnulls(home, customer) <= 1));
CREATE INDEX ON blackout (vendor, ends_at);
CREATE INDEX ON blackout (customer);

CREATE TABLE message (id uuid PRIMARY KEY, vendor uuid NOT NULL REFERENCES vendor, customer uuid REFERENCES customer, move uuid REFERENCES move, contact uuid REFERENCES contact, operator uuid, name text NOT NULL, address text NOT NULL, event text NOT NULL, locale text NOT NULL, key text NOT NULL CONSTRAINT message_once UNIQUE,
  about text, by jsonb, state text NOT NULL CHECK (state IN ('waiting', 'sent', 'bounced', 'failed', 'dropped', 'received')), facts jsonb NOT NULL, sealed text, enclosed jsonb, digest uuid REFERENCES message, message_id text, why text, created_at timestamptz NOT NULL, handed_at timestamptz, sent_at timestamptz);
CREATE INDEX ON message (move, id);
CREATE INDEX ON message (customer, id);
CREATE INDEX ON message (contact, id);
CREATE INDEX ON message (address, id) WHERE state = 'waiting';
CREATE INDEX ON message (id) WHERE state = 'waiting';
CREATE INDEX ON message (message_id);
CREATE INDEX ON message (vendor, created_at) WHERE state IN ('bounced', 'failed');
CREATE INDEX ON message (vendor, created_at) WHERE state = 'dropped' AND why = 'the address is not verified';
CREATE INDEX ON message (digest) WHERE digest IS NOT NULL;
CREATE TABLE bookmark (id uuid PRIMARY KEY, name text NOT NULL UNIQUE, seq bigint NOT NULL);
CREATE TABLE quote (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, number text NOT NULL, state text NOT NULL CHECK (state IN ('draft', 'sent', 'accepted', 'withdrawn')), offer jsonb NOT NULL, currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  total_minor bigint NOT NULL, named uuid REFERENCES contact, expires_at timestamptz NOT NULL, accepted_by uuid REFERENCES contact, accepted_at timestamptz, sent_at timestamptz, withdrawn_at timestamptz, created_at timestamptz NOT NULL, UNIQUE (vendor, number),
  CHECK (state NOT IN ('sent', 'accepted') OR sent_at IS NOT NULL), CHECK (state <> 'draft' OR sent_at IS NULL), CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
  CHECK ((state = 'accepted') = (accepted_at IS NOT NULL)), CHECK ((accepted_by IS NULL) = (accepted_at IS NULL)), CHECK (accepted_by = named), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE UNIQUE INDEX quote_accepted ON quote (move) WHERE state = 'accepted';
CREATE INDEX ON quote (move);
CREATE INDEX ON quote (customer);
CREATE INDEX ON quote (vendor, expires_at) WHERE state = 'sent';
CREATE TABLE paper (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, name text NOT NULL, by text NOT NULL, at timestamptz NOT NULL, UNIQUE (move, name), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE TABLE charge (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid REFERENCES move, key text NOT NULL CONSTRAINT charge_once UNIQUE, kind text NOT NULL, on_day date NOT NULL, currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'), amount_minor bigint NOT NULL, about jsonb NOT NULL,
  FOREIGN KEY (customer, vendor) REFERENCES customer (id, vendor));
CREATE INDEX ON charge (vendor, on_day);
CREATE INDEX ON charge (customer);
CREATE INDEX ON charge (move);
CREATE TABLE contract (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, kind text NOT NULL CHECK (kind IN ('subscription', 'licence')), starts_on date NOT NULL, ends_on date, term text NOT NULL CHECK (term IN ('month', 'year')), CHECK (ends_on > starts_on), FOREIGN KEY (customer, vendor) REFERENCES customer (id, vendor),
  CONSTRAINT contract_of_kind EXCLUDE USING gist (customer WITH =, kind WITH =, daterange(starts_on, ends_on) WITH &&));
CREATE TABLE sign_off (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, key text NOT NULL, environment text NOT NULL, party text NOT NULL, duty text, by text NOT NULL, accepted boolean NOT NULL, answers jsonb NOT NULL, note text NOT NULL, at timestamptz NOT NULL,
  FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE UNIQUE INDEX sign_off_once ON sign_off (move, environment, party, coalesce(duty, '')) WHERE accepted;
CREATE TABLE question (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid REFERENCES customer, programme uuid NOT NULL, text text NOT NULL CHECK (text <> ''), asked_by text NOT NULL, asked_at timestamptz NOT NULL, answer text, answered_by text, published_at timestamptz,
  CHECK (published_at IS NULL OR answer IS NOT NULL), FOREIGN KEY (programme, vendor) REFERENCES programme (id, vendor));
CREATE INDEX ON question (programme);
CREATE TABLE credential (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, kind text NOT NULL CHECK (kind IN ('master', 'integration')), name text NOT NULL CHECK (name <> ''), sealed text, state text NOT NULL CHECK (state IN ('made', 'offered', 'revealed', 'expired', 'replaced')),
  contact uuid REFERENCES contact, email text, made_at timestamptz NOT NULL, offered_at timestamptz, expires_at timestamptz, revealed_at timestamptz, CHECK ((sealed IS NOT NULL) = (state IN ('made', 'offered'))), CHECK ((contact IS NULL) = (offered_at IS NULL)), CHECK ((state = 'revealed') <= (revealed_at IS NOT NULL)),
  FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE UNIQUE INDEX credential_in_force ON credential (move, name) WHERE state <> 'replaced';
CREATE INDEX credential_ends ON credential (expires_at) WHERE state = 'offered';
CREATE INDEX ON credential (move);
CREATE TABLE sighting (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, tenant uuid NOT NULL, "user" text NOT NULL, host text NOT NULL, program text NOT NULL, first_at timestamptz NOT NULL, last_at timestamptz NOT NULL, closed_at timestamptz,
  UNIQUE (tenant, "user", host, program), FOREIGN KEY (tenant, customer) REFERENCES tenant (id, customer), FOREIGN KEY (customer, vendor) REFERENCES customer (id, vendor));
CREATE TABLE risk (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, text text NOT NULL CHECK (text <> ''), level text NOT NULL, party text NOT NULL, state text NOT NULL, by text NOT NULL, at timestamptz NOT NULL, FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE INDEX ON risk (move);
CREATE TABLE integration (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, name text NOT NULL CHECK (name <> ''), contact text, plan text, informed_at timestamptz, state text NOT NULL, UNIQUE (move, name), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));

CREATE TABLE finding (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, "check" text NOT NULL, about text NOT NULL, held boolean NOT NULL, why jsonb NOT NULL, by jsonb NOT NULL, at timestamptz NOT NULL, UNIQUE (move, "check", about), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE TABLE rule (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, subject text NOT NULL, host text NOT NULL CHECK (host <> ''), port integer NOT NULL CHECK (port BETWEEN 0 AND 65535), protocol text NOT NULL, purpose text NOT NULL, at timestamptz NOT NULL,
  UNIQUE (move, subject, host, port, protocol), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE TABLE probe (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, token_hash text NOT NULL UNIQUE, by text NOT NULL, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, seen_at timestamptz, revoked_at timestamptz, FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE INDEX ON probe (move);
CREATE TABLE probe_result (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, probe uuid NOT NULL REFERENCES probe, rule uuid NOT NULL REFERENCES rule ON DELETE CASCADE, outcome text NOT NULL, host text NOT NULL, address text NOT NULL, at timestamptz NOT NULL, UNIQUE (rule, probe), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE INDEX ON probe_result (move);

CREATE TABLE agent (id uuid PRIMARY KEY, vendor uuid NOT NULL REFERENCES vendor, customer uuid, name text NOT NULL CHECK (name <> ''), token_hash text NOT NULL UNIQUE, joined_at timestamptz, seen_at timestamptz, revoked_at timestamptz, UNIQUE (vendor, name), FOREIGN KEY (customer, vendor) REFERENCES customer (id, vendor));
CREATE TABLE move_order (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, kind text NOT NULL, state text NOT NULL CHECK (state IN ('waiting', 'claimed', 'done', 'failed', 'withdrawn')), facts jsonb NOT NULL, result jsonb, agent uuid REFERENCES agent, lease_until timestamptz, claims integer NOT NULL, reported integer NOT NULL, wish jsonb,
  created_at timestamptz NOT NULL, ended_at timestamptz, CHECK ((state IN ('waiting', 'claimed')) = (ended_at IS NULL)), CHECK (state <> 'claimed' OR (agent IS NOT NULL AND lease_until IS NOT NULL)), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE INDEX ON move_order (move, id);
CREATE UNIQUE INDEX order_of_move ON move_order (move, kind) WHERE ended_at IS NULL;
CREATE INDEX ON move_order (vendor, state) WHERE ended_at IS NULL;
CREATE INDEX ON move_order (vendor, ended_at) WHERE state = 'failed';
CREATE INDEX order_done ON move_order (vendor, id) WHERE kind IN ('move', 'rehearsal') AND state = 'done';
CREATE TABLE report (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, "order" uuid NOT NULL REFERENCES move_order, number integer NOT NULL, at timestamptz NOT NULL, event jsonb NOT NULL, CONSTRAINT report_once UNIQUE ("order", number), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE INDEX ON report (move, id);
CREATE INDEX report_of_freeze ON report (vendor) WHERE event ->> 'type' = 'freeze' AND event ->> 'state' = 'ended';
CREATE INDEX report_of_proof ON report (vendor) WHERE event ->> 'type' = 'proof';
CREATE TABLE licence_move (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL UNIQUE CHECK (move = id), agent uuid REFERENCES agent, book text, round integer NOT NULL CHECK (round > 0), state text NOT NULL, course jsonb NOT NULL, sealed text, recorded_at timestamptz NOT NULL, at timestamptz NOT NULL,
  CHECK (book IS NULL OR agent IS NOT NULL), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE TABLE proof (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, leg text NOT NULL, root text NOT NULL, evidence jsonb NOT NULL, at timestamptz NOT NULL, UNIQUE (move, leg, root), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE INDEX ON proof (vendor, at, id);
CREATE TABLE visit (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, agent uuid NOT NULL REFERENCES agent, day date NOT NULL, path text NOT NULL, program text NOT NULL, count bigint NOT NULL CHECK (count > 0),
  UNIQUE (move, day, path, program, agent), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE TABLE bundle (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, file text NOT NULL, bundle text NOT NULL UNIQUE, bytes bigint NOT NULL, index text NOT NULL, fingerprint text NOT NULL, by text NOT NULL, at timestamptz NOT NULL, receipt text, proven_at timestamptz, FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE INDEX ON bundle (move);
CREATE TABLE archive (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, "order" uuid NOT NULL UNIQUE REFERENCES move_order, name text NOT NULL CHECK (name <> ''), file text NOT NULL UNIQUE, bytes bigint NOT NULL CHECK (bytes > 0), sha256 text NOT NULL, files int NOT NULL, others int NOT NULL, at timestamptz NOT NULL, sent jsonb NOT NULL, sent_at timestamptz,
  FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE INDEX ON archive (move);
CREATE TABLE bundle_link (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, bundle uuid REFERENCES bundle, archive uuid REFERENCES archive, contact uuid NOT NULL REFERENCES contact, hash text NOT NULL UNIQUE, times int NOT NULL CHECK (times > 0), used int NOT NULL CHECK (used BETWEEN 0 AND times), created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, last_at timestamptz, revoked_at timestamptz, CHECK (num_nonnulls(bundle, archive) = 1), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE INDEX ON bundle_link (bundle, contact);
CREATE INDEX ON bundle_link (archive, contact);
CREATE TABLE download (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, link uuid NOT NULL REFERENCES bundle_link, hash text NOT NULL UNIQUE, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE INDEX ON download (link);
CREATE TABLE "user" (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, tenant uuid NOT NULL, key text NOT NULL, name text NOT NULL, email text, last_seen_at timestamptz, rank int NOT NULL, marked_by text, marked_at timestamptz, at timestamptz NOT NULL, UNIQUE (tenant, key), CHECK ((marked_by IS NULL) = (marked_at IS NULL)),
  FOREIGN KEY (tenant, customer) REFERENCES tenant (id, customer), FOREIGN KEY (customer, vendor) REFERENCES customer (id, vendor));
CREATE INDEX ON "user" (tenant, rank, id);
CREATE INDEX ON "user" (tenant) WHERE marked_at IS NOT NULL;
CREATE TABLE document (id uuid PRIMARY KEY, vendor uuid NOT NULL REFERENCES vendor, playbook text, title jsonb NOT NULL, url text, file text, type text, bytes int, by text NOT NULL, at timestamptz NOT NULL, UNIQUE (id, vendor), CHECK (num_nonnulls(url, file) = 1), CHECK (num_nonnulls(file, type, bytes) IN (0, 3)));
CREATE INDEX ON document (vendor);
CREATE TABLE document_piece (id uuid PRIMARY KEY, vendor uuid NOT NULL, document uuid NOT NULL, number int NOT NULL, content bytea NOT NULL CHECK (octet_length(content) <= 65536), UNIQUE (document, number), FOREIGN KEY (document, vendor) REFERENCES document (id, vendor) ON DELETE CASCADE);

CREATE TABLE operator (id uuid PRIMARY KEY, vendor uuid NOT NULL REFERENCES vendor, name text NOT NULL, email text NOT NULL, roles text[] NOT NULL, password text, subject text UNIQUE, disabled_at timestamptz, failures integer NOT NULL, failed_at timestamptz);
CREATE UNIQUE INDEX operator_address ON operator (lower(email));
CREATE TABLE passkey (id uuid PRIMARY KEY, operator uuid NOT NULL REFERENCES operator, key text NOT NULL UNIQUE, about jsonb NOT NULL, created_at timestamptz NOT NULL, used_at timestamptz);
CREATE INDEX ON passkey (operator);
CREATE TABLE pending (id uuid PRIMARY KEY, purpose text NOT NULL CHECK (purpose IN ('service', 'passkey', 'new-passkey', 'invitation', 'setup')), operator uuid REFERENCES operator, hash text NOT NULL UNIQUE, facts jsonb NOT NULL, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL);
CREATE INDEX ON pending (operator);
CREATE INDEX ON pending (expires_at);
CREATE TABLE link (id uuid PRIMARY KEY, contact uuid NOT NULL REFERENCES contact, purpose text NOT NULL, hash text NOT NULL UNIQUE, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, used_at timestamptz, replaced_at timestamptz, CHECK (num_nonnulls(used_at, replaced_at) <= 1));
CREATE INDEX ON link (contact, purpose);
CREATE TABLE session (id uuid PRIMARY KEY, hash text NOT NULL UNIQUE, contact uuid REFERENCES contact, operator uuid REFERENCES operator, created_at timestamptz NOT NULL, seen_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, ended_at timestamptz, second_factor_at timestamptz, CHECK (num_nonnulls(contact, operator) = 1));
CREATE INDEX ON session (contact);
CREATE INDEX ON session (operator);
CREATE TABLE code (id uuid PRIMARY KEY, session uuid NOT NULL REFERENCES session, hash text NOT NULL, tries integer NOT NULL, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, used_at timestamptz);
CREATE INDEX ON code (session);

CREATE TABLE call (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, kind text NOT NULL, key text, title jsonb NOT NULL, starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, zone text NOT NULL, place text, link text, agenda jsonb NOT NULL, questionnaire boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('planned', 'cancelled')), sequence integer NOT NULL CHECK (sequence >= 0), planned_by text NOT NULL, created_at timestamptz NOT NULL, CHECK (starts_at < ends_at), UNIQUE (id, move), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE UNIQUE INDEX call_of_key ON call (move, key) WHERE state = 'planned' AND key IS NOT NULL;
CREATE INDEX ON call (move, starts_at);
CREATE INDEX ON call (vendor, starts_at);
CREATE TABLE attendance (id uuid PRIMARY KEY, vendor uuid NOT NULL, customer uuid NOT NULL, move uuid NOT NULL, call uuid NOT NULL, party text NOT NULL, contact uuid REFERENCES contact, operator uuid REFERENCES operator, answer text CHECK (answer IN ('accepted', 'tentative', 'declined')), note text, answered_at timestamptz,
  CHECK (num_nonnulls(contact, operator) = 1), CHECK ((answer IS NULL) = (answered_at IS NULL)), FOREIGN KEY (call, move) REFERENCES call (id, move), FOREIGN KEY (move, customer, vendor) REFERENCES move (id, customer, vendor));
CREATE UNIQUE INDEX attendance_once ON attendance (call, coalesce(contact, operator));
CREATE INDEX ON attendance (contact);
CREATE INDEX ON attendance (operator);
CREATE TABLE availability (id uuid PRIMARY KEY, vendor uuid NOT NULL REFERENCES vendor, customer uuid REFERENCES customer, party text NOT NULL, contact uuid NOT NULL REFERENCES contact, first_on date NOT NULL, last_on date NOT NULL, available boolean NOT NULL, note text, at timestamptz NOT NULL, CHECK (first_on <= last_on));
CREATE INDEX ON availability (contact);
CREATE INDEX ON availability (customer);
CREATE TABLE feed (id uuid PRIMARY KEY, contact uuid REFERENCES contact, operator uuid REFERENCES operator, hash text NOT NULL UNIQUE, created_at timestamptz NOT NULL, revoked_at timestamptz, CHECK (num_nonnulls(contact, operator) = 1));
CREATE UNIQUE INDEX feed_of_person ON feed (coalesce(contact, operator)) WHERE revoked_at IS NULL;
CREATE TABLE wave_rule (id uuid PRIMARY KEY, vendor uuid NOT NULL, programme uuid NOT NULL, rule jsonb NOT NULL, by text NOT NULL, at timestamptz NOT NULL, FOREIGN KEY (programme, vendor) REFERENCES programme (id, vendor));
CREATE INDEX ON wave_rule (programme);
CREATE TABLE plan_run (id uuid PRIMARY KEY, vendor uuid NOT NULL, programme uuid NOT NULL, state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')), wanted jsonb NOT NULL, problem jsonb, answer jsonb, by text NOT NULL, why text,
  created_at timestamptz NOT NULL, started_at timestamptz, ended_at timestamptz, accepted_at timestamptz, CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL)), CHECK (accepted_at IS NULL OR state = 'done'), FOREIGN KEY (programme, vendor) REFERENCES programme (id, vendor));
CREATE UNIQUE INDEX plan_run_open ON plan_run (programme) WHERE ended_at IS NULL;
CREATE INDEX ON plan_run (programme, id);

CREATE TABLE answered (key text PRIMARY KEY, fingerprint text NOT NULL, answer jsonb, at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON answered (at);
CREATE TABLE journal (seq bigint PRIMARY KEY, at timestamptz NOT NULL, who jsonb NOT NULL, verb text NOT NULL, kind text NOT NULL, subject text NOT NULL, facts jsonb NOT NULL, previous text NOT NULL, hash text NOT NULL UNIQUE);
CREATE INDEX ON journal (subject, seq);
CREATE FUNCTION keep_journal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the journal is only ever added to'; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION keep_journal();
`
