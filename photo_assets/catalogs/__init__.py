"""Read-only readers of photo catalogs, and the discovery that runs them.

One folder per source; each implements `protocol.Catalog`. Readers import `model` and `store`, but
not each other, Dagster or the command line. Nothing here writes to a source.
"""
