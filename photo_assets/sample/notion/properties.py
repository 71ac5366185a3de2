"""The properties of a data source: kinds, options and total size."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import orjson

from photo_assets.sample.notion.errors import invalid
from photo_assets.sample.notion.ids import Ids
from photo_assets.sample.notion.settings import Settings

#: Kinds whose values the service creates.
READ_ONLY = {
    "unique_id",
    "created_time",
    "created_by",
    "last_edited_time",
    "last_edited_by",
    "formula",
    "rollup",
    "button",
}
WITH_OPTIONS = {"select", "multi_select", "status"}
_NOT_KEPT = {"formula", "rollup", "relation"}
_COLORS = ("default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red")


@dataclass
class Property:
    """One property; `config` is the object under its type in the schema."""

    id: str
    name: str
    type: str
    config: dict[str, Any] = field(default_factory=dict)
    description: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "type": self.type,
            self.type: self.config,
        }

    @property
    def options(self) -> list[dict[str, Any]]:
        options: list[dict[str, Any]] = self.config["options"]
        return options

    def option(self, wanted: dict[str, Any]) -> dict[str, Any] | None:
        """Return the option with the id, or else the name, in a value."""
        for option in self.options:
            if option["id"] == wanted.get("id") or option["name"] == wanted.get("name"):
                return option
        return None


class Schema:
    """The properties of one data source, by name, in order."""

    def __init__(self, ids: Ids, settings: Settings) -> None:
        self._ids = ids
        self._settings = settings
        self.by_name: dict[str, Property] = {}

    def as_json(self) -> dict[str, Any]:
        return {name: prop.as_json() for name, prop in self.by_name.items()}

    def find(self, name_or_id: str) -> Property | None:
        """Return a property by name or by id, encoded or not."""
        by_name = self.by_name.get(name_or_id)
        if by_name:
            return by_name
        wanted = unquote(name_or_id)
        return next((p for p in self.by_name.values() if unquote(p.id) == wanted), None)

    def of_type(self, type_: str) -> list[Property]:
        return [prop for prop in self.by_name.values() if prop.type == type_]

    def create(self, configs: dict[str, Any]) -> None:
        """Set the schema of a new data source."""
        for name, config in configs.items():
            self._add(name, config)
        titles = len(self.of_type("title"))
        if titles != 1:
            raise invalid("Title is not provided" if not titles else "Cannot create two titles.")
        self._check_size()

    def update(self, configs: dict[str, Any]) -> None:
        """Add, rename, remove (None) or extend properties; all or nothing."""
        before = self.by_name
        self.by_name = dict(before)
        try:
            for name, config in configs.items():
                self._change(name, config)
            self._check_size()
        except BaseException:
            self.by_name = before
            raise

    def add_option(self, prop: Property, wanted: dict[str, Any]) -> dict[str, Any]:
        """Add an option, which a new value of a page creates."""
        option = self._option(wanted, len(prop.options))
        prop.options.append(option)
        try:
            self._check_size()
        except BaseException:
            prop.options.pop()
            raise
        return option

    def _change(self, name: str, config: dict[str, Any] | None) -> None:
        prop = self.find(name)
        if config is None:
            if prop is None:
                raise invalid(f"{name} is not a property that exists.")
            if prop.type == "title":
                raise invalid("Cannot delete the title property.")
            del self.by_name[prop.name]
        elif prop is None:
            self._add(name, config)
        else:
            self._revise(prop, config)

    def _revise(self, prop: Property, config: dict[str, Any]) -> None:
        new_name = config.get("name", prop.name)
        if new_name != prop.name and new_name in self.by_name:
            raise invalid(f"Property name {new_name} is already in use.")
        type_ = _type_of(config) or prop.type
        changed = Property(prop.id, new_name, type_, prop.config, prop.description)
        if "description" in config:
            changed.description = config["description"]
        if type_ != prop.type:
            if "title" in (type_, prop.type):
                raise invalid(f"Cannot change the type of property {prop.name}.")
            changed.config = self._config(type_, config[type_])
        elif type_ in config:
            changed.config = self._revised_config(prop, config[type_])
        # A renamed property keeps its position.
        self.by_name = {
            (new_name if p.id == prop.id else p.name): (changed if p.id == prop.id else p)
            for p in self.by_name.values()
        }

    def _revised_config(self, prop: Property, config: dict[str, Any]) -> dict[str, Any]:
        if prop.type not in WITH_OPTIONS:
            return {**prop.config, **config}
        if "options" not in config:
            return prop.config
        # The sent options replace the old ones; known ones keep id and color.
        options = [
            prop.option(wanted) or self._option(wanted, index)
            for index, wanted in enumerate(config["options"])
        ]
        return {**prop.config, "options": options}

    def _add(self, name: str, config: dict[str, Any]) -> None:
        type_ = _type_of(config)
        if type_ is None:
            raise invalid(f"{name} is not a property that exists.")
        if type_ in _NOT_KEPT:
            raise NotImplementedError(f"the stand-in keeps no {type_} properties")
        id_ = "title" if type_ == "title" else self._ids.property()
        made = self._config(type_, config[type_])
        self.by_name[name] = Property(id_, name, type_, made, config.get("description"))

    def _config(self, type_: str, config: dict[str, Any]) -> dict[str, Any]:
        if type_ == "number":
            return {"format": config.get("format", "number")}
        if type_ == "unique_id":
            return {"prefix": config.get("prefix")}
        if type_ == "status":
            return self._status(config)
        if type_ in WITH_OPTIONS:
            sent = config.get("options", [])
            return {"options": [self._option(wanted, at) for at, wanted in enumerate(sent)]}
        return {}

    def _status(self, config: dict[str, Any]) -> dict[str, Any]:
        sent = config.get("options") or [
            {"name": "Not started", "color": "default"},
            {"name": "In progress", "color": "blue"},
            {"name": "Done", "color": "green"},
        ]
        options = [self._option(wanted, at) for at, wanted in enumerate(sent)]
        # By default the first option means "to do" and the last "complete".
        groups = [("To-do", "gray", options[:1]), ("In progress", "blue", options[1:-1])]
        groups.append(("Complete", "green", options[1:][-1:]))
        return {
            "options": options,
            "groups": [
                {
                    "id": self._ids.object(),
                    "name": name,
                    "color": color,
                    "option_ids": [option["id"] for option in members],
                }
                for name, color, members in groups
            ],
        }

    def _option(self, wanted: dict[str, Any], index: int) -> dict[str, Any]:
        if "name" not in wanted:
            raise invalid(f"Option with ID {wanted['id']} does not exist.")
        return {
            "id": wanted.get("id") or self._ids.object(),
            "name": wanted["name"],
            "color": wanted.get("color") or _COLORS[index % len(_COLORS)],
            "description": wanted.get("description"),
        }

    def _check_size(self) -> None:
        most = self._settings.schema_bytes
        if most is not None and len(orjson.dumps(self.as_json())) > most:
            raise invalid("You have exceeded the maximum database property schema size.")


def _type_of(config: dict[str, Any]) -> str | None:
    named: str | None = config.get("type")
    if named:
        return named
    return next((key for key in config if key not in ("name", "description")), None)
