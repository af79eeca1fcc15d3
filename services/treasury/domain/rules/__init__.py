"""What the regulation asks of the treasury: one file per article."""
