"""Which items are the same photo: fingerprints, the identity ladder, the photo registry."""
