"""The project's words as types and Arrow schemas: pure values, no I/O, no Dagster.

Every other room imports from here and this room imports from none of them.
"""
