"""A stand-in for an Immich server, version 3: the part of its API that a reader needs.

Made from the vendor's published types and the server's source: only behavior, no text of it.
"""
