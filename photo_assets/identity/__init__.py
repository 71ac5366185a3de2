"""Which items are the same photo: fingerprints, the identity ladder, look-alikes, duplicates."""
