"""What the catalogs of online services share: listing, following changes, settings, errors.

Nothing of a single service belongs here.
"""
