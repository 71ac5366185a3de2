"""The state of a library, for the command line and the review page: read, and given as a document.

Where and how it is shown belongs to `cli` and `web`. No catalog is opened here.
"""
