"""Checks values against the vendor's TypeScript types (`fetch-client.d.ts` of @immich/sdk).

The file is AGPL and not part of this project: `PHOTO_ASSETS_IMMICH_TYPES` names a copy, such as that
of `npm pack @immich/sdk@3.2.2`.
"""

import re
from typing import Any

_TYPE = re.compile(r"^export type (\w+) = \{\n(.*?)^\};", re.MULTILINE | re.DOTALL)
_ENUM = re.compile(r"^export declare enum (\w+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r'^    "?(\w+)"?(\?)?: (.+);$', re.MULTILINE)
_PLAIN: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


class VendorTypes:
    """The types of one file."""

    def __init__(self, text: str) -> None:
        self._types = {name: _FIELD.findall(body) for name, body in _TYPE.findall(text)}
        self._enums = {
            name: set(re.findall(r'"(.*?)"', body)) for name, body in _ENUM.findall(text)
        }

    def faults(self, value: Any, kind: str, where: str = "") -> list[str]:
        """Return what in `value` the type `kind` does not allow."""
        kind = kind.strip()
        if " | " in kind:
            options = [self.faults(value, one.strip(" ()"), where) for one in kind.split(" | ")]
            return min(options, key=len)
        if kind.endswith("[]"):
            if not isinstance(value, list):
                return [f"{where}: no list"]
            kind = kind[:-2]
            return [
                why
                for n, one in enumerate(value)
                for why in self.faults(one, kind, f"{where}[{n}]")
            ]
        if kind in _PLAIN:
            fits = isinstance(value, _PLAIN[kind]) and (kind == "boolean") == isinstance(
                value, bool
            )
            return [] if fits else [f"{where}: {value!r} is no {kind}"]
        if kind in self._enums:
            return [] if value in self._enums[kind] else [f"{where}: {value!r} is no {kind}"]
        if not isinstance(value, dict):
            return [f"{where}: no {kind}"]
        return self._faults_of_object(value, kind, where)

    def _faults_of_object(self, value: dict[str, Any], kind: str, where: str) -> list[str]:
        fields = self._types[kind]
        known = {name for name, _, _ in fields}
        found = [f"{where}.{name}: not in {kind}" for name in value.keys() - known]
        for name, optional, type_ in fields:
            if name in value:
                found += self.faults(value[name], type_, f"{where}.{name}")
            elif not optional:
                found.append(f"{where}.{name}: missing in {kind}")
        return found
