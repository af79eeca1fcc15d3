-- migrate:up

-- One row for each start of a service, by the clock of the machine. Whoever reads the records later can see from it
-- whether business time could come from the messages then.
CREATE TABLE service_starts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service text NOT NULL,
    replica text NOT NULL,
    started_at timestamptz NOT NULL,
    environment text NOT NULL CHECK (environment IN ('production', 'development')),
    business_time text NOT NULL CHECK (business_time IN ('clock', 'messages')),
    code_version text NOT NULL,
    CHECK (environment <> 'production' OR business_time = 'clock')
);

-- The service's role bears its database's name; a copy of the database for a test has a suffix after two underscores.
DO $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON service_starts TO %I', split_part(current_database(), '__', 1));
END
$$;

-- migrate:down
-- We go forward only: a mistake is mended by the next migration.
