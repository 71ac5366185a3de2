"""Setup: find or create the database, propose its missing properties, then add them.

Nothing is renamed or removed. `propose_setup` only reads; `apply_setup` makes the proposed changes
and records the choice in the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from photo_assets.ledger import SinkStates
from photo_assets.model.wording import counted
from photo_assets.service_calls import AmbiguousServiceError, PermanentServiceError
from photo_assets.sinks.notion.client import NotionClient
from photo_assets.sinks.notion.data_sources import (
    Choice,
    data_sources_of,
    find_data_sources,
    plain_text,
)
from photo_assets.sinks.notion.faults import SHARE_HINT, is_not_there, not_ready
from photo_assets.sinks.notion.fields import KINDS, owned
from photo_assets.sinks.notion.known_schema import known_properties, remember_properties
from photo_assets.sinks.notion.schema import SchemaFit, fit
from photo_assets.sinks.notion.settings import NAME, NotionSettings, notion_settings
from photo_assets.sinks.notion.wire import to_schema
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.workspace import Workspace

_MOST_NAMED = 20

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupPlan:
    """The findings and proposed changes of setup.

    `choice`: the data source to use, None if there is none. `choices`: the data sources to choose
    from. `make_under`: the page under which a database with `new_properties` is created; with a
    `choice` these are added to it. `lines` describe all of it for people.
    """

    choice: Choice | None
    choices: tuple[Choice, ...]
    make_under: str | None
    name: str
    new_properties: Json
    lines: tuple[str, ...]

    @property
    def can_be_applied(self) -> bool:
        """Whether there is something to apply, which includes recording the choice."""
        return self.choice is not None or self.make_under is not None


def propose_setup(
    workspace: Workspace, client: NotionClient, data_source: str | None = None
) -> SetupPlan:
    """Return the findings and the proposed changes. `data_source` selects one of several.

    Raises `SinkNotReadyError` if the token, a permission or a connection is missing, and
    `ServiceError`.
    """
    settings = notion_settings(workspace.settings.sinks)
    try:
        bot = client.me()
        found = find_data_sources(workspace, client, settings)
    except PermanentServiceError as error:
        if is_not_there(error):
            raise SinkNotReadyError(
                "The integration has no access to the Notion database or page in "
                "photosync.yaml. Nothing was changed.",
                hint=SHARE_HINT,
            ) from None
        raise not_ready(error, settings.token_env) or error from None
    lines = [f"The token belongs to {bot.get('name') or 'an integration'}."]
    if data_source is not None:
        found = [choice for choice in found if choice.data_source == data_source]
        if not found:
            raise SinkNotReadyError(
                f"Data source {data_source} was not found. Nothing was changed.",
                hint="`photosync notion setup` without --data-source lists the data sources.",
            )
    if len(found) == 1:
        return _for_existing(workspace, client, found[0], lines)
    if found:
        lines.append(f"{found[0].database_name!r} has {len(found)} data sources. Choose one:")
        lines += [f"  {one.data_source}  {one.name}" for one in found]
        return _nothing_yet(settings, lines, found)
    if settings.parent_page_id is None:
        return _nothing_yet(settings, [*lines, *_how_to_begin(client)])
    return _for_new(client, settings, settings.parent_page_id, lines)


def apply_setup(workspace: Workspace, client: NotionClient, plan: SetupPlan) -> Choice:
    """Create the database or add its missing properties, and record the choice.

    Raises `SinkNotReadyError` and `ServiceError`; a repeated call continues where it stopped.
    """
    settings = notion_settings(workspace.settings.sinks)
    try:
        choice = plan.choice
        if choice is None:
            if plan.make_under is None:
                raise SinkNotReadyError("There is nothing to set up yet.", hint=plan.lines[-1])
            choice = _make(client, plan)
        elif plan.new_properties:
            client.change_properties(choice.data_source, plan.new_properties)
    except AmbiguousServiceError as error:
        raise SinkNotReadyError(
            f"It is unknown whether the database was created: {error.fault.message}.",
            hint="Wait a minute and run setup again: it searches for the database first.",
        ) from None
    except PermanentServiceError as error:
        raise not_ready(error, settings.token_env) or error from None
    _remember(workspace, choice)
    try:
        found = _fit(workspace, client, choice.data_source)
    except PermanentServiceError as error:
        raise not_ready(error, settings.token_env) or error from None
    remember_properties(workspace.ledger, choice.data_source, found.seen)
    return choice


def _remember(workspace: Workspace, choice: Choice) -> None:
    states = SinkStates(workspace.ledger)
    state = states.get(NAME)
    chosen = {"database_id": choice.database, "database_name": choice.database_name}
    if state is not None and state.destination == choice.data_source:
        states.note(NAME, chosen)
    else:  # notes about another destination do not apply to this one
        states.settle(NAME, choice.data_source, chosen)


def is_set_up(workspace: Workspace, plan: SetupPlan) -> bool:
    """Return whether nothing is left to apply: the choice is recorded and complete."""
    if plan.choice is None or plan.new_properties:
        return False
    state = SinkStates(workspace.ledger).get(NAME)
    return (
        state is not None
        and state.destination == plan.choice.data_source
        and state.detail.get("database_id") == plan.choice.database
    )


def _fit(workspace: Workspace, client: NotionClient, data_source: str) -> SchemaFit:
    known = known_properties(workspace.ledger, data_source)
    wanted = owned(notion_settings(workspace.settings.sinks))
    return fit(client.data_source(data_source)["properties"], wanted, known)


def _for_existing(
    workspace: Workspace, client: NotionClient, choice: Choice, lines: list[str]
) -> SetupPlan:
    found = _fit(workspace, client, choice.data_source)
    lines = [*lines, f"Database {choice.database_name!r}, data source {choice.data_source}."]
    lines += _about(found)
    return SetupPlan(
        choice=choice,
        choices=(choice,),
        make_under=None,
        name=choice.database_name,
        new_properties=found.new_properties(),
        lines=tuple(lines),
    )


def _about(found: SchemaFit) -> list[str]:
    lines = [
        f"  {name!r} has the type {kind}, which cannot hold this value: the property is not "
        "changed, and nothing is written to it. Choose another name in sinks.notion.properties."
        for name, kind in found.misfits.items()
    ]
    lines += [
        f"  {name!r} already holds the values of {other!r}. Choose another name in "
        "sinks.notion.properties."
        for name, other in found.taken.items()
    ]
    lines += [f"  {name!r} is called {there!r} in Notion." for name, there in found.renamed.items()]
    if found.missing:
        missing = counted(len(found.missing), "property is", "properties are")
        lines.append(f"{missing} missing and would be added:")
        lines += [
            f"  {name} ({KINDS[field].replace('_', ' ')})" for field, name in found.missing.items()
        ]
    else:
        lines.append("No property is missing.")
    return lines


def _for_new(
    client: NotionClient, settings: NotionSettings, parent: str, lines: list[str]
) -> SetupPlan:
    names = owned(settings)
    lines = [
        *lines,
        f"A database {settings.library_name!r} would be created under the page {parent}, with:",
        *(f"  {name} ({KINDS[field].replace('_', ' ')})" for field, name in names.items()),
    ]
    return SetupPlan(
        choice=None,
        choices=(),
        make_under=parent,
        name=settings.library_name,
        new_properties={name: to_schema(KINDS[field]) for field, name in names.items()},
        lines=tuple(lines),
    )


def _nothing_yet(
    settings: NotionSettings, lines: Sequence[str], choices: Sequence[Choice] = ()
) -> SetupPlan:
    return SetupPlan(
        choice=None,
        choices=tuple(choices),
        make_under=None,
        name=settings.library_name,
        new_properties={},
        lines=tuple(lines),
    )


def _how_to_begin(client: NotionClient) -> list[str]:
    """Return lines with the next steps, and the objects that the integration can access."""
    seen = {
        "page": "Pages it can access; set sinks.notion.parent_page_id to one of them to create "
        "a database under it:",
        "data_source": "Databases it can access; set sinks.notion.database_id to one of them to "
        "use it:",
    }
    lines: list[str] = []
    for kind, heading in seen.items():
        found = []
        for thing in client.search(kind):
            in_database = kind == "page" and "data_source_id" in thing["parent"]
            if not thing.get("in_trash") and not in_database:
                found.append(_named(kind, thing))
            if len(found) == _MOST_NAMED:
                break
        if found:
            lines += [heading, *found]
    if lines:
        return lines
    return [f"The integration has no access to any page yet. {SHARE_HINT} Then run this again."]


def _named(kind: str, thing: Json) -> str:
    if kind == "data_source":
        return f"  {thing['parent']['database_id']}  {plain_text(thing['title'])}"
    titles = [one for one in thing["properties"].values() if one["type"] == "title"]
    return f"  {thing['id']}  {plain_text(titles[0]['title']) if titles else ''}"


def _make(client: NotionClient, plan: SetupPlan) -> Choice:
    assert plan.make_under is not None
    made = data_sources_of(client.create_database(plan.make_under, plan.name, plan.new_properties))
    return made[0]
