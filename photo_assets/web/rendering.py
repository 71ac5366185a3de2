"""Templates: how a page is made of one, and how texts of photos are shown in it.

Everything is escaped. What a page contains belongs to its own module.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from photo_assets.model.visible_text import shown
from photo_assets.model.wording import counted, duration, size


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation. `path` is also the beginning of the paths below it."""

    title: str
    path: str


NAVIGATION: Final = (
    Entry("Status", "/"),
    Entry("Photos", "/photos"),
    Entry("Albums", "/albums"),
    Entry("Questions", "/questions"),
    Entry("Proposals", "/proposals"),
    Entry("Visibility", "/visibility"),
    Entry("Decisions", "/decisions"),
    Entry("Plans", "/plans"),
)
"""The links at the top of every page."""


def _visible(value: object) -> object:
    """Return a value for a template; characters that are not visible are escaped, lines kept."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return "\n".join(shown(line) for line in value.split("\n"))
    return value


_TEMPLATES = Environment(
    loader=PackageLoader("photo_assets.web"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_visible,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals |= {"counted": counted, "duration": duration, "size": size}
_TEMPLATES.filters["number"] = lambda value: f"{value:,}"


def render(
    request: Request | None, template: str, values: Mapping[str, Any], *, status: int = 200
) -> HTMLResponse:
    """Return the page made of a template. Without a request, it is shown without navigation."""
    frame: dict[str, Any] = {"navigation": (), "path": "", "csrf": "", "dagster": None}
    if request is not None:
        state = request.app.state
        frame |= {
            "navigation": NAVIGATION,
            "path": request.url.path,
            "csrf": state.access.form_token,
            "dagster": state.dagster.url,
        }
    return HTMLResponse(_TEMPLATES.get_template(template).render(frame | dict(values)), status)
