"""A Notion that runs here: speaks the wire format of Notion-Version 2025-09-03, and keeps its limits.

`NotionServer` (in `server`) is started in a thread by a test, or as a process by
`python -m photo_assets_tests.services.notion`. It is met through notion-client, unchanged.
"""
