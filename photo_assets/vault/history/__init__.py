"""The history: a git repository with one JSON file per photo, and rows of the ledger."""
