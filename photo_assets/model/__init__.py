"""The project's vocabulary as types and Arrow schemas: pure values, no I/O, no Dagster.

Every other package may import from here; this package imports from none of them.
"""
