"""Links across the documents of an archive: which documents belong to one office and year, and what their claims answer.

A report's claims may answer the targets of every other document of the same organisation and fiscal year, and of no other.
Documents are brought together by a key, so that nothing is compared with the whole archive.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import regex

from jixiao.lexicon import Lexicon
from jixiao.linear import Linear
from jixiao.link import link, link_budgets
from jixiao.records import Budget, Claim, Document, DocumentType, Link, Target

if TYPE_CHECKING:
    from jixiao.analyse import Report

PLANS: frozenset[DocumentType] = frozenset(("budget", "target_table"))
"""Documents that tell what is to be done: they have targets, their claims answer none."""


def partners(documents: Iterable[Document], lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """For each document that reports, by id, the other documents of its office and year, in the order of their ids.

    Documents without a partner are left out, and so are those whose office or year is not known.
    """
    return {
        document.doc_id: tuple(sorted(other.doc_id for other in group.documents if other.doc_id != document.doc_id))
        for group in groups(documents, lexicon)
        if len(group.documents) > 1
        for document in group.documents
        if document.document_type not in PLANS
    }


class Group(NamedTuple):
    """The documents of one office and year; both are None where no document says them, and then it is one document."""

    office: str | None
    fiscal_year: str | None
    documents: tuple[Document, ...]


def groups(documents: Iterable[Document], lexicon: Lexicon) -> list[Group]:
    """All ``documents`` by office and year, in the order of the names; one that cannot be told apart stands alone."""
    documents = sorted(documents, key=lambda one: (one.path, one.doc_id))
    offices = office_names(documents, lexicon)
    found: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for one in documents:
        office = offices.get(one.doc_id)
        known = office is not None and one.fiscal_year is not None
        found[(office or "", one.fiscal_year or "") if known else ("", one.doc_id)].append(one)
    made = [
        Group(office or some[0].organisation, year if office else some[0].fiscal_year, tuple(some))
        for (office, year), some in found.items()
    ]
    return sorted(made, key=lambda one: (one.office or "", one.fiscal_year or "", one.documents[0].path))


def office_names(documents: Iterable[Document], lexicon: Lexicon) -> dict[str, str]:
    """The office of each document, by id, under the longest name that the documents have for it.

    望海市沙堤区司法局 and 沙堤区司法局 are one office, for the names differ only in how much of the region they tell, and the
    shorter one still names a place. Where two cities have a 沙堤区司法局, the short name stays by itself. A name without a place
    (司法局) may be anybody's: its documents are left out. 中共沙堤区委党校 is 沙堤区党校, under the name that tells the Party.
    """
    names = {one.doc_id: _with_region(one) for one in documents if one.organisation}
    names = {doc_id: name for doc_id, name in names.items() if _place(lexicon).match(name.plain)}
    longer: dict[str, set[str]] = defaultdict(set)
    for plain in {name.plain for name in names.values()}:
        for shorter in _shortened(plain, lexicon):
            longer[shorter].add(plain)
    shown = {name.plain: name.shown for name in sorted(names.values(), key=lambda name: (len(name.shown), name.shown))}
    return {doc_id: shown[_longest(name.plain, longer)] for doc_id, name in names.items()}


# An office of the Party's committee, which goes by the place's name too: 中共沙堤区委党校, 沙堤区委党校, 沙堤区党校.
PARTY_OFFICE = regex.compile(
    r"^(?P<party>中国共产党|中共)?(?P<place>\p{Han}{2,16}?[省市县区旗州])委(?:员会)?(?P<office>(?!员会)\p{Han}{2,})"
)


class OfficeName(NamedTuple):
    """An office's name as it is compared, and as it is shown."""

    plain: str
    shown: str


def _longest(name: str, longer: Mapping[str, set[str]]) -> str:
    known = longer.get(name, set())
    widest = [one for one in known if not longer.get(one)]
    return widest[0] if len(widest) == 1 else name


def _with_region(document: Document) -> OfficeName:
    """The organisation with as much of its region before it as the document tells."""
    printed, region = document.organisation or "", document.region or ""
    party = PARTY_OFFICE.match(printed)
    name = party["place"] + party["office"] if party else printed
    missing = next((region[:at] for at in range(len(region)) if name.startswith(region[at:])), "")
    head = party["party"] or "" if party else ""
    return OfficeName(missing + name, head + missing + printed[len(head) :])


def _shortened(name: str, lexicon: Lexicon) -> list[str]:
    """The names under which an office goes when the larger places are left out."""
    found = []
    while (place := _place(lexicon).match(name)) is not None:
        name = name[place.end() :]
        if _place(lexicon).match(name):
            found.append(name)
    return found


@functools.cache
def _place(lexicon: Lexicon) -> regex.Pattern[str]:
    """A place at the head of an office's name; 社区 and 开发区 are none, nor are 本县 and 新区 without a name."""
    names = lexicon.metadata.names
    return regex.compile(
        rf"(?:{names.before_region})?(?:(?!{names.no_place})[^\P{{Han}}省市县区旗]{{2,9}}(?:[省市县旗]|自治州|(?<![社小校园])区)"
        r"|[^\P{Han}省市县区旗本全我该各]县)"
    )


def answerable(own: Iterable[Target], others: Iterable[Target]) -> list[Target]:
    """Which targets of ``others`` the claims of a document with the targets ``own`` may answer.

    Where a document's own table says what was reached (a project's 自评表), it answers plans, but not the tables of others that
    say so themselves: those are other projects.
    """
    filled = any(target.actual_text for target in own)
    return [target for target in others if not (filled and target.actual_text)]


def link_reports(reports: Sequence[Report], lexicon: Lexicon, model: Linear | None) -> dict[str, tuple[Link, ...]]:
    """The links of each report, by its id: those inside it, which it brings along, and those to the others of its office."""
    by_id = {report.document.doc_id: report for report in reports}
    found = {doc_id: report.links for doc_id, report in by_id.items()}
    for doc_id, others in partners((report.document for report in by_id.values()), lexicon).items():
        report = by_id[doc_id]
        titles = {section.section_id: section.title for section in report.sections}
        targets = answerable(report.targets, (target for other in others for target in by_id[other].targets))
        found[doc_id] += link(report.claims, targets, titles, lexicon, model)
        budgets = [budget for other in others for budget in by_id[other].budgets]
        found[doc_id] += spending(report.claims, report.budgets, budgets)
    return found


def spending(claims: Iterable[Claim], own: Sequence[Budget], others: Sequence[Budget]) -> tuple[Link, ...]:
    """The links of a report's spending to budgets that only other documents of its office and year set."""
    held = {one.claim_id for one in link_budgets(claims, own, own)}
    return link_budgets([claim for claim in claims if claim.claim_id not in held], own, others)
