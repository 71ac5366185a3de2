"""A stand-in for SmugMug's API v2: one account on a real socket, shaped after recorded replies.

`library` holds the account, `replies` words its objects, `paging` and `expansions` what surrounds
them, `oauth` checks signatures, `app` answers requests, and `server` is what a test holds.
"""
