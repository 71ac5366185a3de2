"""photo_assets: one deduplicated view over every place that holds your photos.

Only the version belongs here; each room's own `__init__` says what lives in it.
"""

__version__ = "0.1.0"
