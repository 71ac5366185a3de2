"""One library over all catalogs: every item is placed or listed, and no two photos are joined.

python -m photo_assets_tests.bench.all_catalogs 5000
"""
