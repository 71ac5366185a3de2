"""The Notion of `photo_assets.sample.notion` as tests hold it: with faults, orders and the contract.

`NotionServer` (in `server`) is started in a thread by a test, or as a process by
`python -m photo_assets_tests.services.notion`. It is met through notion-client, unchanged.
"""
