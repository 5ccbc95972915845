"""What comes after a fair (会后): closing, the report and its rows, following intents to hires, surveys, the ledger."""
