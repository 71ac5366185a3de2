"""Sign-in endpoints that the stand-ins of services mount: OAuth 2.0 and OAuth 1.0a.

Both know one person. Outages, slowness and broken connections are those of `faulty_app`.
"""
