"""Measurements at scale: programs that are started by hand and print tables.

`python -m photo_assets_tests.bench` (`make bench`) proves the speed, stage by stage, against a floor
and against other programs. Its parts can be started alone: `scan_scale`, `joins_scale`,
`metadata_scale`, `lookalikes_scale`; `lake_at_scale` writes a lake of any size for them. `sync_scale`
measures what keeping a whole collection in sync costs. pytest times nothing here; it only holds that
what is made is what is said of it, and that what is found is right.
"""
