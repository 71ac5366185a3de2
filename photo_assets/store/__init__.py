"""Everything that touches disks and databases: durable files, the Parquet lake, the ledger,
configuration, and access to the bytes of photos. Knows `model`; knows no catalog and no Dagster.
"""
