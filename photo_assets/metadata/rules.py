"""The rules that propose a value, as one frozen object made from the settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from photo_assets.configuration.metadata import MetadataSettings
from photo_assets.metadata.fields import FACTS, SET_NAMES


class Rule(StrEnum):
    """How one of several values is proposed. A rule decides only where `settle` allows it."""

    MAX = "max"
    UNION = "union"
    FIRST = "first"  # by source order
    LATEST = "latest"  # of the last modified entry
    MOST_RESTRICTIVE = "most_restrictive"
    HUMAN = "human"  # no proposal; the first by source order is shown until a person decides


@dataclass(frozen=True, slots=True)
class FieldRules:
    """All settings that determine how statements become a unified row.

    Lengths are in meters, times in seconds, `number_tolerance` a share (0.02 is 2 %).
    """

    rules: Mapping[str, Rule]
    source_order: tuple[str, ...]
    settle: frozenset[str] = frozenset()
    unset_is_silent: frozenset[str] = frozenset()
    gps_tolerance_m: float = 200.0
    capture_tolerance_s: float = 2.0
    number_tolerance: float = 0.02
    copies_expected_in: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def from_settings(cls, settings: MetadataSettings) -> "FieldRules":
        """Return the rules that `settings` describe."""
        rules = {name: Rule(word) for name, word in settings.rules.model_dump().items()}
        rules["visibility"] = Rule.MOST_RESTRICTIVE
        rules.update(dict.fromkeys(SET_NAMES, Rule.UNION))
        return cls(
            rules=MappingProxyType({fact.name: rules[fact.name] for fact in FACTS} | rules),
            source_order=settings.source_order,
            settle=frozenset(settings.settle),
            unset_is_silent=frozenset(settings.unset_is_silent),
            gps_tolerance_m=settings.gps_tolerance_m,
            capture_tolerance_s=settings.capture_tolerance_s,
            number_tolerance=settings.number_tolerance_percent / 100,
            copies_expected_in=frozenset(settings.copies_expected_in),
        )

    def settles(self, name: str) -> bool:
        """Return whether the rule of this fact may settle a disagreement without a person."""
        return name in self.settle and self.rules[name] is not Rule.HUMAN
