-- Roles belong to the server, not to the database: they are made on every server that a zoo is moved to. Repeatable.
DO $roles$
DECLARE role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['zoo_owner', 'zoo_reader', 'zoo "keeper"; DROP ROLE zoo_owner; --'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END LOOP;
END $roles$;
