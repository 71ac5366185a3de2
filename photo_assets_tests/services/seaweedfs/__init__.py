"""A real server with S3's interface, and a proxy before it that lies."""
