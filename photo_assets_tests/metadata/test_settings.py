"""The settings of the rules: accepted values, and the resulting rules."""

from typing import Any

import pytest
from pydantic import ValidationError

from photo_assets.configuration.metadata import MergeRuleSettings, MetadataSettings
from photo_assets.metadata import FieldRules, Rule
from photo_assets.metadata.fields import FACTS, SET_NAMES
from photo_assets_tests.configured import default_rules


def test_default_rules_propose_without_settling() -> None:
    rules = default_rules()
    assert rules.settle == frozenset()
    assert rules.rules["rating"] is Rule.MAX
    assert {rules.rules[name] for name in SET_NAMES} == {Rule.UNION}
    assert {rules.rules[name] for name in ("gps", "camera_model", "lens", "capture_time")} == {
        Rule.FIRST
    }
    assert {rules.rules[name] for name in ("title", "caption")} == {Rule.HUMAN}
    assert rules.rules["visibility"] is Rule.MOST_RESTRICTIVE


def test_every_fact_has_a_rule_and_every_setting_a_fact_and_a_description() -> None:
    rules = default_rules()
    assert {fact.name for fact in FACTS} | set(SET_NAMES) == set(rules.rules)
    assert set(MergeRuleSettings.model_fields) == {f.name for f in FACTS} - {"visibility"}
    for model in (MetadataSettings, MergeRuleSettings):
        for name, field in model.model_fields.items():
            assert field.description or name == "rules"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"rules": {"title": "max"}}, "title"),
        ({"rules": {"visibility": "first"}}, "visibility"),
        ({"rules": {"keywords": "first"}}, "keywords"),
        ({"settle": ["visibility"]}, "settle"),
        ({"settle": ["title"]}, "rules.title"),
        ({"settle": ["keyword"]}, "settle"),
        ({"source_order": ["Light Room"]}, "source_order"),
        ({"gps_tolerance_m": -1}, "gps_tolerance_m"),
        ({"tolerance": 1}, "tolerance"),
    ],
)
def test_invalid_settings_are_reported(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        MetadataSettings.model_validate(wrong)


def test_every_rule_of_a_setting_can_be_enabled() -> None:
    names = sorted(set(MergeRuleSettings.model_fields))
    settings = MetadataSettings.model_validate(
        {"settle": names, "rules": dict.fromkeys(names, "first")}
    )
    rules = FieldRules.from_settings(settings)
    assert all(rules.settles(name) for name in names)
