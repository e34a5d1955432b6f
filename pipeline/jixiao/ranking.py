"""Where rules and models meet: which of the phrases around a quantity names what it counts, and which verb governs it.

The rules of :mod:`jixiao.phrases` come first, with their best candidate. A small model says how likely that one is right. Where
it doubts, all phrases nearby are proposed; a few features tell which of them have a chance, and a ranker with more of them says
how likely each of these is meant. Readings of one thing (困难职工, 在册困难职工) count for each other, so that the choice is the
phrase that is right most probably, not the single likeliest string. Without models the rules' candidate stands.

Features are strings, ``template=value``; the models hold a weight for each. What they see is the shape of the clause, the unit,
the verb and the noun, never where a document comes from.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import regex

from jixiao.linear import Linear, Models, softmax
from jixiao.phrases import ALIKE, JOINERS, NEVER_ENTITY, NOT_VERBS, Candidate, alike, plain_level
from jixiao.windows import DUAL, LEVEL, MARK, NOUN, OTHER, QUANTITY, QUOTE, VERB, Token

REACH_BEFORE, REACH_AFTER = 24, 2  # tokens around the quantity in which phrases are looked for
REACH_WHOLE = 80  # tokens back to 其中
SIDE_BEFORE, SIDE_AFTER = 5, 4  # tokens at its very sides of which every span is proposed
REACH = REACH_AFTER + SIDE_AFTER + 3  # tokens after the quantity that a proposal can touch
UNLIKELY = 0.03  # share below which a proposal is not weighed
WORDING = 0.5  # what the very words are worth beside naming the same thing
REMEMBERED = 8  # entities of the paragraph so far
LONGEST = 24  # characters of a proposed entity
LONGEST_ACTION = 12
MOST = 24  # proposals of a quantity
LONG_QUOTE = 10
CONTRARY = {"收入": "支出", "支出": "收入"}  # 收入总计X，支出总计X: what is spent is never the income before it
COUNTED_OUT = ("shared", "share", "moved", "ratio")  # found by the build of the sentence, and not to be outvoted
PUT_TOGETHER = ("item", "sort", "purpose")  # names that the rules know better than any run of words
# Trust in a phrase behind its figure (3项成果) that needs no asking. In real reports those are hardly ever cut, while the archive
# has many a figure before a predicate (30项达标), from which the ranker learned to cut. A bare number (82358职工) always counts
# what follows it.
SURE_BEHIND = 0.6
CHANCE = 2.5  # logits behind the best at a glance from which a proposal is not looked at closely
SOURCES = frozenset("从 自 按 按照 据".split())  # what follows is where it came from or why, not what was counted
PARTS = frozenset("其中 包括 含 ： :".split())
VERBS_BEFORE, VERBS_AFTER = 14, 10

_PHRASE = (NOUN, DUAL, QUOTE)
_QUOTES = "“《"
_JOINING = frozenset("、和与及")
_RUN = regex.compile(r"[ndq]+(?:\+[ndq]+)*")  # nouns, quoted names and what can be a noun, joined members included


class Counted(NamedTuple):
    """An entity that was counted before in the paragraph, with its unit, where its sentence begins, and its token there."""

    entity: str
    unit: str
    sentence: int
    place: int


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
    trust, verb_trust, ranker = models.trust, models.verb_trust, models.action
    if trust is None or models.shortlist is None or models.entity is None or verb_trust is None or ranker is None:
        return best._replace(action=action), sure
    doubts = trust_features(moment)
    best, sure = _entity(moment, trust.probability(doubts), trust, models.shortlist, models.entity)
    if verb_trust.probability(doubts) < verb_trust.threshold:
        action = _action(moment, best.entity, action, ranker)
    return best if action == best.action else best._replace(action=action), sure


def _entity(moment: Moment, trust: float, gate: Linear, sieve: Linear, ranker: Linear) -> tuple[Candidate, float]:
    """The rules' choice where the build of the sentence settles it or it is trusted; else what is most probably right."""
    best = moment.options[0]
    behind = SURE_BEHIND if moment.unit else 0.0
    enough = behind if best.source == "after" else gate.threshold
    if trust >= enough or best.source in COUNTED_OUT:
        return best, trust
    phrases = proposals(moment)
    if not phrases:
        return best, trust
    shares = _shares(moment, phrases, sieve, ranker)
    right = probably_right({name: share for name, share in shares.items() if share > UNLIKELY})
    phrase = [name for name in right if not _takes_in_verb(moment, phrases, name)]
    name = max(phrase, key=lambda name: right[name] + WORDING * shares[name], default=best.entity)
    if (
        name == best.entity
        or (best.source == "before" and "、" in best.entity and name in best.entity)  # 图书馆、博物馆293家 counts both
        or (best.source in PUT_TOGETHER and (name in best.entity or alike(name, best.entity)))  # 县级竞赛, not 市级竞赛
    ):
        return best, trust
    known = next((option for option in moment.options if option.entity == name), best)
    return Candidate(name, known.action, "ranked", 0.0), min(1.0, right[name])


def _takes_in_verb(moment: Moment, phrases: dict[str, Proposal], name: str) -> bool:
    """Whether ``name`` is the rules' words with the verb that governs them: 印发简报, 有关部门追回金额.

    What is the subject of one verb may be the object of another before it: 促成贷款投放8300亿元 counts 贷款.
    """
    best = moment.options[0]
    known, longer = phrases.get(best.entity), phrases[name]
    if name == best.action + best.entity != best.entity:
        return True
    if known is None or not 0 <= longer.first < known.first or longer.last != known.last:
        return False
    before = moment.row[known.first - 1]
    return before.kind == VERB and (before.text == best.action or best.source == "subject")


def _shares(moment: Moment, phrases: dict[str, Proposal], sieve: Linear, ranker: Linear) -> dict[str, float]:
    """How likely each of the proposals is meant that have a chance at a glance; all others together have what is left to 1.

    To look closely at all of them takes longer than the rest of the reading, and hardly ever changes which is chosen.
    """
    view = scene(moment, phrases)
    scores = _scores(view, phrases, glances(moment, view, phrases), sieve)
    enough = max(scores) - CHANCE
    glanced = {
        name: share for name, share, score in zip(phrases, softmax(scores), scores, strict=True) if score >= enough
    }
    if len(glanced) == 1:
        return glanced
    among = {name: phrases[name] for name in glanced}
    shares = softmax(_scores(view, among, entity_features(moment, view, among), ranker))
    chance = sum(glanced.values())
    return {name: chance * share for name, share in zip(among, shares, strict=True)}


def _scores(
    view: Scene, phrases: dict[str, Proposal], features: Iterable[list[str]], ranker: Linear
) -> Sequence[float]:
    """The score of each proposal; what all of a source have in common is added up once."""
    sources = [proposal.source for proposal in phrases.values()]
    of_source = {source: ranker.score(view.of_source[source]) for source in set(sources)}
    return [ranker.score(own, of_source[source]) for source, own in zip(sources, features, strict=True)]


def probably_right(likely: dict[str, float]) -> dict[str, float]:
    """The share of each name together with the shares of those that name the same thing."""
    right = dict(likely)
    for (one, share), (other, rival) in itertools.combinations(likely.items(), 2):
        if 2 * min(len(one), len(other)) >= ALIKE * (len(one) + len(other)) and (
            one in other or other in one or alike(one, other)
        ):
            right[one] += rival
            right[other] += share
    return right


def _action(moment: Moment, entity: str, action: str, ranker: Linear) -> str:
    verbs = actions(moment, action)
    scores = [ranker.score(features) for features in action_features(moment, verbs, entity)]
    return list(verbs)[scores.index(max(scores))]


# ---- entities


def proposals(moment: Moment) -> dict[str, Proposal]:
    """Every phrase that may name what is counted, with where it stands; what is proposed first keeps its source."""
    row, k, low, high = moment.row, moment.k, moment.low, moment.high
    found: dict[str, Proposal] = {}
    contrary = CONTRARY.get(moment.options[0].entity[-2:])

    texts = [token.text for token in row]

    def propose(name: str, source: str, first: int = -1, last: int = -1) -> None:
        if name in found or len(found) == MOST or not 0 < len(name) <= LONGEST or name in NEVER_ENTITY:
            return
        if name[0] in "（(" or (contrary is not None and name.endswith(contrary)):
            return
        if last - first > 1 and row[first].kind == QUOTE and len(row[first].text) >= LONG_QUOTE:
            return  # a long quoted name before its noun is left out
        found[name] = Proposal(source, first, last)

    def propose_span(source: str, i: int, j: int) -> None:
        if i == 0 or texts[i - 1] not in SOURCES:
            propose("".join(texts[i:j]) if j - i > 1 or row[i].kind != QUOTE else texts[i][1:-1], source, i, j)

    for option in moment.options:
        propose(option.entity, option.source, *_place(texts, k, option.entity))
    letters = _letters(row[: k + REACH])
    near = [match.span() for match in _RUN.finditer(letters, max(0, k - REACH_BEFORE), k + REACH_AFTER)]
    for first, last in sorted(near, key=lambda run: abs(run[0] - k)):
        for i, j in _parts(letters, texts, first, last):
            propose_span("phrase", i, j)
    spending = moment.dimension == "money"  # what money was spent on is never the spending
    for i, j in _sides(row, k, low, high):
        verbal = row[j - 1].kind == VERB or (i > k and row[i].kind == VERB)
        if not (spending and verbal) and row[i].kind != LEVEL:
            propose_span("side", i, j)
    if not spending:
        for i in range(max(low, k - 4), k):
            if row[i].kind in (VERB, DUAL):
                propose(row[i].text, "verb", i, i + 1)
    named = [counted.entity for counted in reversed(moment.counted)]
    for name in named:
        propose(name, "counted")
    part = next((option.entity for option in moment.options if option.source in ("before", "sort")), "")
    words = _words_near(moment) if part and named else frozenset()
    for name in named[:3] if part else ():
        if not name.endswith(part):
            for length in (2, 3, 4):  # 其中女性486人: 女性 with the head of 培训学员
                if len(name) > length and name[-length:] in words:
                    propose(part + name[-length:], f"composed{length}")
    whole = _whole(moment)
    if whole and part and not part.endswith(whole[-2:]):
        for length in (2, 3, 4):
            if len(whole) > length and whole[-length:] in words:
                propose(part + whole[-length:], f"whole{length}")
        propose(part + whole, "whole")
    return found


def _words_near(moment: Moment) -> frozenset[str]:
    """The words of this sentence and the one before, alone and two by two: a head is never half a word."""
    found: set[str] = set()
    for row in (moment.row[: moment.k], moment.before):
        texts = [token.text for token in row]
        found.update(texts)
        found.update(map(operator.add, texts, texts[1:]))
    return frozenset(found)


def _whole(moment: Moment) -> str:
    """What was counted last before 其中 in this sentence, of which the figure is a part; "" without one."""
    row, k = moment.row, moment.k
    for i in range(k - 1, max(0, k - REACH_WHOLE), -1):
        if row[i].text in PARTS:
            here = [c.entity for c in moment.counted if c.sentence == row[0].start and c.place < i]
            return here[-1] if here else ""
    return ""


def _letters(row: Sequence[Token]) -> str:
    """The kinds of tokens, a letter each: # for a quantity, + for what joins words."""
    return "".join(
        ["#" if token.kind == QUANTITY else "+" if token.text in _JOINING else token.kind[0] for token in row]
    )


def _parts(letters: str, texts: Sequence[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """A run, its ends (the head stays), and its beginnings before a joint or a word that may be a verb."""
    yield first, last
    for i in range(first + 1, last):
        if letters[i] != "+":
            yield i, last
    for j in range(first + 1, last):
        if texts[j] in JOINERS or (letters[j] == "d" and texts[j - 1] not in JOINERS):
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
    return "".join([token.text for token in row[first:last]])


def _place(texts: Sequence[str], k: int, name: str) -> tuple[int, int]:
    """The tokens nearest to ``k`` that read ``name``, or it in quotes; (-1, -1) where there are none. Before goes before behind."""
    found = []
    for way in (range(k - 1, max(-1, k - REACH_BEFORE - 1), -1), range(k + 1, min(len(texts), k + REACH_AFTER))):
        for i in way:
            text = texts[i]
            if text[0] == name[:1]:
                j, length = i + 1, len(text)
                while length < len(name) and j < len(texts):
                    length += len(texts[j])
                    j += 1
                if not i < k < j and "".join(texts[i:j]) == name:
                    found.append((i, j))
                    break
            elif text[0] in _QUOTES and text[1:-1] == name:
                found.append((i, i + 1))
                break
    return min(found, key=lambda place: k - place[1] if place[1] <= k else place[0] - k - 1, default=(-1, -1))


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


class Scene(NamedTuple):
    """What all proposals for a quantity have in common, read off its row once; ``of_source`` has features by their source."""

    clause: str
    verb_at: int
    verb: str
    word_before: str
    letters: str
    of_source: dict[str, list[str]]


def scene(moment: Moment, phrases: dict[str, Proposal]) -> Scene:
    """What :func:`glances` and :func:`entity_features` need to know of the quantity."""
    row, k, low, counted, best = moment.row, moment.k, moment.low, moment.counted, moment.options[0]
    rank = f"{best.source} {best.score:.1f}"
    last = (
        f"{bool(counted) and counted[-1].unit == moment.unit} {bool(counted) and counted[-1].sentence == row[0].start}"
    )
    word_before = row[k - 1].text if k else "^"
    behind_word = row[k + 1].text if k + 1 < moment.high else "$"
    verb_at = next((i for i in range(k - 1, low - 1, -1) if row[i].kind in (VERB, DUAL)), -1)
    letters = _letters(row[: k + REACH])
    clause = f"{'^' if k - 4 <= low else ''}{letters[max(low, k - 4) : k]}"
    return Scene(
        clause,
        verb_at,
        row[verb_at].text if verb_at >= 0 else "",
        word_before,
        letters,
        {
            source: [
                f"source rank={source} {rank}",
                f"unit source={moment.unit} {source}",
                f"last={source} {last}",
                f"word before={word_before} {source}",
                f"behind word={behind_word} {source}",
            ]
            for source in {proposal.source for proposal in phrases.values()}
        },
    )


class _Stands(NamedTuple):
    """Where a proposal stands to its quantity: ``row[near:far]`` is between them; the rest as words of features."""

    near: int
    far: int
    ahead: str
    inside: str
    feature: str


def _stands(moment: Moment, letters: str, first: int, last: int) -> _Stands:
    k = moment.k
    near, far = (last, k) if last <= k else (k + 1, first)
    # As words, for a truth value is slow to be written into a feature.
    ahead = "<" if last <= k else ">"
    inside = "in" if moment.low <= first and last <= moment.high else "out"
    between, parted = min(letters.count("#", near, far), 3), min(letters.count("m", near, far), 3)
    return _Stands(near, far, ahead, inside, f"place={ahead} {inside} {between} {parted}")


def glances(moment: Moment, view: Scene, phrases: dict[str, Proposal]) -> Iterator[list[str]]:
    """The features of each proposal, in their order, that tell at a glance whether it has a chance."""
    row, dimension, best = moment.row, moment.dimension, moment.options[0]
    for name, (source, first, last) in phrases.items():
        features = [
            f"relation={_relation(name, best.entity)} {best.source} {source}",
            f"dimension head={dimension} {name[-1]}",
        ]
        if first >= 0:
            stands = _stands(moment, view.letters, first, last)
            features += [
                stands.feature,
                f"after word={row[last].text if last < len(row) else '$'} {stands.ahead}",
                f"previous word={row[first - 1].text if first else '^'} {stands.ahead}",
            ]
        yield features


def entity_features(moment: Moment, view: Scene, phrases: dict[str, Proposal]) -> Iterator[list[str]]:
    """The features of each proposal, in their order, at a close look; those of its source are in ``view``."""
    row, k, low, unit, dimension = moment.row, moment.k, moment.low, moment.unit, moment.dimension
    best = moment.options[0]
    here = row[0].start if row else -1
    clause, verb_at, verb, word_before, letters, _ = view
    earlier: dict[str, tuple[int, Counted]] = {}
    for back, entry in enumerate(reversed(moment.counted)):
        earlier.setdefault(entry.entity, (back, entry))
    opening = run.start() if (run := _RUN.search(letters, 0, k)) else -1
    for name, (source, first, last) in phrases.items():
        relation = _relation(name, best.entity)
        features = [
            f"head={name[-1]}",
            f"dimension head={dimension} {name[-1]}",
            f"unit end={unit} {name[-2:]}",
            f"length={min(len(name), 12)}",
            f"relation={relation} {best.source} {source}",
            f"verb head={verb} {name[-1]}",
            f"best={best.entity} {relation}",
        ]
        if name in earlier:
            back, entry = earlier[name]
            features += [
                f"counted={source} {entry.unit == unit} {entry.sentence == here}",
                f"back={back} {entry.unit == unit} {entry.sentence == here} {clause[-3:]}",
                f"units={entry.unit} {unit}",
            ]
        if first >= 0:
            near, far, ahead, inside, place = _stands(moment, letters, first, last)
            previous = row[first - 1] if first else None
            following = row[last] if last < len(row) else None
            previous_kind, following_kind = previous.kind if previous else "^", following.kind if following else "$"
            shape, kinds = letters[near : min(far, near + 6)], letters[first : min(last, first + 5)]
            side = "none" if verb_at < 0 else "after" if verb_at < first else "before" if verb_at >= last else "in"
            features += [
                place,
                f"around={previous_kind} {following_kind} {ahead}",
                f"cut={relation} {previous_kind} {following_kind}{following.tag if following else ''} {ahead}",
                f"after word={following.text if following else '$'} {ahead}",
                f"first word={row[first].text}",
                f"first and head={row[first].text} {name[-1]}",
                f"last tag={row[last - 1].tag} {dimension}",
                f"shape={ahead} {shape}",
                f"spot={ahead} {first == low} {last == k} {first == k + 1} {kinds}",
                f"kinds={previous_kind[0]} {kinds} {shape[:3]} {ahead}",
                f"previous word={previous.text if previous else '^'} {ahead}",
                f"verb side={side} {inside} {ahead}",
                f"verb word={verb} {side} {inside}",
                f"opening dimension={first == opening} {dimension} {inside}",
            ]
            if last < k:
                features.append(f"word between={word_before} {k - last <= 2}")
        yield features


def _relation(name: str, best: str) -> str:
    """How a proposal's words relate to those of the rules' candidate."""
    if name == best:
        return "same"
    if best.endswith(name):
        return "tail"
    if best.startswith(name):
        return "start"
    if name.endswith(best):
        return "longer"
    if name.startswith(best):
        return "further"
    return "inside" if name in best or best in name else "other"


# ---- actions


def actions(moment: Moment, action: str) -> dict[str, Proposal]:
    """Every verb that may govern the quantity, the rules' ``action`` first, "" (none) among them."""
    row, k, low, high = moment.row, moment.k, moment.low, moment.high
    found = {action: Proposal("rule", -1, -1)}

    def propose(verb: str, source: str, first: int = -1, last: int = -1) -> None:
        if len(verb) <= LONGEST_ACTION and verb not in found and verb not in NOT_VERBS:
            found[verb] = Proposal(source, first, last)

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
    letters = _letters(row[: k + REACH])
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
            near, far = (last, k) if last <= k else (k + 1, first)
            previous = row[first - 1] if first > low else None
            following = row[last] if last < len(row) else None
            features += [
                f"shape={source} {letters[near : min(far, near + 7)]}",
                f"distance={source} {min(far - near, 7)}",
                f"figures={source} {min(2, letters.count('#', near, far))}",
                f"kind={row[first].kind} {row[first].tag} {source}",
                f"kind dimension={row[first].kind} {last <= k} {dimension}",
                f"after={previous.kind if previous else '^'} {source}",
                f"before={following.kind if following else '$'} {source}",
                f"object={entity in ''.join([token.text for token in row[near:far]])} {source}",
            ]
        else:
            behind = row[k + 1].kind if k + 1 < high else "$"
            features += [
                f"left={before.kind if before else '^'} {source} {dimension}",
                f"right={behind} {source}",
                f"left word={before.text if before else '^'} {source}",
            ]
        yield features
