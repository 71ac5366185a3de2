"""Running readers: scan a catalog, store its rows as month parts, guard against disappearance.

The output is staging: one small Parquet part per catalog and month plus a manifest, from which the
`catalog/*` assets build their partitions.
"""
