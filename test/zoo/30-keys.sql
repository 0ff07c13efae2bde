-- How rows are identified: a table for each type a key can have, and one for each replica identity.
CREATE SCHEMA keys;

CREATE FUNCTION pg_temp.keyed(name text, type text, specimens text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE specimen text;
BEGIN
  EXECUTE format('CREATE TABLE keys.%I (k %s PRIMARY KEY, v text)', name, type);
  FOREACH specimen IN ARRAY specimens LOOP
    EXECUTE format('INSERT INTO keys.%I (k, v) VALUES (%L, %L)', name, specimen, specimen);
  END LOOP;
END $$;

SELECT pg_temp.keyed('smallint', 'smallint', '{-32768,-1,0,1,32767}');
SELECT pg_temp.keyed('integer', 'integer', '{-2147483648,-1,0,1,2147483647}');
SELECT pg_temp.keyed('bigint', 'bigint', '{-9223372036854775808,-9007199254740993,-9007199254740992,0,9007199254740993,9223372036854775807}');
SELECT pg_temp.keyed('oid', 'oid', '{0,1,2147483648,4294967295}');
SELECT pg_temp.keyed('boolean', 'boolean', '{t,f}');
SELECT pg_temp.keyed('uuid', 'uuid', '{00000000-0000-0000-0000-000000000000,7fffffff-ffff-ffff-ffff-ffffffffffff,80000000-0000-0000-0000-000000000000,ffffffff-ffff-ffff-ffff-ffffffffffff}');
SELECT pg_temp.keyed('bytea', 'bytea', ARRAY['', '\x00', '\x0000', '\x7f', '\x80', '\xff', '\x27']);
SELECT pg_temp.keyed('text', 'text', ARRAY['', ' ', 'a', 'B', 'b', 'é', 'e', 'ä', 'z', '日本', '-a', 'a-b', 'ab', '''', '\', E'\t']);
SELECT pg_temp.keyed('text C', 'text COLLATE "C"', ARRAY['', ' ', 'a', 'B', 'b', 'é', 'e', 'ä', 'z', '日本', '👩', U&'\FFFD', '-a', 'a-b', 'ab', '''', '\', E'\t']);
SELECT pg_temp.keyed('varchar POSIX', 'varchar(20) COLLATE "POSIX"', ARRAY['', 'a', 'B', 'b']);
SELECT pg_temp.keyed('char C', 'character(4) COLLATE "C"', ARRAY['', 'a', 'a b', 'B']);
SELECT pg_temp.keyed('"char"', '"char"', ARRAY['', 'a', 'B', '\200', '\377']);
SELECT pg_temp.keyed('name', 'name', ARRAY['', 'a', 'B']);
SELECT pg_temp.keyed('numeric', 'numeric', ARRAY['-Infinity', '-1e100', '-1.50', '0.000', '1e-100', '1', '1.0000000000000001', '1e100', 'Infinity', 'NaN']);
SELECT pg_temp.keyed('date', 'date', '{-infinity,4713-01-01 BC,0001-01-01 BC,0001-01-01,1970-01-01,5874897-12-31,infinity}');
SELECT pg_temp.keyed('time', 'time', '{00:00,12:00,23:59:59.999999,24:00}');
SELECT pg_temp.keyed('timetz', 'timetz', '{00:00+00,00:00+01,01:00+01,23:59:59.999999-15:59:59,12:00+05:30}');
SELECT pg_temp.keyed('timestamp', 'timestamp', '{-infinity,4713-01-01 00:00 BC,1970-01-01 00:00:00.000001,294276-12-31 23:59:59.999999,infinity}');
SELECT pg_temp.keyed('timestamptz', 'timestamptz', '{-infinity,4713-01-02 00:00+00 BC,1970-01-01 00:00:00.000001+00,294276-12-31 23:59:59.999999+00,infinity}');
SELECT pg_temp.keyed('bit', 'bit(3)', '{000,001,111}');
SELECT pg_temp.keyed('bit varying', 'bit varying', ARRAY['', '0', '00', '1', '01', '10']);
SELECT pg_temp.keyed('pg_lsn', 'pg_lsn', '{0/0,0/FFFFFFFF,1/0,FFFFFFFF/FFFFFFFF}');
SELECT pg_temp.keyed('enum', 'kinds.mood', '{sad,between,happy}');
SELECT pg_temp.keyed('domain', 'kinds.positive', '{1,5}');
SELECT pg_temp.keyed('domain C', 'kinds.shorter', ARRAY['', 'a', 'B']);
SELECT pg_temp.keyed('double precision', 'double precision', '{-Infinity,-1,-0,1e-310,1,Infinity,NaN}');
SELECT pg_temp.keyed('interval', 'interval', ARRAY['0', '1 month', '31 days', '-1 day']);
SELECT pg_temp.keyed('inet', 'inet', '{0.0.0.0,10.0.0.1/8,10.0.0.1/9,::1}');
SELECT pg_temp.keyed('citext', 'citext', ARRAY['', 'Case', 'other']);
SELECT pg_temp.keyed('array', 'integer[]', ARRAY['{}', '{1,2}', '{NULL}', '{{1},{2}}']);
SELECT pg_temp.keyed('range', 'int4range', ARRAY['empty', '[1,2)', '(,)']);
SELECT pg_temp.keyed('composite', 'kinds.point3', ARRAY['(1,2,z)', '(,1,)']);
SELECT pg_temp.keyed('jsonb', 'jsonb', ARRAY['{}', 'null', '[1]']);
DROP FUNCTION pg_temp.keyed(text, text, text[]);

CREATE TABLE keys."several" (a integer, b text COLLATE "C", c uuid, v text, PRIMARY KEY (b, c, a));
INSERT INTO keys."several" SELECT a, b, c, 'v' FROM generate_series(-1, 1) a, unnest(ARRAY['', 'x', 'é']) b, unnest('{00000000-0000-0000-0000-000000000000,ffffffff-ffff-ffff-ffff-ffffffffffff}'::uuid[]) c;

CREATE TABLE keys."none" (a integer, v text);
INSERT INTO keys."none" VALUES (1, 'same'), (1, 'same'), (1, NULL), (NULL, NULL), (NULL, NULL), (NULL, '');
CREATE TABLE keys."full" (a integer, v text, j json, p point, f double precision);
ALTER TABLE keys."full" REPLICA IDENTITY FULL;
INSERT INTO keys."full" VALUES (1, 'same', '{}', '(0,0)', -0.0), (1, 'same', '{}', '(0,0)', -0.0), (1, 'same', '{}', '(0,0)', 0.0), (NULL, NULL, NULL, NULL, 'NaN'), (NULL, '', ' { } ', '(-0,0)', NULL);
CREATE TABLE keys."full with primary key" (id bigint PRIMARY KEY, v text);
ALTER TABLE keys."full with primary key" REPLICA IDENTITY FULL;
INSERT INTO keys."full with primary key" SELECT g, 'row ' || g FROM generate_series(1, 20) g;
CREATE TABLE keys."full with generated" (a integer, twice integer GENERATED ALWAYS AS (a * 2) STORED);
ALTER TABLE keys."full with generated" REPLICA IDENTITY FULL;
INSERT INTO keys."full with generated" (a) VALUES (1), (1), (NULL);
CREATE TABLE keys."nothing with primary key" (id integer PRIMARY KEY, v text);
ALTER TABLE keys."nothing with primary key" REPLICA IDENTITY NOTHING;
INSERT INTO keys."nothing with primary key" VALUES (1, 'a'), (2, 'b');
CREATE TABLE keys."by index" (id integer PRIMARY KEY, a text COLLATE "C" NOT NULL, b integer NOT NULL, v text);
CREATE UNIQUE INDEX "by index, the index" ON keys."by index" (b, a);
COMMENT ON INDEX keys."by index, the index" IS 'identifies rows';
ALTER TABLE keys."by index" REPLICA IDENTITY USING INDEX "by index, the index";
INSERT INTO keys."by index" SELECT g, 'a' || g, -g, 'v' FROM generate_series(1, 10) g;
CREATE TABLE keys."by constraint" (a integer NOT NULL CONSTRAINT "by constraint, unique" UNIQUE, v text);
ALTER TABLE keys."by constraint" REPLICA IDENTITY USING INDEX "by constraint, unique";
INSERT INTO keys."by constraint" VALUES (1, 'a'), (2, 'b');
CREATE TABLE keys."deferrable" (id integer PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, v text);
INSERT INTO keys."deferrable" VALUES (1, 'a'), (2, 'b');
CREATE TABLE keys."generated" (a integer, k integer GENERATED ALWAYS AS (a + 1) STORED PRIMARY KEY);
INSERT INTO keys."generated" (a) VALUES (1), (2), (-5);
CREATE UNLOGGED TABLE keys."unlogged" (id integer PRIMARY KEY, v text);
INSERT INTO keys."unlogged" VALUES (1, 'a'), (2, 'b');
CREATE TABLE keys."no columns" ();
INSERT INTO keys."no columns" DEFAULT VALUES;
INSERT INTO keys."no columns" DEFAULT VALUES;
INSERT INTO keys."no columns" DEFAULT VALUES;
CREATE TABLE keys."no columns left" (a integer);
INSERT INTO keys."no columns left" VALUES (1), (2);
ALTER TABLE keys."no columns left" DROP COLUMN a;
CREATE TABLE keys."empty" (id integer PRIMARY KEY, v text);
CREATE TABLE keys."columns dropped" (gone1 text, id integer PRIMARY KEY, gone2 integer, v text);
INSERT INTO keys."columns dropped" VALUES ('x', 1, 1, 'a'), ('y', 2, 2, 'b');
ALTER TABLE keys."columns dropped" DROP COLUMN gone1, DROP COLUMN gone2, ADD COLUMN late text DEFAULT 'given later', ADD COLUMN gone3 integer;
ALTER TABLE keys."columns dropped" DROP COLUMN gone3;

-- Values out of line: an update that does not touch them is streamed without them.
CREATE TABLE keys."oversized" (id integer PRIMARY KEY, small text, big text, bigger bytea, doc jsonb);
ALTER TABLE keys."oversized" ALTER COLUMN big SET STORAGE EXTERNAL;
INSERT INTO keys."oversized" SELECT g, 's' || g, repeat(md5(g::text), 4000), decode(repeat(md5(g::text), 2000), 'hex'), jsonb_build_object('k', repeat(md5((-g)::text), 500)) FROM generate_series(1, 12) g;
CREATE TABLE keys."oversized full" (small text, big text);
ALTER TABLE keys."oversized full" ALTER COLUMN big SET STORAGE EXTERNAL;
ALTER TABLE keys."oversized full" REPLICA IDENTITY FULL;
INSERT INTO keys."oversized full" SELECT 's' || g, repeat(md5(g::text), 400) FROM generate_series(1, 4) g;
CREATE TABLE keys."oversized key" (k text COLLATE "C" PRIMARY KEY, v text);
INSERT INTO keys."oversized key" SELECT (SELECT string_agg(md5((g * 100 + i)::text), '') FROM generate_series(1, 75) i), 'v' FROM generate_series(1, 3) g;
