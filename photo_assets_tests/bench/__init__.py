"""Measurements at scale: programs that are started by hand and print tables.

`make_collection` writes a synthetic collection, `sync_scale` measures what keeping it in sync costs,
`lookalikes_scale` what finding look-alikes costs, and whether all were found. pytest times nothing
here; it only holds that the collection is what the tables say of it, and that searches are right.
"""
