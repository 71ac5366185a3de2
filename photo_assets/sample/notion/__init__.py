"""A Notion that runs here: speaks the wire format of Notion-Version 2025-09-03, and keeps its limits.

It is met through notion-client, unchanged, by `photosync demo --sinks` and by the tests, which add
faults, orders, and the vendor's published types (`photo_assets_tests.services.notion`). It keeps
everything in memory; what only a test needs does not belong here.
"""
