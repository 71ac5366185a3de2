"""photosync.yaml: its settings as types, and loading it with actionable errors."""
