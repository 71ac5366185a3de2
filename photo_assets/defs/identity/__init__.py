"""Fingerprints and the photos they join."""
