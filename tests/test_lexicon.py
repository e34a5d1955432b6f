from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
import regex

import jixiao.lexicon
from jixiao.lexicon import LexiconError, Unit, UnitTable, load, read

LEXICON = load()


@pytest.fixture
def patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own in place of the patterns of the package."""
    monkeypatch.setattr(jixiao.lexicon, "files", lambda package: tmp_path)
    return tmp_path


def test_a_file_is_read_into_its_type(patterns: Path) -> None:
    (patterns / "units.toml").write_text(
        '[[unit]]\nid = "person"\ndimension = "person"\nterms = "人 名"\n', encoding="utf-8"
    )
    assert read("units", UnitTable) == UnitTable(unit=(Unit(id="person", dimension="person", terms="人 名"),))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[[unit]]\nid = "person"\ndimension = "person"\ntermz = "人"\n', "termz"),
        ('[[unit]]\nid = "person"\ndimension = "person"\n', "terms"),
        ('[[unit]]\nid = 1\ndimension = "person"\nterms = "人"\n', "id"),
        ('[[unit]\nid = "person"\n', "units.toml"),
        ("", "unit"),
        ('[[unit]]\nid = "a"\ndimension = "d"\nterms = "人"\nscale = 1.5\n', "scale"),
    ],
    ids=["misspelt key", "missing key", "wrong type", "no TOML", "empty", "float for a scale"],
)
def test_a_file_that_is_wrong_is_refused_with_its_name(patterns: Path, content: str, said: str) -> None:
    (patterns / "units.toml").write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=r"patterns/units\.toml") as error:
        read("units", UnitTable)
    assert said in str(error.value)


def test_a_file_that_is_missing_is_refused_with_its_name(patterns: Path) -> None:
    with pytest.raises(LexiconError, match=r"patterns/units\.toml"):
        read("units", UnitTable)


def test_a_file_that_is_no_text_is_refused_with_its_name(patterns: Path) -> None:
    (patterns / "units.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(LexiconError, match=r"patterns/units\.toml"):
        read("units", UnitTable)


def test_the_lexicon_is_read_once_and_frozen() -> None:
    assert load() is LEXICON
    with pytest.raises(AttributeError):
        LEXICON.units = ()  # type: ignore[misc]


# --- what the shipped files hold ------------------------------------------------------------------------------------------------


def repeated(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def test_identifiers_are_unique() -> None:
    assert repeated([unit.id for unit in LEXICON.units]) == []
    assert repeated([rule.id for rule in LEXICON.quantities.exclusion]) == []
    assert repeated([rule.id for rule in LEXICON.categories]) == []


def test_a_unit_term_stands_in_one_family() -> None:
    assert repeated([term for unit in LEXICON.units for term in unit.terms.split()]) == []


def test_units_that_convert_say_so_in_full() -> None:
    for unit in LEXICON.units:
        assert unit.terms.split()
        assert Decimal(unit.scale) > 0
        assert unit.base or unit.scale == "1"
    for base in {unit.base for unit in LEXICON.units if unit.base}:
        assert any(base in unit.terms.split() and unit.scale == "1" for unit in LEXICON.units), base


@pytest.mark.xfail(reason="万头 and 千兆 cannot be reached", strict=True)
def test_a_unit_holds_no_multiplier() -> None:
    """万头 as a unit would take the 万 from the number."""
    assert [
        term for unit in LEXICON.units for term in unit.terms.split() if term[0] in "百千万亿" and term not in SI
    ] == []


SI = ("千米", "千克", "千瓦", "千瓦时", "千伏", "千伏安", "百分比", "百分点", "千分点")


def test_every_expression_compiles() -> None:
    for exclusion in LEXICON.quantities.exclusion:
        regex.compile(f"(?<={exclusion.before})") if exclusion.before else None
        regex.compile(exclusion.numeral)
        regex.compile(exclusion.after)
    for rule in LEXICON.categories:
        regex.compile(rule.entity)
        regex.compile(rule.context)
    regex.compile(LEXICON.tables.caption_unit)
    regex.compile(LEXICON.tables.head_unit)


def test_a_word_does_not_say_more_and_less() -> None:
    for modifiers in (
        LEXICON.quantities.modifiers.before,
        LEXICON.quantities.modifiers.verb,
        LEXICON.quantities.modifiers.after,
    ):
        words = [word for name in ("more", "less", "about") for word in getattr(modifiers, name).split()]
        assert repeated(words) == []
        assert modifiers.terms().keys() == set(words)


def test_a_word_does_not_say_rise_and_fall() -> None:
    assert set(LEXICON.phrases.increase.split()) & set(LEXICON.phrases.decrease.split()) == set()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name, marks=[pytest.mark.xfail(reason="又 and 进一步 twice", strict=True)] if name == "filler" else []
        )
        for name in LEXICON.phrases.__struct_fields__
    ],
)
def test_no_list_of_words_repeats_one(name: str) -> None:
    assert repeated(getattr(LEXICON.phrases, name).split()) == []


def test_words_are_chinese_or_marks_but_never_blank() -> None:
    for name in LEXICON.phrases.__struct_fields__:
        for word in getattr(LEXICON.phrases, name).split():
            assert regex.fullmatch(r"[\p{Han}、]+", word), (name, word)


def test_the_lexicon_is_one_that_the_types_can_write_again() -> None:
    assert msgspec.convert(msgspec.to_builtins(LEXICON), type(LEXICON)).units == LEXICON.units


def test_what_tells_of_a_rate_stands_in_its_examples() -> None:
    for term in load().targets.result:
        for example in term.examples:
            assert any(word in example for word in term.told.split()), (term.name, example)
