-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Article 2.1: the words that say what a number is (专利号, 第…号, No.) are no longer part of a right's key. Rights that are
-- held under a key with them are held under the one without them too, from now on; the old row is freed with its project.
-- Where two projects have come to hold one right so, who holds the row of the shorter key, or the lowest id, keeps it.
INSERT INTO pledged_rights (right_key, project_id)
SELECT shortened.right_key, min(shortened.project_id::text)::uuid
FROM (
    SELECT
        held.project_id,
        split_part(held.right_key, '/', 1) || '/' || regexp_replace(
            regexp_replace(substring(held.right_key FROM position('/' IN held.right_key) + 1), '(?<=.)号+$', ''),
            CASE
                WHEN held.right_key LIKE 'patent/%'
                    THEN
                        '^(?:实用新型|外观设计|计算机|著作权|专利权|商标权|证书|专利|发明|商标|软件|软著|登字|注册|登记|编号|号码|证|号|第|NO|CN|ZL)+(?=.)'
                ELSE
                    '^(?:实用新型|外观设计|计算机|著作权|专利权|商标权|证书|专利|发明|商标|软件|软著|登字|注册|登记|编号|号码|证|号|第|NO)+(?=.)'
            END,
            ''
        ) AS right_key
    FROM pledged_rights AS held
    WHERE held.project_id IS NOT NULL
) AS shortened
GROUP BY shortened.right_key
ON CONFLICT (right_key) DO UPDATE SET project_id = coalesce(pledged_rights.project_id, excluded.project_id);

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
