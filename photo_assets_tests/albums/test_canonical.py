"""Canonical names of albums: a table of names as people write them, and properties of any name."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.albums.canonical import Basis, NameForm, canonical_name
from photo_assets.albums.date_text import DateRange, date_text
from photo_assets.albums.drift import drift
from photo_assets.albums.languages import LANGUAGES
from photo_assets.albums.spelling import normalized, repaired
from photo_assets.albums.stated_dates import without_dates

ONE = DateRange(date(2024, 5, 30), date(2024, 5, 30))
SAME = DateRange(date(2024, 5, 30), date(2024, 5, 31))
FEW = DateRange(date(2024, 5, 30), date(2024, 6, 2))
NY = DateRange(date(2023, 12, 30), date(2024, 1, 2))
ENGLISH = NameForm()

GOLDEN = [
    (ONE, "Sarah's Birthday", "Sarah's Birthday - May 30", 50),
    (ONE, "sarahs birthday ", "sarahs birthday - May 30", 50),
    (ONE, "  Sarah's   Birthday", "Sarah's Birthday - May 30", 50),
    (ONE, "Sarah's Birthday - May 30", "Sarah's Birthday - May 30", 0),
    (ONE, "Sarah's Birthday – May 30", "Sarah's Birthday - May 30", 0),
    (ONE, "2024-05-30 Sarah's Birthday", "Sarah's Birthday - May 30, 2024", 100),
    (ONE, "20240530 Sarah's Birthday", "Sarah's Birthday - May 30, 2024", 80),
    (ONE, "2024_05_30_Sarah", "Sarah - May 30, 2024", 75),
    (ONE, "Sarah's Birthday 30.05.2024", "Sarah's Birthday - May 30, 2024", 40),
    (ONE, "Sarah's Birthday 5/30/2024", "Sarah's Birthday - May 30, 2024", 20),
    (ONE, "Sarah's Birthday, May 30th, 2024", "Sarah's Birthday - May 30, 2024", 20),
    (ONE, "Sarah's Birthday (30 May 2024)", "Sarah's Birthday - May 30, 2024", 40),
    (ONE, "30th of May: Sarah's Birthday", "Sarah's Birthday - May 30", 80),
    (ONE, "Sarah's Birthday, May 2024", "Sarah's Birthday - May 30, 2024", 20),
    (FEW, "Regatta", "Regatta - May 30 - Jun 2", 80),
    (FEW, "Regatta May 30 - Jun 2", "Regatta - May 30 - Jun 2", 0),
    (FEW, "Regatta May 30 – June 2, 2024", "Regatta - May 30 - Jun 2, 2024", 17),
    (FEW, "Regatta 2024-05-30 to 2024-06-02", "Regatta - May 30 - Jun 2, 2024", 75),
    (FEW, "Regatta 30.5.-2.6.2024", "Regatta - May 30 - Jun 2, 2024", 50),
    (FEW, "Regatta - 2024-05 - Finals", "Regatta - Finals - May 30 - Jun 2, 2024", 86),
    (SAME, "Regatta", "Regatta - May 30-31", 75),
    (SAME, "Regatta May 30-31", "Regatta - May 30-31", 0),
    (SAME, "Regatta, 30-31 May 2024", "Regatta - May 30-31, 2024", 40),
    (NY, "Silvester in Wien", "Silvester in Wien - Dec 30, 2023 - Jan 2, 2024", 67),
    (NY, "New Year's Eve 2023", "New Year's Eve 2023 - Dec 30, 2023 - Jan 2, 2024", 60),
    (NY, "New Year's Dec 30, 2023 - Jan 2, 2024", "New Year's - Dec 30, 2023 - Jan 2, 2024", 0),
    (ONE, "Class of 2024", "Class of 2024 - May 30", 40),
    (ONE, "Olympics 2024", "Olympics 2024 - May 30", 50),
    (ONE, "Route 66", "Route 66 - May 30", 50),
    (ONE, "Blink-182 @ O2", "Blink-182 @ O2 - May 30", 40),
    (ONE, "Studio 54", "Studio 54 - May 30", 50),
    (ONE, "1984", "1984 - May 30", 67),
    (ONE, "Apollo 11", "Apollo 11 - May 30", 50),
    (ONE, "May Day parade", "May Day parade - May 30", 40),
    (ONE, "March for Science", "March for Science - May 30", 40),
    (ONE, "Mar del Plata", "Mar del Plata - May 30", 40),
    (ONE, "Augusta National", "Augusta National - May 30", 50),
    (ONE, "Decathlon", "Decathlon - May 30", 67),
    (ONE, "Junior League", "Junior League - May 30", 50),
    (ONE, "5K run", "5K run - May 30", 50),
    (ONE, "24/7 gym", "24/7 gym - May 30", 40),
    (ONE, "Party 5/30", "Party 5/30 - May 30", 40),
    (ONE, "Trip Aug 2023", None, 0),
    (ONE, "Wedding 2019-08-24", None, 0),
    (ONE, "Untitled", "May 30, 2024", 100),
    (ONE, "New Gallery 3", "May 30, 2024", 100),
    (ONE, "DCIM", "May 30, 2024", 100),
    (ONE, "100CANON", "May 30, 2024", 100),
    (ONE, "", "May 30, 2024", 100),
    (ONE, "-", "May 30, 2024", 100),
    (ONE, "May 30, 2024", "May 30, 2024", 0),
    (ONE, "桜の花見", "桜の花見 - May 30", 67),
    (ONE, "桜の花見 2024年5月30日", "桜の花見 - May 30, 2024", 75),
    (ONE, "京都旅行 5月30日", "京都旅行 - May 30", 67),
    (ONE, "春节 2024年5月", "春节 - May 30, 2024", 75),
    (ONE, "서울 2024년 5월 30일", "서울 - May 30, 2024", 75),
    (ONE, "День города 30 мая 2024", "День города - May 30, 2024", 40),
    (ONE, "Ελλάδα", "Ελλάδα - May 30", 67),
    (ONE, "רמת גן", "רמת גן - May 30", 50),
    (ONE, "القاهرة", "القاهرة - May 30", 67),
    (ONE, "กรุงเทพ", "กรุงเทพ - May 30", 67),
    (ONE, "Zoë & Chloé’s party", "Zoë & Chloé’s party - May 30", 40),
    (ONE, "Zoe\u0308 & Chloe\u0301", "Zoë & Chloé - May 30", 50),
    (ONE, "🎉 Party 🎉", "🎉 Party 🎉 - May 30", 40),
    (ONE, "👨\u200d👩\u200d👧 Family day", "👨\u200d👩\u200d👧 Family day - May 30", 40),
    (ONE, "🏄\u200d♀️", "🏄\u200d♀️ - May 30", 67),
    (ONE, "CafÃ© de la Paix", "Café de la Paix - May 30", 50),
    (ONE, "MÃ¼nchen", "München - May 30", 100),
    (ONE, "√âtretat", "Étretat - May 30", 100),
    (ONE, "‚úÖ Approved", "✅ Approved - May 30", 75),
    (ONE, "\uf8ff\xfc\xe9\xe2 Fiesta", "🎉 Fiesta - May 30", 75),
    (ONE, "donâ€™t stop", "don’t stop - May 30", 75),
    (ONE, "Paris–été", "Paris–été - May 30", 50),
    (ONE, "«été» à Nice", "«été» à Nice - May 30", 40),
    (ONE, "A\xa0B\u2003C", "A B C - May 30", 40),
    (ONE, "Zero\u200bwidth", "Zerowidth - May 30", 67),
    (ONE, "Smith & Sons / Jones (proofs)", "Smith & Sons / Jones (proofs) - May 30", 33),
    (ONE, "Smith_Jones_Wedding_2024-05-30", "Smith_Jones_Wedding - May 30, 2024", 50),
    (ONE, "[2024-05-30] Ride", "Ride - May 30, 2024", 75),
    (ONE, "Ride {May 30}", "Ride - May 30", 0),
    (ONE, "Ride · May 30 · Heat 2", "Ride - Heat 2 - May 30", 80),
    (ONE, "Heat 2 Lane 4", "Heat 2 Lane 4 - May 30", 33),
    (ONE, "Sept 5 match", None, 0),
    (
        ONE,
        "A very long name of a corporate event that goes on and on about the annual general meeting of shareholders and friends",
        "A very long name of a corporate event that goes on and on about the annual general meeting - May 30",
        18,
    ),
]
"""Days of the photos, current name, canonical name (None: no proposal), drift."""


@pytest.mark.parametrize(("days", "name", "expected", "distance"), GOLDEN)
def test_golden_names(days: DateRange, name: str, expected: str | None, distance: int) -> None:
    found = canonical_name(name, days, ENGLISH)
    assert found.name == expected
    if expected is not None:
        assert drift(name, expected) == distance
        assert canonical_name(expected, days, ENGLISH) == found


def test_the_table_has_sixty_names() -> None:
    assert len({name for _, name, *_ in GOLDEN}) >= 60


@pytest.mark.parametrize(
    ("language", "one", "few", "years"),
    [
        ("en", "May 30", "May 30 - Jun 2", "Dec 30, 2023 - Jan 2, 2024"),
        ("de", "30. Mai", "30. Mai - 2. Juni", "30. Dez. 2023 - 2. Jan. 2024"),
        ("fr", "30 mai", "30 mai - 2 juin", "30 déc. 2023 - 2 janv. 2024"),
        ("pt", "30 de mai.", "30 de mai. - 2 de jun.", "30 de dez. de 2023 - 2 de jan. de 2024"),
        ("ru", "30 мая", "30 мая - 2 июн.", "30 дек. 2023 - 2 янв. 2024"),
        ("ja", "5月30日", "5月30日 - 6月2日", "2023年12月30日 - 2024年1月2日"),
    ],
)
def test_months_are_named_in_the_language(language: str, one: str, few: str, years: str) -> None:
    assert date_text(ONE, language, with_year=False) == one
    assert date_text(FEW, language, with_year=False) == few
    assert date_text(NY, language, with_year=False) == years


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("days", [ONE, SAME, FEW, NY])
@pytest.mark.parametrize("with_year", [False, True])
def test_every_date_that_is_written_is_read(
    language: str, days: DateRange, with_year: bool
) -> None:
    stated = without_dates(f"Kiel - {date_text(days, language, with_year=with_year)}", language)
    assert stated.text == "Kiel"
    assert stated.agrees_with(days)


def test_without_a_trusted_time_nothing_is_proposed() -> None:
    assert canonical_name("Kayak", None, ENGLISH).basis is Basis.NO_TIME


def test_a_persons_choice_counts_whatever_the_photos_say() -> None:
    found = canonical_name("Kayak 2019-01-01", None, ENGLISH, chosen="Kayak on the Lahn")
    assert (found.name, found.basis) == ("Kayak on the Lahn", Basis.CHOSEN)


@pytest.mark.parametrize("template", ["{date} {event}", "{event} ({date})", "[{date}] {event}"])
@pytest.mark.parametrize("name", ["Kayak", "Kayak 2024-05-30", "Untitled"])
def test_other_templates_are_stable_too(template: str, name: str) -> None:
    form = NameForm(template=template)
    found = canonical_name(name, ONE, form)
    assert found.name is not None
    assert canonical_name(found.name, ONE, form) == found


def test_a_long_name_ends_with_a_whole_word_and_keeps_its_date() -> None:
    name = canonical_name("word " * 60, FEW, NameForm(length=40)).name
    assert name == "word word word word - May 30 - Jun 2"


WORDS = st.sampled_from(
    ["May", "30", "2024", "(", ")", "-", "2024-05-30", "30.05.2024", "桜", "🎉", "é", "e\u0301",
     "Trip", "of", "5月30日", "Jun", "2", "Ã©", "/", "de", "1st", ",", "new album", "\u200d"]
)  # fmt: skip
NAMES = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=8).map(" ".join))
FORMS = st.builds(
    NameForm,
    language=st.sampled_from(sorted(LANGUAGES)),
    length=st.integers(40, 120),
    years=st.booleans(),
)


def holds_of(name: str, days: DateRange, form: NameForm) -> None:
    found = canonical_name(name, days, form)
    if found.name is None:
        return
    assert canonical_name(found.name, days, form) == found
    assert len(found.name) <= form.length
    assert found.name == normalized(found.name)
    assert 0 <= drift(name, found.name) <= 100


@settings(max_examples=60)
@given(NAMES, st.sampled_from([ONE, SAME, FEW, NY]), FORMS)
def test_a_canonical_name_is_its_own_canonical_name(
    name: str, days: DateRange, form: NameForm
) -> None:
    holds_of(name, days, form)


@pytest.mark.slow
@settings(max_examples=5_000)
@given(NAMES, st.sampled_from([ONE, SAME, FEW, NY]), FORMS)
def test_a_canonical_name_is_its_own_canonical_name_often(
    name: str, days: DateRange, form: NameForm
) -> None:
    holds_of(name, days, form)


@settings(max_examples=60)
@given(NAMES, NAMES)
def test_drift_is_a_distance_in_percent(one: str, other: str) -> None:
    assert drift(one, other) == drift(other, one)
    assert 0 <= drift(one, other) <= 100
    assert drift(one, normalized(one)) == 0
    assert repaired(repaired(one)) == repaired(one)


def test_drift_grows_with_the_words_that_differ() -> None:
    found = [
        drift("one two three four", f"one two three four{more}") for more in ("", " a", " a b")
    ]
    assert found == [0, 20, 33]
