"""Lookup of XMP properties in all RDF forms: attribute, element, alternative, list, struct.

ISO 16684-1 allows each property in several notations; only this module handles them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from photo_assets.media.xmp import namespaces as ns
from photo_assets.model.names import clean_text

MAX_TEXT = 100_000
MAX_ITEMS = 10_000

_RESOURCE = ns.qualified(ns.RDF, "resource")
_VALUE = ns.qualified(ns.RDF, "value")
_DESCRIPTION = ns.qualified(ns.RDF, "Description")
_LI = ns.qualified(ns.RDF, "li")
_CONTAINERS = tuple(ns.qualified(ns.RDF, kind) for kind in ("Bag", "Seq", "Alt"))


class Properties:
    """The properties of one or several RDF nodes; where several state one, the first is used."""

    def __init__(self, nodes: Iterable[etree._Element]) -> None:
        self._attributes: dict[str, str] = {}
        self._elements: dict[str, etree._Element] = {}
        for node in nodes:
            for name, value in node.attrib.items():
                self._attributes.setdefault(str(name), str(value))
            for child in node:
                if isinstance(child.tag, str):
                    self._elements.setdefault(child.tag, child)

    def text(self, namespace: str, name: str) -> str | None:
        """Return a property as one text: itself, its default language, or its first entry."""
        key = ns.qualified(namespace, name)
        element = self._elements.get(key)
        if element is None:
            return _cleaned(self._attributes.get(key))
        container = _container(element)
        if container is None:
            return _scalar(element)
        entries = list(_entries(container))
        default = [entry for entry in entries if entry.get(ns.XML_LANG) == "x-default"]
        return next((text for entry in default + entries if (text := _scalar(entry))), None)

    def texts(self, namespace: str, name: str) -> list[str]:
        """Return a list property's entries in order; a plain text is a list of one."""
        element = self._elements.get(ns.qualified(namespace, name))
        container = None if element is None else _container(element)
        if container is None:
            only = self.text(namespace, name)
            return [only] if only else []
        return [text for entry in _entries(container) if (text := _scalar(entry))]

    def struct(self, namespace: str, name: str) -> Properties | None:
        """Return a structured property."""
        element = self._elements.get(ns.qualified(namespace, name))
        return None if element is None else _struct(element)

    def structs(self, namespace: str, name: str) -> list[Properties]:
        """Return the structures of a list property."""
        element = self._elements.get(ns.qualified(namespace, name))
        container = None if element is None else _container(element)
        return [] if container is None else [_struct(entry) for entry in _entries(container)]


def _container(element: etree._Element) -> etree._Element | None:
    return next((child for child in element if child.tag in _CONTAINERS), None)


def _entries(container: etree._Element) -> Iterator[etree._Element]:
    for number, entry in enumerate(container.iterchildren(_LI)):
        if number >= MAX_ITEMS:
            return
        yield entry


def _struct(element: etree._Element) -> Properties:
    return Properties([element, *element.iterchildren(_DESCRIPTION)])


def _scalar(element: etree._Element) -> str | None:
    value = element.find(_VALUE)
    if value is None:
        description = element.find(_DESCRIPTION)
        value = None if description is None else description.find(_VALUE)
    return _cleaned((element if value is None else value).text) or _cleaned(element.get(_RESOURCE))


def _cleaned(text: str | None) -> str | None:
    return clean_text(text[:MAX_TEXT]).strip() or None if text else None
