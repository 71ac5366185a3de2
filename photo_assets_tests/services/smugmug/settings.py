"""What a test may set of the stand-in, all of which can be changed while it runs."""

from dataclasses import dataclass, field


@dataclass
class Settings:
    """`clamps` and `defaults`: the largest and the assumed `count`, by endpoint.

    The service documents that it clamps per endpoint, and no number: these are assumptions. The
    defaults of images and children are recorded. `window_calls` (0: no limit) in each `window_s`.
    The last three are what was recorded, or told of other clients: a first page that names no next
    one, a total that is off, and pages beyond the end that repeat the last one.
    """

    api_key: str = "k3y"
    api_secret: str = "s3cr3t-of-the-app"
    token: str = "t0ken"
    token_secret: str = "s3cr3t-of-the-person"
    access: str = "Full"
    permissions: str = "Read"
    clamps: dict[str, int] = field(
        default_factory=lambda: {"albums": 1000, "images": 1000, "children": 200, "parents": 7}
    )
    defaults: dict[str, int] = field(
        default_factory=lambda: {"albums": 50, "images": 100, "children": 10, "parents": 7}
    )
    window_calls: int = 0
    window_s: float = 60.0
    first_page_names_no_next: bool = False
    total_off: int = 0
    repeats_last_page: bool = False
