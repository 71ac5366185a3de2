"""Applying the rules to one fact of every photo of a chunk: the shown value, and disagreement.

Pure array operations on `Statements`, independent of conflicts and decisions.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.metadata.capture import CaptureTimes
from photo_assets.metadata.corrections import corrected_rows
from photo_assets.metadata.fields import Comparison, Fact
from photo_assets.metadata.keys import KEYS
from photo_assets.metadata.pairs import disagreeing_photos
from photo_assets.metadata.precision import Floats, Numbers, Places
from photo_assets.metadata.rules import FieldRules, Rule
from photo_assets.metadata.statements import (
    NO_ROW,
    Bools,
    Ints,
    Statements,
    codes_of,
    first_of_each,
)
from photo_assets.model.vocabulary import Visibility


@dataclass(frozen=True)
class Verdict:
    """One fact. `shown` is the row that each photo's value is taken from, or `NO_ROW`.

    `strong` rows state the fact and may win and disagree; the others only fill missing values.
    """

    fact: Fact
    rule: Rule
    strong: Bools
    corrected: Bools  # rows not strong because another row corrected their value
    shown: Ints
    disagrees: Bools  # per photo: strong statements contradict each other, or one was withdrawn
    settled: bool  # the rule may settle that
    refined: Bools  # per photo: shown agrees with the rule's choice and is more precise

    @property
    def open(self) -> Bools:
        """Photos with an open disagreement on the fact, before any decision."""
        return np.zeros_like(self.disagrees) if self.settled else self.disagrees


def judge(statements: Statements, fact: Fact, rules: FieldRules) -> Verdict:
    """Apply the fact's rule to all photos of the chunk."""
    rule = rules.rules[fact.name]
    stated = statements.codes(fact) != NO_ROW
    strong = stated & statements.strong(fact)
    corrected = np.zeros_like(strong)
    if fact.comparison is Comparison.CAPTURE:
        corrected = corrected_rows(statements, strong, rules.capture_tolerance_s)
        strong = strong & ~corrected
    shown = np.full(statements.photo_count, NO_ROW, dtype=np.int64)
    for candidates in (strong, ~strong & ~statements.guessed(fact), *statements.guesses(fact)):
        best = _choose(statements, fact, rule, np.flatnonzero(stated & candidates))
        shown = np.where(shown == NO_ROW, best, shown)
    rows = _questionable(statements, fact, strong, rules)
    disagrees = np.zeros(statements.photo_count, dtype=np.bool_)
    refined = np.zeros(statements.photo_count, dtype=np.bool_)
    if len(rows):
        disagrees[_contradictions(statements, fact, rows, rules)] = True
        if fact.comparison is Comparison.CAPTURE:
            chosen, shown = shown, _most_informative(statements, rows, shown, rules)
            refined = chosen != shown
    disagrees |= _withdrawn(statements, strong)
    settled = rules.settles(fact.name)
    return Verdict(fact, rule, strong, corrected, shown, disagrees, settled, refined)


def other_rows(statements: Statements, verdict: Verdict) -> Ints:
    """Return the rows whose stated value differs from the shown row, contradicting or not.

    With them, every statement can be traced: it is shown, or its item is listed.
    """
    codes = statements.codes(verdict.fact)
    shown = verdict.shown[statements.photo]
    differs = (codes != NO_ROW) & (shown != NO_ROW)
    differs &= codes != codes[np.where(shown == NO_ROW, 0, shown)]
    return np.flatnonzero(differs)


def _withdrawn(statements: Statements, strong: Bools) -> Bools:
    """Return the photos that state the fact only in additional statements: it was withdrawn."""
    photos = statements.photo[strong & ~statements.further]
    withdrawn = np.zeros(statements.photo_count, dtype=np.bool_)
    withdrawn[statements.photo[strong & statements.further]] = True
    withdrawn[photos] = False
    return withdrawn


def _choose(statements: Statements, fact: Fact, rule: Rule, rows: Ints) -> Ints:
    photos = statements.photo[rows]
    if rule in {Rule.MAX, Rule.LATEST, Rule.MOST_RESTRICTIVE} and len(rows):
        order = np.lexsort((rows, -_score(statements, fact, rule, rows), photos))
        photos, rows = photos[order], rows[order]
    return first_of_each(photos, rows, statements.photo_count)


def _score(statements: Statements, fact: Fact, rule: Rule, rows: Ints) -> Ints:
    if rule is Rule.LATEST:
        column = statements.table["stated_at"].combine_chunks().take(pa.array(rows))
        moments = column.cast(pa.int64()).fill_null(np.iinfo(np.int64).min + 1)
        return np.asarray(moments.to_numpy(zero_copy_only=False))
    column = statements.column(fact.columns[0]).take(pa.array(rows))
    if rule is Rule.MOST_RESTRICTIVE:
        # A word unknown to this version counts as `unknown`, the least visible.
        levels = pa.array([word.value for word in Visibility])
        level = pc.fill_null(pc.index_in(column, value_set=levels), 0)
        return -np.asarray(level.to_numpy(zero_copy_only=False), dtype=np.int64)
    return np.asarray(column.cast(pa.int64()).to_numpy(zero_copy_only=False))


def _questionable(statements: Statements, fact: Fact, strong: Bools, rules: FieldRules) -> Ints:
    """Return all strong rows of the photos whose strong statements are not byte-identical."""
    if fact.name in rules.unset_is_silent:
        strong = strong & _is_set(statements, fact)
    codes, rows = statements.codes(fact), np.flatnonzero(strong)
    first = first_of_each(statements.photo[rows], rows, statements.photo_count)
    varies = np.zeros(statements.photo_count, dtype=np.bool_)
    photos = statements.photo[rows]
    varies[photos[codes[rows] != codes[first[photos]]]] = True
    return rows[varies[photos]]


def _is_set(statements: Statements, fact: Fact) -> Bools:
    values = statements.column(fact.columns[0]).cast(pa.int64()).fill_null(0)
    is_set: Bools = values.to_numpy(zero_copy_only=False) != 0
    return is_set


def _contradictions(statements: Statements, fact: Fact, rows: Ints, rules: FieldRules) -> Ints:
    """Return the photos for which any two of `rows` cannot both be correct."""
    photos, codes = statements.photo[rows], statements.codes(fact)[rows]
    match fact.comparison:
        case Comparison.CAPTURE:
            times = CaptureTimes.of(statements, rules.capture_tolerance_s)
            return disagreeing_photos(photos, rows, codes, times.agree)
        case Comparison.PLACE:
            latitude, longitude = (_numbers(statements, name) for name in fact.columns)
            places = Places(latitude, longitude, rules.gps_tolerance_m)
            return disagreeing_photos(photos, rows, codes, places.agree)
        case Comparison.RATIO:
            numbers = Numbers(
                _numbers(statements, fact.columns[0]), fact.decimals, rules.number_tolerance
            )
            return disagreeing_photos(photos, rows, codes, numbers.agree)
        case Comparison.EXACT:
            return np.unique(photos)
        case _:
            column = statements.column(fact.columns[0]).take(pa.array(rows))
            keys = codes_of(KEYS[fact.comparison](column))
            starts = np.flatnonzero(np.diff(photos, prepend=-1))
            key_of_first = np.repeat(keys[starts], np.diff(starts, append=len(rows)))
            return np.unique(photos[keys != key_of_first])


def _numbers(statements: Statements, name: str) -> Floats:
    column = statements.column(name).cast(pa.float64())
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _most_informative(statements: Statements, rows: Ints, shown: Ints, rules: FieldRules) -> Ints:
    """Return `shown` with each capture row replaced by the most informative one that agrees.

    So a wall clock to the second completes a year, and a catalog's corrected time still wins over a
    file that contradicts it.
    """
    times = CaptureTimes.of(statements, rules.capture_tolerance_s)
    rows = rows[times.agree(rows, shown[statements.photo[rows]])]
    photos = statements.photo[rows]
    order = np.lexsort((rows, -times.information(rows), photos))
    better = first_of_each(photos[order], rows[order], statements.photo_count)
    return np.where(better == NO_ROW, shown, better)
