"""Signing in to online services: the encrypted credentials, the flows, and refreshing tokens.

What a service's data looks like belongs in its catalog; nothing here reads photos.
"""
