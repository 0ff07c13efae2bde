/** That a clock was forgiven, and by whom; which borrowed seats ended by themselves, should that have been by a wrong clock; and answers that grow old. Never edited. */
export const clockAndAge = `
ALTER TABLE held ADD COLUMN waits boolean NOT NULL DEFAULT false;
CREATE TABLE forgiven (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, from_time timestamptz NOT NULL, by_whom text NOT NULL, reason text NOT NULL, written_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE lapsed (lease uuid PRIMARY KEY, licence uuid NOT NULL, profile text NOT NULL, by_user text NOT NULL, by_host text NOT NULL, by_program text NOT NULL, key text, taken_at timestamptz NOT NULL, until timestamptz NOT NULL, is_borrowed boolean NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE INDEX lapsed_at ON lapsed (at);
ALTER TABLE answered ALTER COLUMN answer DROP NOT NULL;
CREATE INDEX answered_at ON answered (at);
CREATE INDEX answered_kept ON answered (at) WHERE answer IS NOT NULL;
`
