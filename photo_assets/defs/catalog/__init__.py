"""The catalogs as monthly tables."""
