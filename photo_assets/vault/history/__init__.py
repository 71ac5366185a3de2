"""The history: a git repository with one JSON file a photo, and the ledger's irreplaceable rows."""
