"""The sample's accounts in stand-ins of all online services, as `photosync demo` starts them.

`python -m photo_assets_tests.services.sample LIBRARY` serves them until its standard input ends.
"""
