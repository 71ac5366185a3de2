"""Originals of online catalogs, from the real clients' sockets to rows of fingerprints."""
