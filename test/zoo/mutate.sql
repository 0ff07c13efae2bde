-- One transaction of writes all over the zoo; which ones depends on the seed alone and on what is there. @seed@ stands for it.
DO $mutate$
#variable_conflict use_variable
DECLARE
  seed CONSTANT text := '@seed@';
  n CONSTANT integer := @seed@;
  t record; key_a text; key_b text; specimens text[]; specimen text;
BEGIN
  SET CONSTRAINTS ALL DEFERRED;

  -- Every type: rows doubled, values exchanged, set to NULL, deleted; sometimes all of them truncated and made again.
  FOR t IN SELECT c.oid::regclass AS id, format_type(v.atttypid, v.atttypmod) AS type FROM pg_class c JOIN pg_attribute v ON v.attrelid = c.oid AND v.attname = 'v'
      WHERE c.relnamespace = 'types'::regnamespace AND c.relkind = 'r' ORDER BY md5(c.relname || seed) LIMIT 12 LOOP
    EXECUTE format('INSERT INTO %1$s (v, vs, note) SELECT v, vs, note FROM %1$s WHERE note IS NOT NULL ORDER BY md5(id || %2$L) LIMIT 2', t.id, seed);
    EXECUTE format('UPDATE %1$s SET v = o.v, vs = o.vs FROM (SELECT v, vs FROM %1$s WHERE note IS NOT NULL ORDER BY md5(id || %2$L) LIMIT 1) o WHERE id IN (SELECT id FROM %1$s ORDER BY md5(%2$L || id) LIMIT 2)', t.id, seed);
    EXECUTE format('UPDATE %1$s SET note = %2$L WHERE id IN (SELECT id FROM %1$s WHERE note IS NULL ORDER BY md5(%2$L || id) LIMIT 1)', t.id, seed);
    EXECUTE format('UPDATE %1$s SET note = NULL WHERE note = %2$L', t.id, (n - 1)::text);
    EXECUTE format('DELETE FROM %1$s WHERE id IN (SELECT id FROM %1$s WHERE id > 40 ORDER BY md5(%2$L || id) LIMIT 2)', t.id, seed);
    IF hashtext(t.id::text || seed) % 6 = 0 THEN
      EXECUTE format('SELECT array_agg(DISTINCT note) FROM %s WHERE note IS NOT NULL AND note !~ ''^[0-9]+$''', t.id) INTO specimens;
      EXECUTE format('TRUNCATE %s %s', t.id, CASE WHEN n % 2 = 0 THEN 'RESTART IDENTITY' ELSE '' END);
      FOREACH specimen IN ARRAY COALESCE(specimens, '{}') LOOP
        EXECUTE format('INSERT INTO %s (v, vs, note) VALUES (%L::%s, ARRAY[%L::%s], %L)', t.id, specimen, t.type, specimen, t.type, specimen);
      END LOOP;
    END IF;
  END LOOP;

  -- Every type of key: values changed, a key handed on to another row, a deleted key used again.
  FOR t IN SELECT c.oid::regclass AS id, format_type(k.atttypid, k.atttypmod) AS type FROM pg_class c JOIN pg_attribute k ON k.attrelid = c.oid AND k.attname = 'k' AND k.attgenerated = ''
      WHERE c.relnamespace = 'keys'::regnamespace AND c.relkind = 'r' ORDER BY md5(c.relname || seed) LIMIT 8 LOOP
    EXECUTE format('UPDATE %1$s SET v = left(v || %2$L, 30) WHERE k IN (SELECT k FROM %1$s ORDER BY md5(%2$L || k::text) LIMIT 2)', t.id, seed);
    EXECUTE format('SELECT k::text FROM %s ORDER BY md5(k::text || %L) LIMIT 1', t.id, seed) INTO key_a;
    EXECUTE format('SELECT k::text FROM %s ORDER BY md5(k::text || %L) LIMIT 1 OFFSET 1', t.id, seed) INTO key_b;
    EXECUTE format('DELETE FROM %s WHERE k::text = %L', t.id, key_a);
    EXECUTE format('UPDATE %s SET k = %L::%s, v = ''moved'' WHERE k::text = %L', t.id, key_a, t.type, key_b);
    EXECUTE format('INSERT INTO %s VALUES (%L::%s, ''again'')', t.id, key_b, t.type);
  END LOOP;

  FOR t IN SELECT c.oid::regclass AS id, a.attname AS key FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1 WHERE c.relnamespace = 'names'::regnamespace AND c.relkind = 'r' AND c.relname <> 'megabyte' ORDER BY md5(c.relname || seed) LIMIT 6 LOOP
    EXECUTE format('INSERT INTO %s (v) VALUES (%L), (DEFAULT)', t.id, seed || t.key || t.key);
    EXECUTE format('UPDATE %1$s SET %2$I = %2$I + 1000000, v = NULL WHERE %2$I = (SELECT min(%2$I) FROM %1$s) AND %2$I < 1000000', t.id, t.key);
    EXECUTE format('DELETE FROM %1$s WHERE %2$I = (SELECT max(%2$I) FROM %1$s WHERE %2$I < 1000000 HAVING count(*) > 4)', t.id, t.key);
  END LOOP;

  -- Every way of telling rows apart.
  INSERT INTO keys."none" VALUES (1, 'same'), (n, seed), (NULL, NULL);
  DELETE FROM keys."none" WHERE ctid = (SELECT min(ctid) FROM keys."none");
  INSERT INTO keys."full" VALUES (1, 'same', '{}', '(0,0)', -0.0), (n, seed, '{"n": 1}', '(1,1)', 1e-310 * n);
  UPDATE keys."full" SET v = v || '!' WHERE ctid = (SELECT min(ctid) FROM keys."full");
  DELETE FROM keys."full" WHERE ctid = (SELECT min(ctid) FROM keys."full" WHERE v = 'same');
  UPDATE keys."full with primary key" SET v = 'seed ' || seed WHERE id % 5 = n % 5;
  UPDATE keys."full with primary key" SET id = id + 100 WHERE id = 1 + n % 20 AND NOT EXISTS (SELECT FROM keys."full with primary key" WHERE id = 101 + n % 20);
  INSERT INTO keys."full with generated" (a) VALUES (n), (NULL);
  UPDATE keys."nothing with primary key" SET v = seed WHERE id = 1;
  INSERT INTO keys."nothing with primary key" SELECT max(id) + 1, seed FROM keys."nothing with primary key";
  UPDATE keys."by index" SET b = b - 100, v = seed WHERE id = 1 + n % 10;
  UPDATE keys."by index" SET id = id + 50, a = a || 'x' WHERE id = 2 + n % 7;
  UPDATE keys."deferrable" SET id = 3 - id WHERE id IN (1, 2);
  INSERT INTO keys."unlogged" SELECT max(id) + 1, seed FROM keys."unlogged";
  INSERT INTO keys."no columns" DEFAULT VALUES;
  UPDATE keys."generated" SET a = a + 100000 WHERE a = (SELECT min(a) FROM keys."generated");
  DELETE FROM keys."columns dropped" WHERE n % 7 = 0;
  INSERT INTO keys."columns dropped" SELECT COALESCE(max(id), 0) + 1, seed FROM keys."columns dropped";
  IF n % 4 = 0 THEN TRUNCATE keys."empty", keys."by constraint" CASCADE; ELSE INSERT INTO keys."empty" VALUES (n, seed) ON CONFLICT DO NOTHING; END IF;
  INSERT INTO keys."by constraint" VALUES (n + 10, seed) ON CONFLICT DO NOTHING;

  -- Values out of line: untouched, changed, moved with the key, made small.
  UPDATE keys."oversized" SET small = seed WHERE id % 3 = n % 3;
  UPDATE keys."oversized" SET big = repeat(md5(seed), 4100) WHERE id = 1 + n % 12;
  UPDATE keys."oversized" SET id = id + 12 * (CASE WHEN id > 12 THEN -1 ELSE 1 END) WHERE id % 12 = n % 12;
  UPDATE keys."oversized" SET bigger = 'small', doc = NULL WHERE id % 12 = (n + 5) % 12 AND n % 3 = 0;
  UPDATE keys."oversized full" SET small = seed WHERE ctid = (SELECT min(ctid) FROM keys."oversized full");

  -- Relations: cascades, rows that change their partition, cycles of foreign keys, inheritance, triggers, rules.
  INSERT INTO shop.customer (name, sorted, email, born, tags, attributes) VALUES ('new ' || seed, 'file' || n, 'n' || seed || '@example.org', date '1990-01-01' + n, ARRAY[seed, NULL, ''], hstore('seed', seed)) ON CONFLICT DO NOTHING;
  UPDATE shop.customer SET name = 'renamed ' || seed, attributes = attributes || hstore('n', NULL) WHERE id = 1000 + 10 * (n % 60);
  INSERT INTO shop."order" (day, customer, sku, total, note) SELECT date '2023-01-01' + (n * 37 + g * 211) % 1000, c.id, p.sku, n, seed FROM generate_series(1, 4) g,
    LATERAL (SELECT id FROM shop.customer ORDER BY md5(id || seed || g) LIMIT 1) c, LATERAL (SELECT sku FROM shop.product ORDER BY md5(sku || seed || g) LIMIT 1) p;
  INSERT INTO shop.line (order_id, day, n) SELECT id, day, 1 FROM shop."order" WHERE note = seed ON CONFLICT DO NOTHING;
  UPDATE shop."order" SET day = day + 400 WHERE id IN (SELECT id FROM shop."order" o WHERE NOT EXISTS (SELECT FROM shop.line l WHERE l.order_id = o.id) ORDER BY md5(id || seed) LIMIT 2);
  DELETE FROM shop.line WHERE (order_id, day) IN (SELECT o.id, o.day FROM shop."order" o WHERE o.customer = 1000 + 10 * ((n * 7) % 60));
  DELETE FROM shop.customer WHERE id = 1000 + 10 * ((n * 7) % 60);
  UPDATE shop.product SET sku = sku || '+' WHERE sku = (SELECT sku FROM shop.product WHERE length(sku) < 40 ORDER BY md5(sku || seed) LIMIT 1);
  UPDATE shop.product SET price = price + 0.01, during = NULL WHERE sku IN (SELECT sku FROM shop.product ORDER BY md5(seed || sku) LIMIT 2);
  UPDATE shop.hen SET egg = 3 - egg; UPDATE shop.egg SET hen = 3 - hen;
  UPDATE shop.base SET name = name || '.' WHERE id = 1 AND length(name) < 40;
  UPDATE shop.derived SET tag = seed WHERE id = 9 OR id = 1;
  INSERT INTO shop.further (id, name, extra) VALUES (100 + n, seed, n);
  UPDATE shop.typed SET "the z" = seed WHERE x = 1;
  INSERT INTO shop.old_link VALUES (10 + n, NULL, NULL, n + 1) ON CONFLICT DO NOTHING;
  INSERT INTO logic.watched (id, v) VALUES (100 + n, seed) ON CONFLICT (id) DO UPDATE SET n = watched.n + 1;
  UPDATE logic.watched SET v = v || seed WHERE id = 1 + n % 10 AND length(v) < 40;
  UPDATE logic.ruled SET v = seed WHERE id = 1 + n % 5;
  DELETE FROM logic.log WHERE id IN (SELECT id FROM logic.log ORDER BY id LIMIT 3);
  UPDATE logic.tenants SET secret = seed WHERE id = 1 + n % 9;
  PERFORM nextval('shop.down'), nextval('shop.round'), nextval('shop.rewound');
  PERFORM lo_put(990002, n % 50, convert_to(seed, 'UTF8'));
  IF n % 3 = 0 THEN PERFORM lo_from_bytea(0, convert_to('made by ' || seed, 'UTF8')); END IF;
END $mutate$;
