-- Extensions, and types of the database's own. A file of its own: a label added to an enum cannot be used before it is committed.
CREATE EXTENSION hstore;
CREATE EXTENSION citext;
CREATE EXTENSION ltree;
CREATE EXTENSION pgcrypto;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION btree_gist;

CREATE SCHEMA kinds;

CREATE TYPE kinds.mood AS ENUM ('sad', 'ok', 'happy', 'so, "so"', E'tab\there', 'it''s; DROP TABLE types.text; --', '日本');
ALTER TYPE kinds.mood ADD VALUE 'between' BEFORE 'ok';
CREATE TYPE kinds.colour AS ENUM ('red', 'green');
CREATE TYPE kinds.nothing AS ENUM ();
CREATE TYPE kinds.point3 AS (x double precision, y numeric, "the z" text);
CREATE TYPE kinds.nested AS (p kinds.point3, ps kinds.point3[], m kinds.mood);
CREATE TYPE kinds.float_range AS RANGE (subtype = double precision, subtype_diff = float8mi, multirange_type_name = kinds.float_ranges);
CREATE TYPE kinds.text_range AS RANGE (subtype = text, collation = "C");
CREATE DOMAIN kinds.positive AS integer DEFAULT 1 NOT NULL CONSTRAINT above_zero CHECK (VALUE > 0);
CREATE DOMAIN kinds.email AS citext CHECK (VALUE ~ '@');
CREATE DOMAIN kinds.short AS varchar(5) COLLATE "C";
CREATE DOMAIN kinds.shorter AS kinds.short CHECK (length(VALUE) < 4);
CREATE DOMAIN kinds.moods AS kinds.mood[];
ALTER DOMAIN kinds.email ADD CONSTRAINT "new; --" CHECK (VALUE <> 'x@x') NOT VALID;
