/** Who of the vendor's people has something that needs attention. */
export const assignments = `
CREATE TABLE assignment (id uuid PRIMARY KEY, vendor uuid NOT NULL REFERENCES vendor, customer uuid REFERENCES customer, move uuid REFERENCES move, kind text NOT NULL, about uuid NOT NULL, operator uuid NOT NULL REFERENCES operator, by text NOT NULL, at timestamptz NOT NULL);
CREATE UNIQUE INDEX assignment_once ON assignment (vendor, about, kind);
`
