"""Running readers: scan a catalog, keep what it said as month parts, guard against disappearance.

The output is staging: one small Parquet part a catalog and month plus a manifest, from which the
`catalog/*` assets make their partitions.
"""
