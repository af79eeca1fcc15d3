-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Article 2.1: a right secures one live project at a time, in any pool of the deployment. It has one row, which is locked
-- by whoever files it; without a project it is free, since none was filed yet or the one that it secured has ended.
CREATE TABLE pledged_rights (
    right_key text PRIMARY KEY,
    project_id uuid REFERENCES projects (project_id)
);

CREATE INDEX pledged_rights_by_project ON pledged_rights (project_id);

GRANT SELECT, INSERT (right_key), UPDATE (project_id) ON pledged_rights TO riskpool_registry;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
