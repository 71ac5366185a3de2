"""Tests of the git repository with one file a photo and the ledger's irreplaceable rows."""
