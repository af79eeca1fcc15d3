-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Article 2.1: a patent's check digit follows from its other digits (weights 2 to 9 and 2 to 5, modulo 11, X for ten), so
-- that a number without it is the same right. Rights that are held under twelve digits are held under all thirteen too.
-- Where another project holds that row by then, it keeps it.
INSERT INTO pledged_rights (right_key, project_id)
SELECT
    held.right_key || (
        SELECT
            substr(
                '0123456789X',
                1 + (sum(substr(held.right_key, 7 + digits.place, 1)::integer * (2 + (digits.place - 1) % 8)) % 11)::integer,
                1
            )
        FROM generate_series(1, 12) AS digits (place)
    ),
    held.project_id
FROM pledged_rights AS held
WHERE held.project_id IS NOT NULL AND held.right_key ~ '^patent/[0-9]{12}$'
ON CONFLICT (right_key) DO UPDATE SET project_id = coalesce(pledged_rights.project_id, excluded.project_id);

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
