"""A stand-in for Google Drive API v3 and Google's OAuth endpoints, met through the real client.

`GoogleDriveServer` (in `server`) is started in a thread by a test, or as a process by
`python -m photo_assets_tests.services.google_drive`. Its replies have the shapes of the discovery
document that google-api-python-client bundles; a test validates them against it. What the document
does not say (error bodies, ids of permissions, the form of tokens) follows Google's guides and
recorded replies; what neither says is a setting, so that tests can try each possibility.
"""
