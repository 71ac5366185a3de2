"""The fingerprint stage: the floor, the seed's way and ours, on the same photos in turn."""
