"""photosync.yaml: its settings as types, its loading with errors people can act on, its schema."""
