"""`photosync init`: finding catalogs on this machine and writing the first photosync.yaml."""
