"""Read-only readers of the places that list photos, and the discovery that runs them.

One folder (or module) a source; each implements `protocol.Catalog`. Readers know `model` and
`store`; they do not know each other, Dagster or the command line. Nothing here can write to a
source: no method for it exists.
"""
