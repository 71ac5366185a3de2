"""Reading zip and tar archives that nobody vouches for, entry by entry, unpacking nothing to disk.

Listings and forward-reading streams live here, with the limits that keep a hostile archive from
costing more than itself. What an entry means to a catalog is the catalog's business.
"""
