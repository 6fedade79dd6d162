"""The run's record: written line by line as the run goes, chained, read back, verified (docs/record.md)."""
