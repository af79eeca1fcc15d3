-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Article 16: a filing that lacked something stands as incomplete, with the last day on which it can be completed; a late
-- one waits for the decision that admits it; an ended project is covered no longer. What was never complete has no count
-- of filings, no day of filing, and no terms pinned to it.
-- Both are replaced by wider ones, which every row there is fulfils.
-- squawk-ignore ban-drop-constraint
ALTER TABLE projects DROP CONSTRAINT projects_stage_check;
-- squawk-ignore ban-drop-constraint
ALTER TABLE projects DROP CONSTRAINT project_is_filed_or_empty;
ALTER TABLE projects
ADD CONSTRAINT projects_stage_check CHECK (
    stage IN ('incomplete', 'late', 'filed', 'returned', 'approved', 'rejected', 'ended')
) NOT VALID,
ADD CONSTRAINT project_is_filed_or_empty CHECK (
    num_nulls(
        stage, filing_deadline, borrower_uscc, lender, loan_contract_number, principal_fen, disbursed_on, due_on, state
    ) IN (0, 9)
    AND num_nulls(filing, filed_on, rules_version, share_rate_bp)
    = CASE WHEN stage IS NULL OR stage = 'incomplete' THEN 4 ELSE 0 END
) NOT VALID;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
