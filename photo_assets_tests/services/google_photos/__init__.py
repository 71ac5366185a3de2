"""Google Photos as far as its Picker API shows it: one person, their photos, sessions of picking.

By hand: `python -m photo_assets_tests.services.google_photos --photos 120`.
"""
