"""What online catalogs share."""
