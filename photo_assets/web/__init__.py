"""The review page: the library in a browser on this machine, and the HTTP API.

Handlers and templates only. What is shown is computed by the rooms that own it; pictures are files
that other processes made, and no decoder runs here.
"""
