"""Fingerprints, photos and look-alikes."""
