"""The reader of SmugMug accounts, against its stand-in."""
