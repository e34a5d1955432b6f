"""Where rules and models meet: which of the phrases around a quantity names what it counts, and which verb governs it.

The rules of :mod:`jixiao.phrases` come first, with their best candidate. A small model says how likely that one is right; only
where it doubts, all phrases nearby are proposed and a ranker chooses. Without models the rules' candidate stands.

Features are strings, ``template=value``; the models hold a weight for each. What they see is the shape of the clause, the unit,
the verb and the noun, never where a document comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from jixiao.linear import Linear, Models, softmax
from jixiao.phrases import JOINERS, NEVER_ENTITY, Candidate, plain_level
from jixiao.windows import DUAL, LEVEL, MARK, NOUN, OTHER, QUANTITY, QUOTE, VERB, Token

REACH_BEFORE, REACH_AFTER = 24, 8  # tokens around the quantity in which phrases are looked for
SIDE_BEFORE, SIDE_AFTER = 5, 4  # tokens at its very sides of which every span is proposed
REMEMBERED = 5  # entities of the paragraph so far
LONGEST = 24  # characters of a proposed entity
LONGEST_ACTION = 12
MOST = 24  # proposals of a quantity
LONG_QUOTE = 10
SHORT = 6
COUNTED_OUT = ("shared", "share", "item")  # found by the build of the sentence, and not to be outvoted
VERBS_BEFORE, VERBS_AFTER = 14, 10

_PHRASE = (NOUN, DUAL, QUOTE)
_JOINING = frozenset("、和与及")


class Counted(NamedTuple):
    """An entity that was counted before in the paragraph, with its unit and the first token of its sentence's place."""

    entity: str
    unit: str
    sentence: int


class Moment(NamedTuple):
    """A quantity with what can be seen from it: its row of tokens, the row before, the rules' candidates, what was counted.

    The clause is ``row[low:high]``. ``options`` are the rules' candidates, best first; ``said`` is the action of the claim before,
    ``inherited`` what of it goes for this one too where it has no verb of its own ("" if nothing).
    """

    row: Sequence[Token]
    k: int
    low: int
    high: int
    unit: str
    dimension: str
    options: Sequence[Candidate]
    before: Sequence[Token]
    counted: Sequence[Counted]
    said: str
    inherited: str


class Proposal(NamedTuple):
    """A phrase that may be meant: where it comes from, and its tokens ``row[first:last]`` (-1 where it has none there)."""

    source: str
    first: int
    last: int


def choose(moment: Moment, models: Models) -> tuple[Candidate, float]:
    """What is counted with the verb that governs it, and how likely the entity is right (0–1).

    ``moment.options`` must not be empty.
    """
    best = moment.options[0]
    action, sure = best.action or moment.inherited, best.score
    if models.trust is None or models.entity is None or models.verb_trust is None or models.action is None:
        return best._replace(action=action), sure
    doubts = trust_features(moment)
    best, sure = _entity(moment, models.trust.probability(doubts), models.trust, models.entity)
    if models.verb_trust.probability(doubts) < models.verb_trust.threshold:
        action = _action(moment, best.entity, action, models.action)
    return best._replace(action=action), sure


def _entity(moment: Moment, trust: float, gate: Linear, ranker: Linear) -> tuple[Candidate, float]:
    """The rules' choice where it is trusted or clearly beaten by none; the members of 分别 were found by counting and stand."""
    best = moment.options[0]
    if trust >= gate.threshold or best.source in COUNTED_OUT or moment.unit.startswith("大"):
        return best, trust
    phrases = proposals(moment)
    if len(best.entity) <= SHORT:  # is not to lose its modifier: 线上咨询服务 is no 服务
        phrases = {
            name: place for name, place in phrases.items() if name == best.entity or not best.entity.endswith(name)
        }
    if not phrases:
        return best, trust
    names = list(phrases)
    scores = [ranker.score(features) for features in entity_features(moment, phrases)]
    top = max(range(len(names)), key=scores.__getitem__)
    if best.entity in phrases and scores[top] - scores[names.index(best.entity)] <= ranker.threshold:
        return best, trust
    name = names[top]
    alike = (share for other, share in zip(names, softmax(scores), strict=True) if name in other or other in name)
    known = next((option for option in moment.options if option.entity == name), best)
    return Candidate(name, known.action, "ranked", 0.0), min(1.0, sum(alike))


def _action(moment: Moment, entity: str, action: str, ranker: Linear) -> str:
    verbs = actions(moment, action)
    scores = [ranker.score(features) for features in action_features(moment, verbs, entity)]
    top = max(range(len(scores)), key=scores.__getitem__)
    return list(verbs)[top] if scores[top] - scores[0] > ranker.threshold else action


# ---- entities


def proposals(moment: Moment) -> dict[str, Proposal]:
    """Every phrase that may name what is counted, with where it stands; what is proposed first keeps its source."""
    row, k, low, high = moment.row, moment.k, moment.low, moment.high
    found: dict[str, Proposal] = {}

    def propose(name: str, source: str, first: int = -1, last: int = -1) -> None:
        if len(found) == MOST:
            return
        if last - first > 1 and row[first].kind == QUOTE and len(row[first].text) >= LONG_QUOTE:
            return  # a long quoted name before its noun is left out
        if 0 < len(name) <= LONGEST and name not in found and name not in NEVER_ENTITY:
            found[name] = Proposal(source, first, last)

    for option in moment.options:
        propose(option.entity, option.source, *_place(row, k, option.entity))
    near = sorted(_runs(row, max(0, k - REACH_BEFORE), min(len(row), k + REACH_AFTER)), key=lambda run: abs(run[0] - k))
    for first, last in near:
        for i, j in _parts(row, first, last):
            propose(_text(row, i, j), "phrase", i, j)
    spending = moment.dimension == "money"  # what money was spent on is never the spending
    for i, j in _sides(row, k, low, high):
        if not (spending and row[j - 1].kind == VERB):
            propose(_text(row, i, j), "side", i, j)
    if not spending:
        for i in range(max(low, k - 4), k):
            if row[i].kind in (VERB, DUAL):
                propose(row[i].text, "verb", i, i + 1)
    named = [counted.entity for counted in reversed(moment.counted[-REMEMBERED:])]
    for name in named:
        propose(name, "counted")
    part = next((option.entity for option in moment.options if option.source == "before"), "")
    for name in named[:3] if part else ():
        if not name.endswith(part):
            for length in (2, 3, 4):  # 其中女性486人: 女性 with the head of 培训学员
                if len(name) > length:
                    propose(part + name[-length:], f"composed{length}")
            propose(name + part, "joined")
    for first, last in list(_runs(moment.before, 0, len(moment.before)))[:3]:
        propose(_text(moment.before, first, last), "sentence before")
    return found


def _runs(row: Sequence[Token], low: int, high: int) -> Iterator[tuple[int, int]]:
    """Runs of nouns, quoted names and what can be a noun, joined members included."""
    i = low
    while i < high:
        if row[i].kind not in _PHRASE:
            i += 1
            continue
        j = i + 1
        while j < high:
            if row[j].kind in _PHRASE:
                j += 1
            elif row[j].text in _JOINING and j + 1 < high and row[j + 1].kind in _PHRASE:
                j += 2
            else:
                break
        yield i, j
        i = j


def _parts(row: Sequence[Token], first: int, last: int) -> Iterator[tuple[int, int]]:
    """A run, its ends (the head stays), and its beginnings before a joint or a word that may be a verb."""
    yield first, last
    for i in range(first + 1, last):
        if row[i].kind in _PHRASE:
            yield i, last
    for j in range(first + 1, last):
        if row[j].text in JOINERS or row[j].kind == DUAL:
            yield first, j


def _sides(row: Sequence[Token], k: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Spans right at the quantity that the rules for phrases would cut, for words have more kinds than the dictionary says."""
    for last in (k, k - 1, k - 2):
        if last <= low or row[last - 1].kind in (MARK, QUANTITY):
            if last < k:
                break
            continue
        if row[last - 1].kind in (*_PHRASE, VERB):
            for first in range(last - 1, max(low, last - SIDE_BEFORE) - 1, -1):
                if row[first].kind in (MARK, QUANTITY):
                    break
                if row[first].kind != OTHER:
                    yield first, last
    for first in (k + 1, k + 2):
        if first >= high or row[first].kind in (MARK, QUANTITY):
            break
        for last in range(first + 1, min(high, first + SIDE_AFTER) + 1):
            if row[last - 1].kind in (MARK, QUANTITY):
                break
            if row[last - 1].kind in _PHRASE or len(row[last - 1].text) == 1:
                yield first, last


def _text(row: Sequence[Token], first: int, last: int) -> str:
    if last - first == 1 and row[first].kind == QUOTE:
        return row[first].text[1:-1]
    return "".join(token.text for token in row[first:last])


def _place(row: Sequence[Token], k: int, name: str) -> tuple[int, int]:
    """The tokens nearest to ``k`` that read ``name``; (-1, -1) where there are none."""
    best, nearest = (-1, -1), REACH_BEFORE + 1
    for i in range(max(0, k - REACH_BEFORE), min(len(row), k + REACH_AFTER)):
        if row[i].text[0] != name[:1] and row[i].text[1:-1] != name:
            continue
        j, length = i, 0
        while j < len(row) and length < len(name):
            length += len(row[j].text)
            j += 1
        distance = k - j if j <= k else i - k - 1
        if 0 <= distance < nearest and _text(row, i, j) == name:
            best, nearest = (i, j), distance
    return best


def trust_features(moment: Moment) -> list[str]:
    """What speaks for and against the rules' best candidate."""
    row, k, low, high, best = moment.row, moment.k, moment.low, moment.high, moment.options[0]
    rule, entity = best.source, best.entity
    before = row[k - 1] if k > low else None
    behind = row[k + 1] if k + 1 < high else None
    farther = row[k - 2].kind if k - 1 > low else "^"
    before_kind, before_word = (before.kind + before.tag, before.text) if before else ("^", "^")
    behind_kind, behind_word = (behind.kind + behind.tag, behind.text) if behind else ("$", "$")
    return [
        f"unit={moment.unit}",
        f"unit rule={moment.unit} {rule}",
        f"length={min(len(entity), 10)} {rule}",
        f"head={entity[-1:]}",
        f"before={before_kind} {rule}",
        f"behind={behind_kind} {rule}",
        f"word before={before_word}",
        f"word behind={behind_word}",
        f"kinds before={farther} {before_kind} {rule}",
        f"clause={min(k - low, 6)} {rule}",
        f"action={best.action}",
        f"unit head={moment.unit} {entity[-1:]}",
        f"entity={entity}",
    ]


def entity_features(moment: Moment, phrases: dict[str, Proposal]) -> Iterator[list[str]]:
    """The features of each proposal, in their order."""
    row, k, unit, dimension = moment.row, moment.k, moment.unit, moment.dimension
    low, high = moment.low, moment.high
    best = moment.options[0]
    rank = f"{best.source} {best.score:.1f}"
    here = row[0].start if row else -1
    counted = moment.counted[-REMEMBERED:]
    last_same = bool(counted) and counted[-1].unit == unit
    last_here = bool(counted) and counted[-1].sentence == here
    word_before = row[k - 1].text if k else "^"
    marks, figures = _running(row, k)
    for name, (source, first, last) in phrases.items():
        features = [
            f"source rank={source} {rank}",
            f"head={name[-1]}",
            f"dimension head={dimension} {name[-1]}",
            f"unit end={unit} {name[-2:]}",
            f"length={min(len(name), 12)}",
            f"unit source={unit} {source}",
            f"last={source} {last_same} {last_here}",
        ]
        earlier = next((entry for entry in reversed(counted) if entry.entity == name), None)
        if earlier is not None:
            features.append(f"counted={source} {earlier.unit == unit} {earlier.sentence == here}")
        if first >= 0:
            ahead = last <= k
            gap = row[last:k] if ahead else row[k + 1 : first]
            near, far = (last, k) if ahead else (k + 1, first)
            between, stops = figures[far] - figures[near], marks[far] - marks[near]
            place = f"{ahead} {low <= first and last <= high} {min(between, 3)}"
            previous = row[first - 1] if first else None
            following = row[last] if last < len(row) else None
            previous_kind, following_kind = previous.kind if previous else "^", following.kind if following else "$"
            shape = "".join("#" if token.kind == QUANTITY else token.kind[0] for token in gap[:6])
            features += [
                f"place={place} {min(stops, 3)}",
                f"around={previous_kind} {following_kind} {ahead}",
                f"after word={following.text if following else '$'} {ahead}",
                f"first kind={row[first].kind}{row[first].tag} {ahead}",
                f"first word={row[first].text}",
                f"last tag={row[last - 1].tag} {dimension}",
                f"before tag={previous.tag if previous else '^'} {row[first].tag} {ahead}",
                f"shape={ahead} {shape}",
            ]
            if ahead and last < k:
                features.append(f"word before={word_before} {k - last <= 2}")
        yield features


def _running(row: Sequence[Token], k: int) -> tuple[list[int], list[int]]:
    """How many marks (、 aside) and quantities stand in the row before each place."""
    marks, figures = [0], [0]
    for token in row[: k + REACH_AFTER + SIDE_AFTER + 3]:
        marks.append(marks[-1] + (token.kind == MARK and token.text != "、"))
        figures.append(figures[-1] + (token.kind == QUANTITY))
    return marks, figures


# ---- actions


def actions(moment: Moment, action: str) -> dict[str, Proposal]:
    """Every verb that may govern the quantity, the rules' ``action`` first, "" (none) among them."""
    row, k, low, high = moment.row, moment.k, moment.low, moment.high
    found = {action: Proposal("rule", -1, -1)}

    def propose(verb: str, source: str, first: int = -1, last: int = -1) -> None:
        if len(verb) <= LONGEST_ACTION:
            found.setdefault(verb, Proposal(source, first, last))

    propose("", "none")
    for option in moment.options:
        propose(option.action, "candidate")
    for i in range(k - 1, max(low, k - VERBS_BEFORE) - 1, -1):
        token = row[i]
        if token.kind in (VERB, DUAL):
            propose(token.text, "before", i, i + 1)
            if i > low and row[i - 1].kind in (VERB, DUAL):
                propose(row[i - 1].text + token.text, "pair", i - 1, i + 1)
            if i > low + 1 and row[i - 1].text in ("并", "和", "、") and row[i - 2].kind in (VERB, DUAL):
                propose(row[i - 2].text + row[i - 1].text + token.text, "joined", i - 2, i + 1)
        elif token.kind == LEVEL and plain_level(token.text):
            propose(plain_level(token.text), "level", i, i + 1)
        elif token.kind == OTHER and token.tag[0] in "vp":
            propose(token.text, "small", i, i + 1)
    for i in range(k + 1, min(high, k + VERBS_AFTER)):
        token = row[i]
        if token.kind in (VERB, DUAL):
            propose(token.text, "behind", i, i + 1)
        elif token.kind == LEVEL and plain_level(token.text):
            propose(plain_level(token.text), "level behind", i, i + 1)
    earlier = [i for i in range(low - 1, max(0, low - 25) - 1, -1) if row[i].kind in (VERB, DUAL, LEVEL)]
    for i in earlier[:3]:
        propose(plain_level(row[i].text) or row[i].text, "clause before", i, i + 1)
    if moment.said:
        propose(moment.said, "said")
    return found


def action_features(moment: Moment, verbs: dict[str, Proposal], entity: str) -> Iterator[list[str]]:
    """The features of each verb, in their order; ``entity`` is what is counted."""
    row, k, dimension = moment.row, moment.k, moment.dimension
    low, high = moment.low, moment.high
    before = row[k - 1] if k > low else None
    for verb, (source, first, last) in verbs.items():
        features = [
            f"source={source}",
            f"source dimension={source} {dimension}",
            f"verb={verb}",
            f"verb dimension={verb} {dimension}",
            f"head={entity[-1:]} {verb}",
            f"unit={moment.unit} {verb}",
            f"said={verb == moment.said} {source}",
            f"unit source={moment.unit} {source}",
            f"length={len(verb)}",
        ]
        if first >= 0:
            ahead = last <= k
            gap = row[last:k] if ahead else row[k + 1 : first]
            previous = row[first - 1] if first > low else None
            following = row[last] if last < len(row) else None
            shape = "".join("#" if token.kind == QUANTITY else token.kind[0] for token in gap[:7])
            features += [
                f"shape={source} {shape}",
                f"distance={source} {min(len(gap), 7)}",
                f"figures={source} {min(2, sum(token.kind == QUANTITY for token in gap))}",
                f"kind={row[first].kind} {row[first].tag} {source}",
                f"kind dimension={row[first].kind} {ahead} {dimension}",
                f"after={previous.kind if previous else '^'} {source}",
                f"before={following.kind if following else '$'} {source}",
                f"object={entity in ''.join(token.text for token in gap)} {source}",
            ]
        else:
            behind = row[k + 1].kind if k + 1 < high else "$"
            features += [
                f"left={before.kind if before else '^'} {source} {dimension}",
                f"right={behind} {source}",
                f"left word={before.text if before else '^'} {source}",
            ]
        yield features
