"""Parts of an archive for training, development and test, so that none knows the other: organisations and copies stay together.

The documents of an organisation (all its years), a budget and its report, and near-duplicates make a group that is never parted;
groups are dealt out so that claims and kinds of document come near the wanted shares. Then :func:`leaks` looks for what is
shared all the same.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from jixiao.analyse import analyse
from jixiao.clean import clean
from jixiao.corpus.archive import Annotated
from jixiao.lexicon import load

PARTS = ("train", "dev", "test")
COPY = 0.35  # Jaccard similarity from which two documents are copies of each other and stay together
ALIKE = 0.1  # from which a pair across parts is reported
SHINGLE = 8  # characters; shorter ones are shared by all reports of the kind
SENTENCE = 20  # characters from which a sentence that two parts share is reported
_DEALS = 400  # how many orders of dealing are tried for the best balance
_WORK = 200_000  # groups dealt in all of them, so that a large archive does not take minutes
_SENTENCE_END = re.compile(r"[。！？；\n\t|]+")

Splits = dict[str, list[str]]
By = Literal["organisation", "region"]


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """What a split needs to know of a document; ``text`` is its cleaned text without blanks, ``sentences`` the parts of it."""

    name: str
    folder: str
    organisation: str
    region: str
    document_type: str
    claims: int
    pair: str | None
    text: str
    sentences: frozenset[str]


class Alike(NamedTuple):
    one: str
    other: str
    similarity: float


class Shared(NamedTuple):
    """Something that documents of more than one part have in common."""

    what: str
    documents: tuple[str, ...]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    documents: int
    organisations: int
    claims: int
    document_types: dict[str, int]


class Leakage(msgspec.Struct, frozen=True, kw_only=True):
    """What parts have in common: organisations, pairs alike to :data:`ALIKE` or more, sentences of :data:`SENTENCE` or more."""

    organisations: tuple[Shared, ...]
    alike: tuple[Alike, ...]
    sentences: tuple[Shared, ...]

    @property
    def none(self) -> bool:
        return not (self.organisations or self.alike or self.sentences)


class SplitError(ValueError):
    """Documents that belong together are held to be in different parts; the message names them."""


def member(document: Annotated) -> Member:
    """What the manifest and the gold say of ``document``; where they are silent, what the program finds in it."""
    lexicon = load()
    entry, gold = document.entry, document.gold
    text = clean(document.source.text, lexicon).view.text
    report = analyse(document.source, lexicon)
    described = entry or report.document
    claims = report.claims if gold is None else [mention for mention in gold.mentions if mention.role == "claim"]
    return Member(
        name=document.name,
        folder=document.path.parent.name,
        organisation=described.organisation or document.name,
        region=described.region or document.path.parent.name,
        document_type=described.document_type,
        claims=len(claims),
        pair=f"{document.path.parent.name}/{entry.pair}" if entry and entry.pair else None,
        text="".join(text.split()),
        sentences=frozenset("".join(sentence.split()) for sentence in _SENTENCE_END.split(text)),
    )


def alike(members: Sequence[Member], least: float) -> list[Alike]:
    """All pairs whose sets of character shingles have a Jaccard similarity of ``least`` or more, the most alike first.

    Exact, without comparing all with all: of two such sets, the rarest shingles of one (as many as leave less than the share
    ``least`` out) must hold one of the other's.
    """
    sets = [{m.text[at : at + SHINGLE] for at in range(max(1, len(m.text) - SHINGLE + 1))} for m in members]
    frequency = Counter(shingle for shingles in sets for shingle in shingles)
    holders: dict[str, list[int]] = defaultdict(list)
    found = []
    for i, shingles in enumerate(sets):
        rarest = sorted(shingles, key=lambda shingle: (frequency[shingle], shingle))
        head = rarest[: len(rarest) - -(-int(least * 1000) * len(rarest) // 1000) + 1]
        for j in sorted({j for shingle in head for j in holders[shingle]}):
            common = len(shingles & sets[j])
            similarity = common / (len(shingles) + len(sets[j]) - common)
            if similarity >= least:
                found.append(Alike(members[j].name, members[i].name, round(similarity, 3)))
        for shingle in head:
            holders[shingle].append(i)
    return sorted(found, key=lambda pair: (-pair.similarity, pair.one, pair.other))


def groups(members: Sequence[Member], by: By = "organisation") -> list[list[Member]]:
    """The documents that must stay together, in the order of their first: by organisation or region, as pairs, as copies."""
    root = {m.name: m.name for m in members}

    def find(name: str) -> str:
        while root[name] != name:
            name = root[name]
        return name

    def join(one: str, other: str) -> None:
        first, second = sorted((find(one), find(other)))
        root[second] = first

    first_of: dict[tuple[str, str], str] = {}
    for m in members:
        key = (m.folder, m.organisation) if by == "organisation" else (m.region, "")
        join(first_of.setdefault(key, m.name), m.name)
        if m.pair in root:
            join(m.pair, m.name)
    for pair in alike(members, COPY):
        join(pair.one, pair.other)
    together: dict[str, list[Member]] = defaultdict(list)
    for m in members:
        together[find(m.name)].append(m)
    return list(together.values())


def split(
    members: Sequence[Member],
    shares: Sequence[float] = (70, 15, 15),
    *,
    by: By = "organisation",
    hold_out: Iterable[str] = (),
    keep: Mapping[str, Sequence[str]] | None = None,
    seed: int = 0,
) -> Splits:
    """The names of the documents by part, the same for the same arguments.

    ``hold_out`` names regions (or folders) that become the test part whole, and its only documents; ``keep`` is a split whose
    documents stay where they are. Raises :class:`SplitError` if documents that belong together are asked to be in two parts.
    """
    regions = list(hold_out)
    kept = {name: part for part, names in (keep or {}).items() for name in names}
    wanted = [share if part != "test" or not regions else 0.0 for part, share in zip(PARTS, shares, strict=True)]
    fixed: list[tuple[str, list[Member]]] = []
    free: list[list[Member]] = []
    for group in groups(members, by):
        held = {"test" for m in group if any(region in m.region or region in m.folder for region in regions)}
        parts = held | {kept[m.name] for m in group if m.name in kept}
        if len(parts) > 1:
            raise SplitError("、".join(m.name for m in group))
        if parts:
            fixed.append((parts.pop(), group))
        else:
            free.append(group)
    counted = [entry for entry in fixed if not (regions and entry[0] == "test")]
    best = min(
        (_deal(order, counted, wanted) for order in _orders(free, seed)),
        key=lambda deal: deal[0],
    )[1]
    dealt: Splits = {part: [] for part in PARTS}
    for part, group in (*fixed, *best):
        dealt[part] += [m.name for m in group]
    return {part: sorted(names) for part, names in dealt.items()}


def _orders(free: Sequence[list[Member]], seed: int) -> Iterator[list[list[Member]]]:
    chance = random.Random(seed)
    by_size = sorted(free, key=lambda group: (-sum(m.claims for m in group), group[0].name))
    yield by_size
    for _ in range(min(_DEALS, _WORK // max(1, len(free)))):
        yield chance.sample(by_size, len(by_size))


def _deal(
    order: Sequence[list[Member]], fixed: Sequence[tuple[str, list[Member]]], wanted: Sequence[float]
) -> tuple[float, list[tuple[str, list[Member]]]]:
    """Each group to the part that is the furthest below its share; and how far off the whole ends up."""
    totals: Counter[str] = Counter()
    for group in (*order, *(group for _, group in fixed)):
        totals.update(_measures(group))
    aims = {part: share / sum(wanted) for part, share in zip(PARTS, wanted, strict=True) if share}
    have: dict[str, Counter[str]] = {part: Counter() for part in PARTS}
    for part, group in fixed:
        have[part].update(_measures(group))

    def off(part: str) -> float:
        weights = ((measure, 2.0 if measure == "claims" else 1.0 / len(totals)) for measure in totals)
        return sum(weight * (have[part][m] / (totals[m] or 1) - aims[part]) ** 2 for m, weight in weights)

    dealt = []
    for group in order:
        part = max(aims, key=lambda part: (aims[part] - have[part]["claims"] / (totals["claims"] or 1), aims[part]))
        have[part].update(_measures(group))
        dealt.append((part, group))
    return sum(map(off, aims)), dealt


def _measures(group: Iterable[Member]) -> Counter[str]:
    measures: Counter[str] = Counter()
    for m in group:
        measures["claims"] += m.claims
        measures["documents"] += 1
        measures[f"type {m.document_type}"] += 1
        measures[f"region {m.folder}"] += 1
    return measures


def summarise(members: Iterable[Member], splits: Mapping[str, Sequence[str]]) -> list[Part]:
    by_name = {m.name: m for m in members}
    parts = []
    for part, names in splits.items():
        inside = [by_name[name] for name in names]
        parts.append(
            Part(
                name=part,
                documents=len(inside),
                organisations=len({(m.folder, m.organisation) for m in inside}),
                claims=sum(m.claims for m in inside),
                document_types=dict(Counter(m.document_type for m in inside).most_common()),
            )
        )
    return parts


def leaks(members: Sequence[Member], splits: Mapping[str, Sequence[str]]) -> Leakage:
    """What the parts of ``splits`` have in common. An organisation is known by its name, wherever its documents lie."""
    part_of = {name: part for part, names in splits.items() for name in names}
    inside = [m for m in members if m.name in part_of]
    organisations: dict[str, list[str]] = defaultdict(list)
    sentences: dict[str, list[str]] = defaultdict(list)
    for m in inside:
        organisations[m.organisation].append(m.name)
        for sentence in m.sentences:
            if len(sentence) >= SENTENCE:
                sentences[sentence].append(m.name)

    def across(found: Mapping[str, list[str]]) -> tuple[Shared, ...]:
        shared = (Shared(what, tuple(sorted(names))) for what, names in found.items())
        apart = (entry for entry in shared if len({part_of[name] for name in entry.documents}) > 1)
        return tuple(sorted(apart, key=lambda entry: (-len(entry.what), entry.what)))

    return Leakage(
        organisations=across(organisations),
        alike=tuple(pair for pair in alike(inside, ALIKE) if part_of[pair.one] != part_of[pair.other]),
        sentences=across(sentences),
    )
