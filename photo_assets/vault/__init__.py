"""What is kept of photos as files: thumbnails. Originals, sidecars and history come here too."""
