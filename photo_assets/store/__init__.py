"""Everything that touches disks and databases. Knows `model`; knows no catalog and no Dagster.

Durable files, the Parquet lake, the ledger, configuration, and access to the bytes of photos.
"""
