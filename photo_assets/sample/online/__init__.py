"""What the person of the sample has in accounts of online services: the files, and what they say.

A service's own wire format is not known here; what runs in place of the services reads `uploads`.
"""

from photo_assets.sample.online.uploads import ACCOUNT, FOLDER, Upload, read_uploads
from photo_assets.sample.online.writer import write_uploads

__all__ = ["ACCOUNT", "FOLDER", "Upload", "read_uploads", "write_uploads"]
