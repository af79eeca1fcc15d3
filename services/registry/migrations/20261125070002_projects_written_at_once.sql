-- migrate:up

SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- A project's row is written whole with its first filing, under the lock on its pool: first an empty row and then its
-- content cost its indexes twice. Code that does not know it yet goes on as before.
GRANT INSERT (
    stage, filing, filed_on, filing_deadline, borrower_uscc, lender, guarantor, loan_contract_number, principal_fen,
    disbursed_on, due_on, rules_version, share_rate_bp, outstanding_fen, flags, correction, state, trace_parent
) ON projects TO riskpool_registry;

-- As in the inbox and the outbox: faster than PostgreSQL's own compression, where the server has it.
DO $$
BEGIN
    ALTER TABLE projects ALTER COLUMN state SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'this server has no lz4';
END
$$;

-- migrate:down

-- We go forward only: a mistake is mended by the next migration.
