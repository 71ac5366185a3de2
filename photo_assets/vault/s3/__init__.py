"""Stores of blobs in buckets: Amazon S3, Backblaze B2 and services with S3's interface."""
