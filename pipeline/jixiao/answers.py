"""What an auditor asks of an archive: of every target what the report says to it, of every claim what it answers.

Works on what the analysis found, be it fresh or from a ledger: the documents of one office and year go in, rows come out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Literal

import msgspec
import regex

from jixiao.archive_links import PLANS
from jixiao.lexicon import Lexicon, ScoreProfile
from jixiao.link import in_own_row, item_name
from jixiao.measures import fit
from jixiao.records import Budget, Claim, Document, Link, Section, Target, Verdict
from jixiao.scores import Span, agrees, expected
from jixiao.verdicts import achieved, compare, interval

Outcome = Literal["met", "unmet", "undetermined", "unanswered"]
OUTCOMES: tuple[Outcome, ...] = ("unmet", "undetermined", "met", "unanswered")
SURE = 0.8  # from this score on, a sentence is held against what the table says was reached
SAME_CELL = regex.compile(r"[^\p{L}\p{N}\t|]*(?:\d{1,2}[.、．)）])?[^\p{L}\p{N}\t|]*")
LONGEST_GAP = 40  # characters between two targets of one cell
PRINTED = regex.compile(r"\d[\d,，]*(?:\.(\d+))?")


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """A document with what was found in it. ``links`` are those of its claims, to targets and budgets of any document."""

    document: Document
    sections: tuple[Section, ...]
    claims: tuple[Claim, ...]
    targets: tuple[Target, ...]
    links: tuple[Link, ...]
    source_text: str
    budgets: tuple[Budget, ...] = ()


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where something stands; ``line`` counts from 1 in the source text."""

    document: Document
    line: int
    section: str | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that answers a target or a budget, and where it stands.

    ``operands`` are the others that the answer is computed from. ``own``: it is what the target's own row says was reached.
    """

    claim: Claim
    link: Link
    place: Place
    operands: tuple[Claim, ...] = ()
    own: bool = False


class Loose(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that answers no target."""

    claim: Claim
    place: Place


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A target and what becomes of it.

    ``outcome`` is by the likeliest of the claims in ``said``, else by what the target's own row says was reached. ``due`` are
    the points it earns by the scoring profile; ``score_differs`` where others are printed. ``contrary`` is a sentence of the
    report that says another figure than the row itself does. ``units_differ`` where the likeliest claim counts something else
    than the target (人 for 人次). ``repeated`` tells where else the same target is printed.
    """

    target: Target
    place: Place
    said: tuple[Said, ...]
    outcome: Outcome
    ratio: Decimal | None
    due: Decimal | Span | None
    score_differs: bool
    contrary: Said | None
    units_differ: bool = False
    repeated: tuple[Place, ...] = ()


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """What was budgeted for an item, and where ``said`` tell what was spent on it, all of them the same amount."""

    budget: Budget
    place: Place
    said: tuple[Said, ...]
    outcome: Verdict
    ratio: Decimal | None


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """An office's year: its targets of the year in the order of the documents, and the claims that answer none.

    ``lasting`` counts the targets of several years, which no report of one year answers. ``counts`` and ``unlinked`` count
    all rows and claims without a target, also where only some are kept. ``spending`` holds budgets against what was spent.
    """

    organisation: str | None
    fiscal_year: str | None
    documents: tuple[Document, ...]
    rows: tuple[Row, ...]
    spending: tuple[Spending, ...]
    loose: tuple[Loose, ...]
    lasting: int
    counts: dict[Outcome, int]
    unlinked: int


def office(
    organisation: str | None,
    fiscal_year: str | None,
    materials: Sequence[Material],
    lexicon: Lexicon,
    profile: ScoreProfile,
    least: float = 0.0,
) -> Office:
    """The table of one office and year; links with a score below ``least`` are left out."""
    places = {material.document.doc_id: _Places(material) for material in materials}
    links: dict[str, list[Said]] = defaultdict(list)
    answering: set[str] = set()
    for material in materials:
        claims = {claim.claim_id: claim for claim in material.claims}
        for one in material.links:
            if one.target_id is not None and one.score >= least and one.claim_id in claims:
                claim = claims[one.claim_id]
                operands = tuple(claims[operand] for operand in one.operands if operand in claims)
                place = places[claim.doc_id].of_claim(claim)
                links[one.target_id].append(Said(claim=claim, link=one, place=place, operands=operands))
                answering.update((one.claim_id, *one.operands))
    wanted = [target for material in materials for target in material.targets]
    for target in wanted:
        links[target.target_id] = [
            msgspec.structs.replace(one, own=in_own_row(one.claim, target)) for one in links.get(target.target_id, ())
        ]
    yearly = [target for target in wanted if target.fiscal_year is not None or fiscal_year is None]
    shared = _in_one_cell(materials)
    rows = []
    for group in _repeated(yearly):
        said = [one for target in group for one in links.get(target.target_id, ())]
        target = max(group, key=lambda one: (one.score is not None, one.actual_text is not None))
        rows.append(
            _row(
                target,
                sorted(said, key=lambda one: (-one.link.score, one.claim.doc_id, one.claim.start)),
                places[target.doc_id].of(target.start),
                tuple(places[one.doc_id].of(one.start) for one in group if one is not target),
                None if target.target_id in shared else expected(target, profile),
                lexicon,
            )
        )
    loose = tuple(
        Loose(claim=claim, place=places[claim.doc_id].of_claim(claim))
        for material in materials
        if material.document.document_type not in PLANS
        for claim in material.claims
        if claim.claim_id not in answering
    )
    return Office(
        organisation=organisation,
        fiscal_year=fiscal_year,
        documents=tuple(material.document for material in materials),
        rows=tuple(rows),
        spending=tuple(_spending(materials, places)),
        loose=loose,
        lasting=len(wanted) - len(yearly),
        counts={outcome: sum(row.outcome == outcome for row in rows) for outcome in OUTCOMES},
        unlinked=len(loose),
    )


def only(given: Office, outcome: Outcome | None, *, claims: bool) -> Office:
    """``given`` with the rows of one outcome (None: all), and without the claims that answer nothing unless wanted."""
    rows = tuple(row for row in given.rows if outcome is None or row.outcome == outcome)
    spending = tuple(one for one in given.spending if outcome is None or one.outcome == outcome)
    return msgspec.structs.replace(given, rows=rows, spending=spending, loose=given.loose if claims else ())


def _spending(materials: Sequence[Material], places: Mapping[str, _Places]) -> Iterator[Spending]:
    """The links to budgets, those of one item, budget and amount together: the prose and the table tell them both."""
    budgets = {budget.budget_id: budget for material in materials for budget in material.budgets}
    groups: dict[tuple[object, ...], list[tuple[Budget, Said]]] = {}
    for material in materials:
        claims = {claim.claim_id: claim for claim in material.claims}
        for one in material.links:
            budget, claim = budgets.get(one.budget_id or ""), claims.get(one.claim_id)
            if budget is not None and claim is not None:
                said = Said(claim=claim, link=one, place=places[claim.doc_id].of_claim(claim))
                groups.setdefault((item_name(budget.item), budget.amount, claim.value), []).append((budget, said))
    for group in groups.values():
        budget, first = group[0]
        yield Spending(
            budget=budget,
            place=places[budget.doc_id].of(budget.start),
            said=tuple(said for _, said in group),
            outcome=first.link.verdict,
            ratio=first.link.ratio,
        )


class _Places:
    def __init__(self, material: Material) -> None:
        self._document = material.document
        self._titles = {section.section_id: section.title for section in material.sections}
        self._breaks = [match.start() for match in regex.finditer("\n", material.source_text)]

    def of(self, start: int, section_id: str | None = None) -> Place:
        line = bisect_left(self._breaks, start) + 1
        return Place(document=self._document, line=line, section=self._titles.get(section_id or ""))

    def of_claim(self, claim: Claim) -> Place:
        return self.of(claim.start, claim.section_id)


def _repeated(targets: Iterable[Target]) -> list[list[Target]]:
    """Targets, those together that several documents print alike: the plan's table and the report's own."""
    groups: dict[tuple[object, ...], list[Target]] = {}
    for target in targets:
        key = (
            target.project, target.level2, target.indicator, target.comparator, target.value, target.value_max, target.unit,
            target.text if target.value is None else "",
        )  # fmt: skip
        groups.setdefault(key, []).append(target)
    found = []
    for group in groups.values():
        # twice in one document is two rows of a table
        if len({target.doc_id for target in group}) == len(group):
            found.append(group)
        else:
            found += [[target] for target in group]
    return found


def _in_one_cell(materials: Iterable[Material]) -> set[str]:
    """The targets that share their cell, and so their row's points, with another: 小学1000元/生；初中1250元/生."""
    found = set()
    for material in materials:
        ordered = sorted(material.targets, key=lambda target: target.start)
        for one, other in pairwise(ordered):
            between = material.source_text[one.end : max(one.end, other.start)]
            if len(between) <= LONGEST_GAP and SAME_CELL.fullmatch(between):
                found |= {one.target_id, other.target_id}
    return found


def _row(
    target: Target,
    said: Sequence[Said],
    place: Place,
    repeated: tuple[Place, ...],
    due: Decimal | Span | None,
    lexicon: Lexicon,
) -> Row:
    outcome: Outcome = "unanswered"
    ratio = None
    if said:
        outcome, ratio = said[0].link.verdict, said[0].link.ratio
    elif target.actual_value is not None:
        verdict: Verdict = compare(interval(target.actual_value, None, "exact"), target)
        outcome = verdict
        with suppress(InvalidOperation):  # a share of more digits than anybody reads
            ratio = achieved(target.actual_value, target)
    elif target.actual_text:
        outcome = "undetermined"
    differs = due is not None and target.score is not None and not agrees(target.score, due, target.weight)
    return Row(
        target=target,
        place=place,
        said=tuple(said),
        outcome=outcome,
        ratio=ratio,
        due=due,
        score_differs=differs,
        contrary=_contrary(target, said, lexicon),
        units_differ=bool(said) and _counts_else(said[0], target, lexicon),
        repeated=repeated,
    )


def _counts_else(one: Said, target: Target, lexicon: Lexicon) -> bool:
    unit = fit(one.claim.unit, target.unit, lexicon)
    return one.link.method == "direct" and unit is not None and unit.kind == "noted"


def _contrary(target: Target, said: Iterable[Said], lexicon: Lexicon) -> Said | None:
    """The likeliest sentence about ``target`` where the report's sentences give another figure than the target's own row.

    One sentence with the row's figure is enough to say nothing, as is a difference that rounding explains.
    """
    if target.actual_value is None or target.actual_text is None:
        return None
    found = None
    for one in said:
        claim = one.claim
        part = claim.period is not None and claim.period != target.fiscal_year
        unit = fit(claim.unit, target.unit, lexicon)
        if (
            claim.origin != "prose"
            or one.link.method != "direct"
            or unit is None
            or unit.kind not in ("same", "converted")
        ):
            continue
        high = None if claim.value_max is None else claim.value_max * unit.factor
        meant = interval(claim.value * unit.factor, high, claim.approx)
        near = _rounding(claim.text, claim.value) * unit.factor + _rounding(target.actual_text, target.actual_value)
        if meant.low - near <= target.actual_value <= meant.high + near:
            return None
        if one.link.score >= SURE and not part and found is None:
            found = one
    return found


def _rounding(text: str, value: Decimal) -> Decimal:
    """Half a unit of the last decimal that ``text`` prints of ``value``: 1.12亿 for 112000000 is right to 500000."""
    match = PRINTED.search(text)
    if match is None:
        return Decimal(0)
    printed = Decimal(match[0].replace(",", "").replace("，", ""))
    if not printed:
        return Decimal(0)
    return abs(value / printed) * Decimal(1).scaleb(-len(match[1] or "")) / 2
