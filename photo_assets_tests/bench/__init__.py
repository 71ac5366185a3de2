"""Measurements at scale: programs that are started by hand and print tables; pytest collects none.

`make_collection` writes a synthetic collection, `sync_scale` measures what keeping it in sync costs.
What must hold at any size is a test elsewhere; here are only seconds and bytes.
"""
