"""Names of people are found in any spelling; other words are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.model.disclosure import Disclosure, DisclosurePolicy, Known
from photo_assets.model.disclosure.names import Names, _folded, key_of

NAMES = Names(["Zorah Quimby", "Ann", "Zoé O'Neill", "王小明", "dj tx", "José Luis de la Cruz"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zorah Quimby at the harbour", "… at the harbour"),
        ("with ZORAH QUIMBY", "with …"),
        ("zorah  quimby", "…"),
        ("Quimby, Zorah", "…"),
        ("Zorah_Quimby-2019.jpg", "…-2019.jpg"),
        ("zorahquimby", "…"),
        ("Zorah Quimby's and Ann's", "…'s and …'s"),
        ("Zoe\u0301 O’Neill", "…"),
        ("zoe oneill", "…"),
        ("王小明在海边", "…在海边"),
        ("DJ TX live", "… live"),
        ("Jose Luis de la Cruz", "…"),
        ("Zorah\nQuimby", "…"),
        ("Zorah    \n\n  Quimby", "…"),
        ("ZorahQuimby01.jpg", "…01.jpg"),
        ("2019zorah_quimby2", "2019…2"),
        ("Ann2019", "…2019"),
    ],
)
def test_a_name_is_cut_out_of_a_text(text: str, shown: str) -> None:
    assert NAMES.cut(text) == shown


@pytest.mark.parametrize(
    "text", ["Zorah and Mr Quimby", "Anna", "ann", "banner", "Zorahs Quimby", "", "…", "小明"]
)
def test_other_words_are_let_be(text: str) -> None:
    assert NAMES.cut(text) == text


def test_one_word_is_no_name_where_it_may_be_a_place() -> None:
    names = Names(["Paris", "Paris Hilton"])
    assert names.cut("Paris", single=False) == "Paris"
    assert names.cut("Paris Hilton", single=False) == "…"


def test_a_name_in_small_letters_is_found_in_small_letters() -> None:
    assert Names(["zq7"]).cut("with zq7 and ZQ7") == "with … and …"


@pytest.mark.parametrize("label", ["zorah-quimby", "QUIMBY ZORAH", "Quimby, Zorah", "#zorahquimby"])
def test_a_label_is_a_name_in_any_spelling(label: str) -> None:
    assert NAMES.has(label)
    assert not NAMES.has("Zorah")


words = st.text(st.characters(categories=["Lu", "Ll"]), min_size=2, max_size=8)
gaps = st.sampled_from([" ", "-", "_", "  ", ", ", "."])
around = st.sampled_from(["", " ", ", ", "/", "(", '"', "7", "\n"])


@given(st.lists(words, min_size=2, max_size=4), st.data())
def test_no_spelling_of_a_whole_name_gets_through(name: list[str], data: st.DataObject) -> None:
    spelled = name[0] + "".join(data.draw(gaps) + word for word in name[1:])
    spellings = (spelled, spelled.upper(), spelled.lower(), spelled.title())
    spelled = data.draw(st.sampled_from(spellings))
    before, after = data.draw(around), data.draw(around)
    text = f"*{before or ' '}{spelled}{after}"
    policy = DisclosurePolicy(people=False, gps=True, archived=True)
    shown = Disclosure(policy, Known(names=[" ".join(name)])).show({"caption": text})
    assert shown is not None
    assert key_of("".join(name)) not in key_of(shown["caption"])


@pytest.mark.parametrize(
    "text",
    [
        "https://photos.example/of/Zorah%20Quimby/1",
        "https://photos.example/?q=Zo%C3%A9+O%27Neill",
        "https://photos.example/login?to=%2Fof%2FZorah%2520Quimby",
        "Zorah&nbsp;Quimby",
        "Zo&eacute; O&#39;Neill",
        "https://maps.example/?at=47.3769%2C%208.5417",
        "https://maps.example/?lat%3D47.3769",
        "50% of 47.3769&#44;8.5417",
    ],
)
def test_what_is_written_in_escapes_is_read(text: str) -> None:
    policy = DisclosurePolicy(people=False, gps=False, archived=True)
    known = Known(names=["Zorah Quimby", "Zoé O'Neill"])
    shown = Disclosure(policy, known).show({"url": text})
    assert shown is not None
    assert not any(word in shown["url"] for word in ("Quimby", "Neill", "47.37", "8.54"))


@pytest.mark.parametrize("text", ["100% wool", "https://x.example/a%20b&c=%E4", "R&amp;B %zz"])
def test_a_text_that_names_nobody_stays_as_it_is_written(text: str) -> None:
    policy = DisclosurePolicy(people=False, gps=False, archived=True)
    assert Disclosure(policy, Known(names=["Zorah Quimby"])).show({"url": text}) == {"url": text}


def test_a_row_knows_its_own_people_though_nobody_else_does() -> None:
    """A page whose photo left the collection has names that no photo has any more."""
    policy = DisclosurePolicy(people=False, gps=True, archived=True)
    row = {"people": ["Wilbur Nakamura"], "keywords": [["Wilbur Nakamura"], ["harbour"]]}
    assert Disclosure(policy, Known()).show(row) == {"people": None, "keywords": [["harbour"]]}


@given(st.text(st.characters(max_codepoint=0x2FF), max_size=8))
def test_a_plain_word_has_the_key_that_any_label_has(label: str) -> None:
    assert key_of(label) == _folded(label)


@given(
    st.lists(
        st.sampled_from(["Zorah Quimby", "zorah", "Oslo", "12", "a&amp;b", "日本"]), max_size=5
    )
)
def test_what_is_remembered_of_a_text_is_what_is_found_in_it(texts: list[str]) -> None:
    known = Known(names=["Zorah Quimby", "日本"])
    policy = DisclosurePolicy(people=False, gps=False, archived=False)
    one = Disclosure(policy, known)
    for text in [*texts, " ".join(texts), *texts]:
        row = {"title": text, "city": text, "path": f"{text}/{text}.jpg", "albums": [text]}
        assert one.show(row) == Disclosure(policy, known).show(row)
