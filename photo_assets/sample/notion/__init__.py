"""A local Notion server: the wire format of Notion-Version 2025-09-03, with its limits.

`photosync demo --sinks` and the tests use it through the unmodified notion-client; the tests add
faults, orders, and the vendor's published types (`photo_assets_tests.services.notion`). It stores
everything in memory; features for tests only do not belong here.
"""
