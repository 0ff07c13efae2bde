/**
 * What is called like something is found by the signs of its name and each two that stand together: no more than one of them need be known, and a name in Japanese of two signs is found as well.
 * Trigrams (pg_trgm) find nothing below three signs, and no letters but those of ASCII where the database's locale is C. Dear to compute, so that a plan which would do so for each row is none.
 */
export const called = `
CREATE FUNCTION pieces_of(text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 2000 AS $$
DECLARE
  signs text[] := string_to_array($1, NULL);
  pieces text[] := signs;
BEGIN
  FOR n IN 2 .. cardinality(signs) LOOP pieces := pieces || (signs[n - 1] || signs[n]); END LOOP;
  RETURN pieces;
END $$;

CREATE INDEX customer_called ON customer USING gin (pieces_of(lower(name))) WITH (fastupdate = off);
CREATE INDEX contact_called ON contact USING gin (pieces_of(lower(name || ' ' || email))) WITH (fastupdate = off);
CREATE INDEX quote_called ON quote USING gin (pieces_of(lower(number))) WITH (fastupdate = off);
`
