"""Measurements at scale: programs that are started by hand and print tables.

`make_collection` writes a synthetic collection, `sync_scale` measures what keeping it in sync costs.
`lake_at_scale` writes a lake without its files, `joins_scale` measures joining it to photos.
pytest times nothing here; it only holds that collection and lake are what is said of them.
"""
