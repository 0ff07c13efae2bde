/**
 * The book of a licence server as it began; never edited. Leases have no foreign key and no index besides their name: they are written thousands of times a second, by one writer
 * that holds all of them in memory and checks each against its licence there.
 */
export const beginning = `
CREATE TABLE server (one boolean PRIMARY KEY DEFAULT true CHECK (one), server uuid, public_key text, epoch bigint NOT NULL CHECK (epoch >= 0), seen timestamptz NOT NULL, maintenance jsonb, moved text, CHECK ((server IS NULL) = (public_key IS NULL)));
INSERT INTO server (epoch, seen) VALUES (0, to_timestamp(0));
CREATE TABLE held (licence uuid PRIMARY KEY, document text NOT NULL, activation text, generation integer NOT NULL CHECK (generation >= 0), receipt text, brought text, code text, CHECK (activation IS NULL OR generation > 0));
CREATE TABLE profile (name text PRIMARY KEY CHECK (name <> ''), licences uuid[] NOT NULL);
CREATE TABLE lease (lease uuid PRIMARY KEY, licence uuid NOT NULL, profile text NOT NULL, by_user text NOT NULL, by_host text NOT NULL, by_program text NOT NULL, key text, taken_at timestamptz NOT NULL, until timestamptz NOT NULL, is_borrowed boolean NOT NULL)
  WITH (autovacuum_vacuum_scale_factor = 0.2, autovacuum_vacuum_cost_delay = 2);
CREATE TABLE usage (licence uuid NOT NULL, hour timestamptz NOT NULL, peak integer NOT NULL CHECK (peak >= 0), check_outs integer NOT NULL CHECK (check_outs >= 0), refusals integer NOT NULL CHECK (refusals >= 0), PRIMARY KEY (hour, licence));
CREATE TABLE answered (key text PRIMARY KEY, fingerprint text NOT NULL, answer jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now());
`
