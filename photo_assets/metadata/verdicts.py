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
    NOBODY,
    Bools,
    Ints,
    Statements,
    codes_of,
    first_of_each,
)
from photo_assets.model.vocabulary import Visibility


@dataclass(frozen=True)
class Verdict:
    """One fact. `shown` is the row that each photo's value is taken from, or `NOBODY`.

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


def judge(said: Statements, fact: Fact, rules: FieldRules) -> Verdict:
    """Apply the fact's rule to all photos of the chunk."""
    rule = rules.rules[fact.name]
    stated = said.codes(fact) != NOBODY
    strong = stated & said.strong(fact)
    corrected = np.zeros_like(strong)
    if fact.comparison is Comparison.CAPTURE:
        corrected = corrected_rows(said, strong, rules.capture_tolerance_s)
        strong = strong & ~corrected
    shown = np.full(said.photo_count, NOBODY, dtype=np.int64)
    for candidates in (strong, ~strong & ~said.guessed(fact), *said.guesses(fact)):
        best = _choose(said, fact, rule, np.flatnonzero(stated & candidates))
        shown = np.where(shown == NOBODY, best, shown)
    rows = _questionable(said, fact, strong, rules)
    disagrees = np.zeros(said.photo_count, dtype=np.bool_)
    refined = np.zeros(said.photo_count, dtype=np.bool_)
    if len(rows):
        disagrees[_contradictions(said, fact, rows, rules)] = True
        if fact.comparison is Comparison.CAPTURE:
            chosen, shown = shown, _most_telling(said, rows, shown, rules)
            refined = chosen != shown
    disagrees |= _withdrawn(said, strong)
    settled = rules.settles(fact.name)
    return Verdict(fact, rule, strong, corrected, shown, disagrees, settled, refined)


def other_rows(said: Statements, verdict: Verdict) -> Ints:
    """Return the rows whose stated value differs from the shown row, contradicting or not.

    With them, every statement can be traced: it is shown, or its item is listed.
    """
    codes = said.codes(verdict.fact)
    shown = verdict.shown[said.photo]
    differs = (codes != NOBODY) & (shown != NOBODY)
    differs &= codes != codes[np.where(shown == NOBODY, 0, shown)]
    return np.flatnonzero(differs)


def _withdrawn(said: Statements, strong: Bools) -> Bools:
    """Return the photos that state the fact only in additional statements: it was withdrawn."""
    photos = said.photo[strong & ~said.further]
    withdrawn = np.zeros(said.photo_count, dtype=np.bool_)
    withdrawn[said.photo[strong & said.further]] = True
    withdrawn[photos] = False
    return withdrawn


def _choose(said: Statements, fact: Fact, rule: Rule, rows: Ints) -> Ints:
    photos = said.photo[rows]
    if rule in {Rule.MAX, Rule.LATEST, Rule.MOST_RESTRICTIVE} and len(rows):
        order = np.lexsort((rows, -_score(said, fact, rule, rows), photos))
        photos, rows = photos[order], rows[order]
    return first_of_each(photos, rows, said.photo_count)


def _score(said: Statements, fact: Fact, rule: Rule, rows: Ints) -> Ints:
    if rule is Rule.LATEST:
        column = said.table["stated_at"].combine_chunks().take(pa.array(rows))
        moments = column.cast(pa.int64()).fill_null(np.iinfo(np.int64).min + 1)
        return np.asarray(moments.to_numpy(zero_copy_only=False))
    column = said.column(fact.columns[0]).take(pa.array(rows))
    if rule is Rule.MOST_RESTRICTIVE:
        # A word unknown to this version counts as the least visible.
        levels = pa.array([word.value for word in Visibility])
        level = pc.fill_null(pc.index_in(column, value_set=levels), 0)
        return -np.asarray(level.to_numpy(zero_copy_only=False), dtype=np.int64)
    return np.asarray(column.cast(pa.int64()).to_numpy(zero_copy_only=False))


def _questionable(said: Statements, fact: Fact, strong: Bools, rules: FieldRules) -> Ints:
    """Return all strong rows of the photos whose strong statements are not byte-identical."""
    if fact.name in rules.unset_is_silent:
        strong = strong & _is_set(said, fact)
    codes, rows = said.codes(fact), np.flatnonzero(strong)
    first = first_of_each(said.photo[rows], rows, said.photo_count)
    varies = np.zeros(said.photo_count, dtype=np.bool_)
    photos = said.photo[rows]
    varies[photos[codes[rows] != codes[first[photos]]]] = True
    return rows[varies[photos]]


def _is_set(said: Statements, fact: Fact) -> Bools:
    values = said.column(fact.columns[0]).cast(pa.int64()).fill_null(0)
    is_set: Bools = values.to_numpy(zero_copy_only=False) != 0
    return is_set


def _contradictions(said: Statements, fact: Fact, rows: Ints, rules: FieldRules) -> Ints:
    """Return the photos for which any two of `rows` cannot both be correct."""
    photos, codes = said.photo[rows], said.codes(fact)[rows]
    match fact.comparison:
        case Comparison.CAPTURE:
            times = CaptureTimes.of(said, rules.capture_tolerance_s)
            return disagreeing_photos(photos, rows, codes, times.agree)
        case Comparison.PLACE:
            latitude, longitude = (_numbers(said, name) for name in fact.columns)
            places = Places(latitude, longitude, rules.gps_tolerance_m)
            return disagreeing_photos(photos, rows, codes, places.agree)
        case Comparison.RATIO:
            numbers = Numbers(
                _numbers(said, fact.columns[0]), fact.decimals, rules.number_tolerance
            )
            return disagreeing_photos(photos, rows, codes, numbers.agree)
        case Comparison.EXACT:
            return np.unique(photos)
        case _:
            column = said.column(fact.columns[0]).take(pa.array(rows))
            keys = codes_of(KEYS[fact.comparison](column))
            starts = np.flatnonzero(np.diff(photos, prepend=-1))
            key_of_first = np.repeat(keys[starts], np.diff(starts, append=len(rows)))
            return np.unique(photos[keys != key_of_first])


def _numbers(said: Statements, name: str) -> Floats:
    column = said.column(name).cast(pa.float64())
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _most_telling(said: Statements, rows: Ints, shown: Ints, rules: FieldRules) -> Ints:
    """Return `shown` with each capture row replaced by the most informative one that agrees.

    So a wall clock to the second completes a year, and a catalog's corrected time still wins over a
    file that contradicts it.
    """
    times = CaptureTimes.of(said, rules.capture_tolerance_s)
    rows = rows[times.agree(rows, shown[said.photo[rows]])]
    photos = said.photo[rows]
    order = np.lexsort((rows, -times.worth(rows), photos))
    better = first_of_each(photos[order], rows[order], said.photo_count)
    return np.where(better == NOBODY, shown, better)
