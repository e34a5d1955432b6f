"""The one loader of ``patterns/``: reads the TOML files, checks them, and returns one frozen object.

A file that misspells a key, repeats an id or holds a regex that does not compile is refused with the file's name, so that
a mistake in the data is met at loading and not as a missing record.
"""

from __future__ import annotations

import functools
import sys
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from jixiao.records import Approx, Basis, Category, Comparator, DocumentType, SectionLabel

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

T = TypeVar("T")


class LexiconError(ValueError):
    """A file under ``patterns/`` does not hold what it must; the message names the file and the place."""


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Measure words of one dimension. ``scale`` is how many ``base`` one of them is ("1" for plain counters)."""

    id: str
    dimension: str
    terms: str
    base: str = ""
    scale: str = "1"
    note: str = ""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pattern with what it is for. ``examples`` must match and ``counter`` must not: the tests run both."""

    id: str
    regex: str
    why: str = ""
    examples: tuple[str, ...] = ()
    counter: tuple[str, ...] = ()


class UnitTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``patterns/units.toml``."""

    unit: tuple[Unit, ...]


class ModifierSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Modifiers by what they say of the value; terms parted by blanks."""

    more: str = ""
    less: str = ""
    about: str = ""

    def terms(self) -> dict[str, Approx]:
        by_term: dict[str, Approx] = dict.fromkeys(self.more.split(), "more")
        by_term |= dict.fromkeys(self.less.split(), "less")
        by_term |= dict.fromkeys(self.about.split(), "about")
        return by_term


class Modifiers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    part_of_word: str
    before: ModifierSet
    verb: ModifierSet
    after: ModifierSet


class Exclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A context in which a numeral counts nothing: all of the given parts must match.

    ``before`` ends where the numeral (its modifiers left out) begins; ``numeral`` matches it whole, without modifiers and
    unit; ``after`` begins where the numeral ends, or, with ``after_unit``, where its unit ends.
    """

    id: str
    why: str
    examples: tuple[str, ...]
    counter: tuple[str, ...]
    before: str = ""
    numeral: str = ""
    after: str = ""
    after_unit: bool = False


class QuantityRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``patterns/quantities.toml``."""

    not_before_shu: str
    bare_multiplier_units: str
    not_after_chinese: str
    zero: str
    modifiers: Modifiers
    exclusion: tuple[Exclusion, ...]


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``patterns/phrases.toml``: lists of words, parted by blanks."""

    action: str
    noun_like: str
    level: str
    filler: str
    determiner: str
    measure_noun: str
    head_noun: str
    adverb: str
    grade: str
    generic: str
    light: str
    base: str
    persons: str
    result: str
    partaking: str
    own_noun: str
    gain: str
    state: str
    pointing: str
    purpose: str
    increase: str
    decrease: str
    unit_word: str


class PageFurniture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``patterns/page_furniture.toml``: rules for whole lines, and words of table heads parted by blanks."""

    page_number: tuple[Rule, ...]
    maybe_page_number: tuple[Rule, ...]
    contents_line: tuple[Rule, ...]
    caption: tuple[Rule, ...]
    label: tuple[Rule, ...]
    note: tuple[Rule, ...]
    row: tuple[Rule, ...]
    weak_row: tuple[Rule, ...]
    table_head: str
    spaced_word: str
    unit_start: str


class TitleRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a title must say (its numbering and dates taken off) to earn ``label``; the first rule that matches decides."""

    label: SectionLabel
    regex: str
    examples: tuple[str, ...]
    counter: tuple[str, ...] = ()
    why: str = ""


class Headings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``patterns/headings.toml``. ``lasting`` are the labels that the titles below them keep unless they name another of them;
    ``own_words`` are asked where no rule of ``title`` reads a title, below a label of ``busy`` only for satisfaction."""

    numbering: tuple[Rule, ...]
    title: tuple[TitleRule, ...]
    own_words: tuple[TitleRule, ...]
    lasting: tuple[SectionLabel, ...]
    busy: tuple[SectionLabel, ...]
    standing_alone: str
    leading: str
    document_title: str


class TableRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``patterns/tables.toml``."""

    silent: str
    actual: str
    target_table: str
    score_table: str
    finance_table: str
    not_money: str
    grouping: str
    caption_unit: str
    head_unit: str
    head_term: str


ColumnRole = Literal[
    "level1",
    "level2",
    "indicator",
    "target",
    "long_target",
    "symbol",
    "unit",
    "actual",
    "weight",
    "score",
    "deviation",
    "note",
    "project",
    "number",
]


class ColumnRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a column's head must say (``regex``, on a head without blanks) for its cells to be of ``role``."""

    role: ColumnRole
    regex: str
    examples: tuple[str, ...]
    counter: tuple[str, ...] = ()


class LevelNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of the official indicator levels, without 指标; words parted by blanks."""

    level1: str
    level2: str
    group: str


class TargetCells(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nothing: str
    total: str
    long_term: str
    annual: str
    state: str
    stop: str
    scoring: str


class HeadTerm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What heads of columns are called where no border ends them: glued to each other, or as labels with a colon."""

    regex: str
    examples: tuple[str, ...]
    counter: tuple[str, ...] = ()


class ComparatorTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words and symbols of each comparator, parted by blanks."""

    ge: str
    gt: str
    le: str
    lt: str
    eq: str
    about: str

    def words(self) -> dict[str, Comparator]:
        found: dict[str, Comparator] = {}
        for name in ("ge", "gt", "le", "lt", "eq", "about"):
            found |= dict.fromkeys(getattr(self, name).split(), name)
        return found


class RateTerm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a rate may be named by, and the words that tell of its part, parted by blanks; ``examples`` hold one of these."""

    name: str
    told: str
    examples: tuple[str, ...]


class TargetRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``patterns/targets.toml``."""

    column: tuple[ColumnRule, ...]
    names: LevelNames
    cells: TargetCells
    head: HeadTerm
    comparators: ComparatorTerms
    result: tuple[RateTerm, ...]


class AmountRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a column's head must say (``regex``, on a head without blanks) for its cells to be what ``says`` names."""

    says: Literal["none", "code", "remark"] | Basis
    regex: str
    examples: tuple[str, ...]
    counter: tuple[str, ...] = ()


class FinanceTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Expressions for the heads and row labels of finance tables."""

    finance: str
    basis_only: str
    pairs: str
    whole: str
    items: str
    no_item: str
    income: str
    fund: str
    not_finance: str


class ProseRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the words before an amount say of it; see ``patterns/budgets.toml`` for what is no basis."""

    says: Literal["none", "others", "aside"] | Basis
    regex: str
    examples: tuple[str, ...]
    counter: tuple[str, ...] = ()
    why: str = ""


class BudgetProse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Expressions for amounts in prose."""

    neutral: str
    whole: str
    printed: str
    subject: str
    generic: str
    bare: str
    spending: str
    verb: str
    public: str
    income: str
    planned_income: str
    spread: str
    part: str
    held_against: str
    sum: str
    phase: str
    projects: str
    rule: tuple[ProseRule, ...]


class BudgetRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``patterns/budgets.toml``."""

    head: tuple[AmountRule, ...]
    table: FinanceTable
    prose: BudgetProse


class CategoryExample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    entity: str
    unit: str
    dimension: str
    action: str = ""
    section: SectionLabel = "other"


class CategoryRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule of ``patterns/categories.toml``: what must hold, the category it then is, and the share it is right for."""

    id: str
    category: Category
    sure: float
    examples: tuple[CategoryExample, ...]
    entity: str = ""
    context: str = ""
    dimension: str = ""
    unit: str = ""
    action: str = ""
    section: str = ""


class CategoryTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``patterns/categories.toml``."""

    rule: tuple[CategoryRule, ...]


class Swap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One character read as another by text recognition. Examples are «printed → mended»; see ``patterns/ocr.toml``."""

    wrong: str
    right: str
    examples: tuple[str, ...]
    counter: tuple[str, ...]
    near: str = ""
    joins: bool = True
    where: str = ""
    certain: str = ""
    established: str = ""
    keep: str = ""


class NumberRepair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Characters misread inside a number, mended one by one by ``map``."""

    id: str
    regex: str
    map: dict[str, str]
    why: str
    examples: tuple[str, ...]
    counter: tuple[str, ...]
    established: str = ""


class ForeignWord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word of another script that recognition put for a Chinese one."""

    regex: str
    right: str
    examples: tuple[str, ...]
    counter: tuple[str, ...]


class OcrRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``patterns/ocr.toml``. ``words`` are parted by blanks; ``alone`` and ``common`` hold characters."""

    words: str
    alone: str
    common: str
    swap: tuple[Swap, ...]
    number: tuple[NumberRepair, ...]
    foreign: tuple[ForeignWord, ...]


class TypeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A title that tells the kind of document."""

    type: DocumentType
    regex: str
    examples: tuple[str, ...]
    counter: tuple[str, ...]


class BodyRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phrase that tells the kind of document once the text has it ``least`` times."""

    type: DocumentType
    regex: str
    least: int
    examples: tuple[str, ...]
    counter: tuple[str, ...]


class CoverLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    no_title: str
    year_line: str
    organisation_fields: tuple[str, ...]
    year_fields: str
    no_organisation: str
    next_field: str
    name_tail: str


class OfficeNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ends: str
    behind: str
    before_region: str
    no_place: str
    provinces: str


class GovernmentRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line that tells in which region's name a government reports (group ``region``)."""

    regex: str
    examples: tuple[str, ...]
    counter: tuple[str, ...]


class YearRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stated: str
    han: str
    cited: str
    other_year: str


class MetadataRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``patterns/metadata.toml``."""

    title: tuple[TypeRule, ...]
    body: tuple[BodyRule, ...]
    lines: CoverLines
    names: OfficeNames
    government: tuple[GovernmentRule, ...]
    years: YearRules


class PersonalRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a person's name or number stands (groups ``name``, ``number``); ``examples`` have it in 「」."""

    id: str
    regex: str
    why: str
    examples: tuple[str, ...]
    counter: tuple[str, ...]
    checked: bool = False


class PersonalRules(msgspec.Struct, frozen=True, eq=False, forbid_unknown_fields=True):
    """``patterns/personal.toml``: lists parted by blanks, ``surname`` of single characters, and the rules that call them."""

    label: str
    number_label: str
    identity_label: str
    account_label: str
    name_column: str
    number_column: str
    title: str
    rank: str
    follower: str
    public: str
    not_name: str
    surname: str
    surnames: str
    rule: tuple[PersonalRule, ...]


class ScoreBand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for how far a target in words was reached, and the shares of its weight between which it then earns points."""

    regex: str
    low: Decimal
    high: Decimal
    examples: tuple[str, ...]
    counter: tuple[str, ...] = ()


class ScoreExample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row with the points it earns: ``low``, or from ``low`` to ``high``."""

    comparator: Comparator
    actual: str
    weight: Decimal
    low: Decimal
    high: Decimal | None = None
    value: Decimal | None = None
    why: str = ""


class ScoreProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of ``patterns/profiles/``: how points are given to an indicator.

    ``unmet``: a target that was not reached earns the share reached, or nothing; less than ``floor`` of it earns nothing.
    ``exceeded``: what passed its ceiling loses the share by which it did, or all. From ``overshoot`` times the target on, as
    much as the excess may be taken off. None: there is no such rule.
    """

    title: str
    why: str
    unmet: Literal["proportional", "zero"]
    exceeded: Literal["linear", "zero"]
    band: tuple[ScoreBand, ...]
    example: tuple[ScoreExample, ...] = ()
    overshoot: Decimal | None = None
    floor: Decimal | None = None


def profile_names() -> tuple[str, ...]:
    """The profiles shipped with the package."""
    return tuple(sorted(item.name[:-5] for item in (files("jixiao.patterns") / "profiles").iterdir() if item.is_file()))


@functools.cache
def profile(name: str) -> ScoreProfile:
    """A profile shipped with the package, or that of a file. Raises :class:`LexiconError`."""
    if name in profile_names():
        return read(f"profiles/{name}", ScoreProfile)
    return _decoded(Path(name), ScoreProfile, name)


def read(name: str, kind: type[T]) -> T:
    """Decode ``patterns/NAME.toml`` as ``kind``; raises :class:`LexiconError`."""
    return _decoded(files("jixiao.patterns") / f"{name}.toml", kind, f"patterns/{name}.toml")


def _decoded(path: Traversable, kind: type[T], shown: str) -> T:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), kind)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LexiconError(f"{shown}: {error}") from error


class Lexicon(msgspec.Struct, frozen=True, eq=False):
    """All of ``patterns/``, validated. Compared and hashed by identity, so that what is compiled from it can be cached."""

    units: tuple[Unit, ...]
    quantities: QuantityRules
    phrases: Phrases
    tables: TableRules
    budgets: BudgetRules
    targets: TargetRules
    categories: tuple[CategoryRule, ...]
    furniture: PageFurniture
    headings: Headings
    ocr: OcrRules
    metadata: MetadataRules
    personal: PersonalRules


@functools.cache
def load() -> Lexicon:
    """The lexicon shipped with the package, read once a process."""
    return Lexicon(
        units=read("units", UnitTable).unit,
        quantities=read("quantities", QuantityRules),
        phrases=read("phrases", Phrases),
        tables=read("tables", TableRules),
        budgets=read("budgets", BudgetRules),
        targets=read("targets", TargetRules),
        categories=read("categories", CategoryTable).rule,
        furniture=read("page_furniture", PageFurniture),
        headings=read("headings", Headings),
        ocr=read("ocr", OcrRules),
        metadata=read("metadata", MetadataRules),
        personal=read("personal", PersonalRules),
    )
