-- What is not a table: views, functions, triggers, rules, policies, grants, comments.
CREATE SCHEMA logic AUTHORIZATION zoo_owner;
COMMENT ON SCHEMA logic IS 'everything that acts';

CREATE FUNCTION logic.plus(a integer, b integer DEFAULT 1, VARIADIC rest integer[] DEFAULT '{}') RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 7 AS 'SELECT a + b + coalesce((SELECT sum(r) FROM unnest(rest) r), 0)::integer;';
CREATE FUNCTION logic.atomic(wanted bigint, OUT orders bigint, OUT total numeric) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT count(*), CASE WHEN count(*) > 0 THEN sum(o.total) END FROM shop."order" o WHERE o.customer = wanted AND o.note IS DISTINCT FROM '; END; BEGIN ATOMIC';
  SELECT count(*), sum(o.total) FROM shop."order" o WHERE o.customer = wanted;
END;
CREATE PROCEDURE logic.touch(INOUT n integer) LANGUAGE plpgsql SET search_path = shop, pg_temp SET work_mem = '8MB' AS $touch$
BEGIN
  n := n + 1; -- $$ a dollar quote inside, and ' a quote
  /* and a comment; */
  COMMIT;
END;
$touch$;
CREATE FUNCTION logic.quoting() RETURNS text LANGUAGE plpgsql SECURITY DEFINER LEAKPROOF STRICT AS '
BEGIN
  RETURN $_$ $function$; DROP TABLE shop.customer; -- $function$ $_$ || ''it''''s'' || E''\\'' || $$;$$;
END';
ALTER FUNCTION logic.quoting() OWNER TO zoo_owner;
CREATE FUNCTION logic.rows(IN anyelement, "out; --" OUT anyelement) RETURNS SETOF anyelement LANGUAGE sql ROWS 3 AS 'SELECT $1 FROM generate_series(1, 3)';
CREATE FUNCTION logic.as_table(integer) RETURNS TABLE (a integer, b text) LANGUAGE sql AS 'SELECT g, g::text FROM generate_series(1, $1) g';
CREATE FUNCTION logic.joined(text, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1 || ''/'' || $2';
CREATE AGGREGATE logic.path(text) (SFUNC = logic.joined, STYPE = text, INITCOND = '', PARALLEL = SAFE);
CREATE AGGREGATE logic.middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE OPERATOR logic.~/~ (FUNCTION = logic.joined, LEFTARG = text, RIGHTARG = text);
CREATE FUNCTION logic.mood_number(kinds.mood) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT CASE $1 WHEN ''sad'' THEN 0 ELSE 1 END';
CREATE CAST (kinds.mood AS integer) WITH FUNCTION logic.mood_number(kinds.mood) AS ASSIGNMENT;
CREATE FUNCTION logic.backwards(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT CASE WHEN $1 > $2 THEN -1 WHEN $1 < $2 THEN 1 ELSE 0 END';
CREATE OPERATOR CLASS logic.backwards FOR TYPE integer USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 logic.backwards(integer, integer);
CREATE INDEX product_backwards ON shop.line USING btree (n logic.backwards);
CREATE TEXT SEARCH DICTIONARY logic.words (TEMPLATE = pg_catalog.simple, stopwords = english);
CREATE TEXT SEARCH CONFIGURATION logic.search (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION logic.search ALTER MAPPING FOR asciiword WITH logic.words, english_stem;
COMMENT ON TEXT SEARCH CONFIGURATION logic.search IS 'plain words';
CREATE EXTENSION postgres_fdw;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere.example', dbname 'it''s');
CREATE FOREIGN TABLE logic.far (id integer OPTIONS (column_name 'i;d') NOT NULL, v text) SERVER elsewhere OPTIONS (table_name 'far');

CREATE VIEW logic.plain AS SELECT id, name, upper(name) AS loud, born FROM shop.customer WHERE mood <> 'sad' AND (email IS NOT NULL OR name COLLATE "C" LIKE '%;--''%');
CREATE VIEW logic.joined AS
  SELECT c.id, c.name, o.day, o.total, row_number() OVER (PARTITION BY c.id ORDER BY o.day DESC, o.id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS nth,
         (SELECT max(l.n) FROM shop.line l WHERE l.order_id = o.id) AS lines
  FROM shop.customer c JOIN shop."order" o ON o.customer = c.id LEFT JOIN LATERAL (SELECT p.price FROM shop.product p WHERE p.sku = o.sku) p ON true
  WHERE EXISTS (SELECT 1 FROM shop.product WHERE price > 2) AND o.total BETWEEN 0 AND 1e6;
CREATE VIEW logic.grouped AS SELECT c.id, c.name, c.tags, count(o.id) AS orders FROM shop.customer c LEFT JOIN shop."order" o ON o.customer = c.id GROUP BY c.id;
CREATE VIEW logic.on_grouped AS SELECT name, orders FROM logic.grouped WHERE orders > 1;
CREATE VIEW logic.tree (sku, depth) AS WITH RECURSIVE tree(s, d) AS (SELECT sku, 0 FROM shop.product WHERE parent IS NULL UNION ALL SELECT p.sku, t.d + 1 FROM shop.product p JOIN tree t ON p.parent = t.s) SELECT s, d FROM tree;
CREATE VIEW logic.guarded WITH (security_barrier, security_invoker = true) AS SELECT id, name FROM shop.customer WHERE id % 20 = 0 WITH CASCADED CHECK OPTION;
CREATE VIEW logic.constants (a, b) AS VALUES (1, 'x'::text), (2, NULL) UNION ALL SELECT 3, CASE WHEN current_date > date '2000-01-01' THEN extract(epoch FROM timestamp '2024-01-01')::text ELSE localtimestamp::text END;
CREATE VIEW logic.sets AS SELECT id FROM shop.base INTERSECT (SELECT id FROM ONLY shop.derived EXCEPT SELECT n FROM shop.line) ORDER BY 1 LIMIT 5;
CREATE VIEW logic.grouping AS SELECT customer, day, sum(total) FILTER (WHERE total > 1) AS total, grouping(customer, day) FROM shop."order" GROUP BY GROUPING SETS ((customer), (day), ()) HAVING count(*) > 0;
CREATE VIEW logic.typed AS SELECT (v).x, (v)."the z", v FROM types."own point3" TABLESAMPLE bernoulli (100) REPEATABLE (1);
CREATE VIEW logic.called AS SELECT r.a, r.b, f.ordinality FROM logic.as_table(3) r, generate_series(1, 2) WITH ORDINALITY f(g, ordinality);
CREATE VIEW logic.json AS SELECT d.id, d.doc -> 'k' AS k, x.* FROM keys.oversized d CROSS JOIN LATERAL jsonb_to_record(d.doc) AS x(k2 text, n integer);
CREATE VIEW logic.moods AS SELECT v = ANY (ARRAY['sad', 'ok']::kinds.mood[]) AS known, v::integer AS n, CAST(v AS text) COLLATE "C" AS t FROM types."own mood";
COMMENT ON VIEW logic.plain IS 'a comment on a view';
COMMENT ON COLUMN logic.plain.loud IS 'in capitals; --';

CREATE MATERIALIZED VIEW logic.summary AS SELECT customer, count(*) AS orders, sum(total) AS total FROM shop."order" GROUP BY customer;
CREATE UNIQUE INDEX summary_customer ON logic.summary (customer);
CREATE MATERIALIZED VIEW logic.of_summary AS SELECT max(total) AS most FROM logic.summary;
CREATE MATERIALIZED VIEW logic.by_key AS SELECT c.id, c.name, count(*) AS n FROM shop.customer c GROUP BY c.id WITH DATA;
CREATE INDEX by_key_name ON logic.by_key (name);
COMMENT ON MATERIALIZED VIEW logic.by_key IS 'needs the primary key to be understood';
CREATE VIEW logic.over_by_key AS SELECT n FROM logic.by_key;
CREATE MATERIALIZED VIEW logic.unfilled AS SELECT * FROM shop.product WITH NO DATA;

CREATE TABLE logic.log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text, who text);
CREATE FUNCTION logic.remember() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO logic.log (what, who) VALUES (TG_NAME || ' ' || TG_OP, TG_TABLE_NAME); RETURN CASE TG_LEVEL WHEN 'ROW' THEN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END END; END $$;
CREATE TABLE logic.watched (id integer PRIMARY KEY, v text, n integer DEFAULT 0);
CREATE TRIGGER "before; row --" BEFORE INSERT OR UPDATE OF v OR DELETE ON logic.watched FOR EACH ROW EXECUTE FUNCTION logic.remember();
CREATE TRIGGER conditional AFTER UPDATE ON logic.watched FOR EACH ROW WHEN (OLD.v IS DISTINCT FROM NEW.v AND NEW.v <> ';') EXECUTE FUNCTION logic.remember('argument; ''quoted''');
CREATE TRIGGER transition AFTER UPDATE ON logic.watched REFERENCING OLD TABLE AS old_rows NEW TABLE AS "new rows" FOR EACH STATEMENT EXECUTE FUNCTION logic.remember();
CREATE CONSTRAINT TRIGGER deferred AFTER INSERT ON logic.watched DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION logic.remember();
CREATE TRIGGER disabled BEFORE INSERT ON logic.watched FOR EACH ROW EXECUTE FUNCTION logic.remember();
CREATE TRIGGER "always" BEFORE INSERT OR UPDATE ON logic.watched FOR EACH ROW EXECUTE FUNCTION logic.remember();
CREATE TRIGGER "replica only" BEFORE INSERT OR UPDATE ON logic.watched FOR EACH ROW EXECUTE FUNCTION logic.remember();
ALTER TABLE logic.watched DISABLE TRIGGER disabled;
ALTER TABLE logic.watched ENABLE ALWAYS TRIGGER "always";
ALTER TABLE logic.watched ENABLE REPLICA TRIGGER "replica only";
COMMENT ON TRIGGER "before; row --" ON logic.watched IS 'a comment on a trigger';
INSERT INTO logic.watched (id, v) SELECT g, 'v' || g FROM generate_series(1, 10) g;
CREATE TRIGGER of_partitions AFTER INSERT OR DELETE ON shop."order" FOR EACH ROW EXECUTE FUNCTION logic.remember();
ALTER TABLE shop.order_2023 DISABLE TRIGGER of_partitions;
CREATE TRIGGER of_view INSTEAD OF INSERT OR UPDATE OR DELETE ON logic.on_grouped FOR EACH ROW EXECUTE FUNCTION logic.remember();

CREATE TABLE logic.ruled (id integer PRIMARY KEY, v text);
INSERT INTO logic.ruled SELECT g, 'v' || g FROM generate_series(1, 5) g;
CREATE RULE "keep; --" AS ON DELETE TO logic.ruled WHERE old.id < 0 DO INSTEAD (INSERT INTO logic.log (what) VALUES ('kept ' || old.id || ';'); UPDATE logic.ruled SET v = 'deleted;' WHERE ruled.id = old.id);
CREATE RULE always_too AS ON UPDATE TO logic.ruled DO ALSO INSERT INTO logic.log (what, who) VALUES ('updated ' || new.id, old.v);
ALTER TABLE logic.ruled ENABLE ALWAYS RULE always_too;
CREATE RULE off_rule AS ON INSERT TO logic.ruled DO ALSO NOTIFY logic;
ALTER TABLE logic.ruled DISABLE RULE off_rule;
COMMENT ON RULE "keep; --" ON logic.ruled IS 'a comment on a rule';
CREATE RULE into_base AS ON INSERT TO logic.constants DO INSTEAD INSERT INTO shop.base (id, name) VALUES (new.a, new.b);

CREATE TABLE logic.tenants (id integer PRIMARY KEY, tenant text NOT NULL, secret text);
INSERT INTO logic.tenants SELECT g, 'tenant ' || g % 3, 's' || g FROM generate_series(1, 9) g;
ALTER TABLE logic.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE logic.tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY "own; --" ON logic.tenants AS PERMISSIVE FOR SELECT TO zoo_reader, zoo_owner USING (tenant = current_setting('zoo.tenant', true) AND EXISTS (SELECT 1 FROM logic.log l WHERE l.who = tenants.tenant));
CREATE POLICY never ON logic.tenants AS RESTRICTIVE FOR ALL TO PUBLIC USING (secret <> ';') WITH CHECK (secret IS NOT NULL);
COMMENT ON POLICY never ON logic.tenants IS 'a comment on a policy';

CREATE FUNCTION logic.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE DEBUG 'ddl: %', tg_tag; END $$;
CREATE EVENT TRIGGER "zoo; ddl" ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE') EXECUTE FUNCTION logic.on_ddl();
CREATE EVENT TRIGGER zoo_drop ON sql_drop EXECUTE FUNCTION logic.on_ddl();
ALTER EVENT TRIGGER zoo_drop DISABLE;
COMMENT ON EVENT TRIGGER "zoo; ddl" IS 'a comment on an event trigger';

GRANT USAGE ON SCHEMA logic, shop TO zoo_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO zoo_reader;
GRANT ALL ON shop.base TO zoo_reader;
GRANT SELECT (id, name), UPDATE (name) ON shop.customer TO zoo_owner WITH GRANT OPTION;
GRANT INSERT, TRIGGER ON logic.watched TO PUBLIC;
GRANT USAGE, SELECT ON SEQUENCE shop.down TO "zoo ""keeper""; DROP ROLE zoo_owner; --";
REVOKE ALL ON FUNCTION logic.plus(integer, integer, integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION logic.plus(integer, integer, integer[]) TO zoo_reader;
REVOKE USAGE ON TYPE kinds.mood FROM PUBLIC;
GRANT USAGE ON TYPE kinds.mood TO zoo_reader;
GRANT USAGE ON FOREIGN SERVER elsewhere TO zoo_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE zoo_owner IN SCHEMA logic GRANT SELECT ON TABLES TO zoo_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE zoo_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER TABLE logic.tenants OWNER TO zoo_owner;
ALTER TABLE shop.unused OWNER TO "zoo ""keeper""; DROP ROLE zoo_owner; --";
ALTER TYPE kinds.colour OWNER TO zoo_owner;
COMMENT ON TABLE shop.customer IS E'first line\nsecond line; -- ''quoted'' "double" \\ $$ \x1b[31mred';
