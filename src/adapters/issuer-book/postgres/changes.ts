/** In this order, each once. One that books out there have is never edited. L1 is held by `issued_activation_stands`: of one licence one activation at most was not given up. */
export const changes: readonly string[] = [`
CREATE TABLE issued_licence (
  id uuid PRIMARY KEY,
  says jsonb NOT NULL,
  document text NOT NULL,
  key text NOT NULL UNIQUE,
  fingerprint text NOT NULL,
  salt text NOT NULL,
  code_hash text NOT NULL,
  withdrawn_at timestamptz
);
CREATE TABLE issued_activation (
  licence uuid NOT NULL REFERENCES issued_licence,
  generation integer NOT NULL CHECK (generation > 0),
  server uuid NOT NULL,
  public_key text NOT NULL,
  machine text NOT NULL,
  document text NOT NULL,
  activated_at timestamptz NOT NULL,
  receipt_hash text,
  given_up_at timestamptz,
  seats_until timestamptz,
  PRIMARY KEY (licence, generation),
  CHECK ((receipt_hash IS NULL) = (given_up_at IS NULL)),
  CHECK (seats_until IS NULL OR given_up_at IS NOT NULL)
);
CREATE UNIQUE INDEX issued_activation_stands ON issued_activation (licence) WHERE given_up_at IS NULL;
CREATE TABLE issuer_answer (
  request_hash text PRIMARY KEY,
  licence uuid NOT NULL,
  generation integer NOT NULL,
  FOREIGN KEY (licence, generation) REFERENCES issued_activation
);
`]
