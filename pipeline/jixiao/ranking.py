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
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from jixiao.linear import Linear, Models, softmax
from jixiao.phrases import ALIKE, JOINERS, NEVER_ENTITY, NOT_VERBS, Candidate, alike, plain_level
from jixiao.windows import QUANTITY, Token

REACH_BEFORE, REACH_AFTER = 24, 2  # tokens around the quantity in which phrases are looked for
REACH_WHOLE = 80  # tokens back to 其中
SIDE_BEFORE, SIDE_AFTER = 5, 4  # tokens at its very sides of which every span is proposed
UNLIKELY = 0.05  # share below which a proposal is not weighed
WORDING = 0.5  # what the very words are worth beside naming the same thing
REMEMBERED = 8  # entities of the paragraph so far
LONGEST = 24  # characters of a proposed entity
LONGEST_ACTION = 12
MOST = 24  # proposals of a quantity
LONG_QUOTE = 10
# 收入总计X，支出总计X; 年初预算X，支出Y: what is spent is never the income or the budget before it
CONTRARY = {"收入": ("支出",), "支出": ("收入", "预算"), "决算": ("收入", "预算")}
COUNTED_OUT = ("shared", "share", "moved", "ratio")  # found by the build of the sentence, and not to be outvoted
COMPARED_WITH = "base"  # of a figure that another is compared with: the verb behind it is the other's
PUT_TOGETHER = ("item", "sort", "purpose")  # names that the rules know better than any run of words
# Trust in a phrase behind its figure (3项成果) that needs no asking. In real reports those are hardly ever cut, while the archive
# has many a figure before a predicate (30项达标), from which the ranker learned to cut. A bare number (82358职工) always counts
# what follows it.
SURE_BEHIND = 0.6
CHANCE = 2.2  # logits behind the best at a glance from which a proposal is not looked at closely
SOURCES = frozenset("从 自 按 按照 据".split())  # what follows is where it came from or why, not what was counted
PARTS = frozenset("其中 包括 含 ： :".split())
VERBS_BEFORE, VERBS_AFTER = 14, 10

_QUOTES = "“《"
_JOINING = frozenset("、和与及")
_RUN = re.compile(r"[ndq]+(?:\+[ndq]+)*")  # nouns, quoted names and what can be a noun, joined members included


_DIGITS = re.compile(r"[\d.,，０-９一二三四五六七八九十百千万亿零两]+")


class Counted(NamedTuple):
    """An entity that was counted before in the paragraph, with its unit, where its sentence begins, and its token there."""

    entity: str
    unit: str
    sentence: int
    place: int


class Moment(NamedTuple):
    """A quantity with what can be seen from it: its row of tokens, the row before, the rules' candidates, what was counted.

    The clause is ``row[low:high]``; ``texts`` and ``letters`` are the words and kinds (:func:`texts_and_kinds`) of its tokens. ``options`` are
    the rules' candidates, best first; ``said`` is the action of the claim before, ``inherited`` what of it goes for this one too where it
    has no verb of its own ("" if nothing).
    """

    row: Sequence[Token]
    texts: Sequence[str]
    letters: str
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


# Many are made of this and of Glance, and a struct is quicker to make than a tuple with names.
class Proposal(msgspec.Struct, frozen=True, gc=False):
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
    clause = clause_features(moment)
    likely = trust.probability(clause + phrase_features(moment))
    best, sure = _entity(moment, likely, trust, models.shortlist, models.entity)
    if moment.options[0].source != COMPARED_WITH and verb_trust.probability(clause) < verb_trust.threshold:
        action = _action(moment, best.entity, action, ranker)
    return best if action == best.action else Candidate(best.entity, action, best.source, best.score), sure


def only_qualifies(moment: Moment, filter: Linear | None) -> bool:
    """Whether the figure is no claim of its own, though the rules hold it to be one: 对执行率「低于60%」的项目扣减预算."""
    if filter is None or not questionable(moment):
        return False
    return filter.probability(filter_features(moment)) < filter.threshold


def questionable(moment: Moment) -> bool:
    """Whether the clause goes on right behind the figure; one that ends it is hardly ever anything but a claim."""
    return moment.k + 1 < moment.high and moment.letters[moment.k + 1] != "m"


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
    """Whether ``name`` is the rules' words with the verb that governs them: 印发简报, 有关部门追回金额, 项目增加产值.

    What is the subject of one verb may be the object of another before it: 促成贷款投放8300亿元 counts 贷款.
    """
    best = moment.options[0]
    known, longer = phrases.get(best.entity), phrases[name]
    if name == best.action + best.entity != best.entity:
        return True
    if known is None or not 0 <= longer.first < known.first or longer.last != known.last:
        return False
    before = known.first - 1
    return moment.letters[before] in "vl" and (moment.texts[before] == best.action or best.source == "subject")


def _shares(moment: Moment, phrases: dict[str, Proposal], sieve: Linear, ranker: Linear) -> dict[str, float]:
    """How likely each of the proposals is meant that have a chance at a glance; all others together have what is left to 1.

    To look closely at all of them takes longer than the rest of the reading, and hardly ever changes which is chosen.
    """
    looks = glances(moment, phrases)
    scores = sieve.scores([look.features for look in looks.values()])
    enough = max(scores) - CHANCE
    glanced = {
        name: share for name, share, score in zip(looks, softmax(scores), scores, strict=True) if score >= enough
    }
    if len(glanced) == 1:
        return glanced
    shared = features_of_sources(moment, {looks[name].proposal.source for name in glanced})
    of_source = {source: ranker.score(features) for source, features in shared.items()}
    among = {name: looks[name] for name in glanced}
    own = entity_features(moment, among)
    closely = [
        ranker.score(few, of_source[look.proposal.source]) for look, few in zip(among.values(), own, strict=True)
    ]
    chance = sum(glanced.values())
    return {name: chance * share for name, share in zip(among, softmax(closely), strict=True)}


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
    scores = ranker.scores(action_features(moment, verbs, entity))
    return list(verbs)[scores.index(max(scores))]


# ---- entities


def proposals(moment: Moment) -> dict[str, Proposal]:
    """Every phrase that may name what is counted, with where it stands; what is proposed first keeps its source."""
    texts, letters, k, low, high = moment.texts, moment.letters, moment.k, moment.low, moment.high
    found: dict[str, Proposal] = {}
    spans: set[tuple[int, int]] = set()
    contrary = CONTRARY.get(moment.options[0].entity[-2:])

    def propose(name: str, source: str, first: int = -1, last: int = -1) -> None:
        if name in found or len(found) == MOST or not 0 < len(name) <= LONGEST or name in NEVER_ENTITY:
            return
        if name[0] in "（(" or (contrary is not None and name.endswith(contrary)):
            return
        if last - first > 1 and letters[first] == "q" and len(texts[first]) >= LONG_QUOTE:
            return  # a long quoted name before its noun is left out
        found[name] = Proposal(source, first, last)

    def propose_span(source: str, i: int, j: int) -> None:
        if (i, j) not in spans and (i == 0 or texts[i - 1] not in SOURCES):
            spans.add((i, j))
            propose("".join(texts[i:j]) if j - i > 1 or letters[i] != "q" else texts[i][1:-1], source, i, j)

    for option in moment.options:
        propose(option.entity, option.source, *token_span(texts, k, option.entity))
    near = [match.span() for match in _RUN.finditer(letters, max(0, k - REACH_BEFORE), k + REACH_AFTER)]
    for first, last in sorted(near, key=lambda run: abs(run[0] - k)):
        for i, j in _parts(texts, letters, first, last):
            propose_span("phrase", i, j)
    spending = moment.dimension == "money"  # what money was spent on is never the spending
    for i, j in _sides(texts, letters, k, low, high):
        verbal = letters[j - 1] == "v" or (i > k and letters[i] == "v")
        if not (spending and verbal) and letters[i] != "l":
            propose_span("side", i, j)
    if not spending:
        for i in range(max(low, k - 4), k):
            if letters[i] in "vd":
                propose(texts[i], "verb", i, i + 1)
    named = [counted.entity for counted in reversed(moment.counted)]
    for name in named:
        propose(name, "counted")
    part = ""  # what stands at the figure after 其中, and may only say which of the whole
    if not PARTS.isdisjoint(texts[max(0, k - REACH_WHOLE) : k]):
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


def texts_and_kinds(row: Sequence[Token]) -> tuple[list[str], str]:
    """The words of tokens, and their kinds, a letter each: # for a quantity, + for what joins words.

    A figure's own digits say nothing of what it counts: its word is # too.
    """
    texts = ["#" if token.kind == QUANTITY else token.text for token in row]
    letters = ["#" if token.kind == QUANTITY else "+" if token.text in _JOINING else token.kind[0] for token in row]
    return texts, "".join(letters)


def _parts(texts: Sequence[str], letters: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """A run, its ends (the head stays), and its beginnings before a joint or a word that may be a verb."""
    yield first, last
    for i in range(first + 1, last):
        if letters[i] != "+":
            yield i, last
    for j in range(first + 1, last):
        if texts[j] in JOINERS or (letters[j] == "d" and texts[j - 1] not in JOINERS):
            yield first, j


def _sides(texts: Sequence[str], letters: str, k: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Spans right at the quantity that the rules for phrases would cut, for words have more kinds than the dictionary says."""
    for last in (k, k - 1, k - 2):
        if last <= low or letters[last - 1] in "m#" or texts[last - 1] == "、":
            if last < k:
                break
            continue
        if letters[last - 1] in "ndqv":
            for first in range(last - 1, max(low, last - SIDE_BEFORE) - 1, -1):
                if letters[first] in "m#" or texts[first] == "、":
                    break
                if letters[first] not in "o+":
                    yield first, last
    for first in (k + 1, k + 2):
        if first >= high or letters[first] in "m#" or texts[first] == "、":
            break
        for last in range(first + 1, min(high, first + SIDE_AFTER) + 1):
            if letters[last - 1] in "m#" or texts[last - 1] == "、":
                break
            if letters[last - 1] in "ndq" or len(texts[last - 1]) == 1:
                yield first, last


def token_span(texts: Sequence[str], k: int, name: str) -> tuple[int, int]:
    """The tokens nearest to ``k`` that read ``name``, or it in quotes; (-1, -1) where there are none. Before goes before behind."""
    start, first, size = max(0, k - REACH_BEFORE), k, len(name)
    while size > 0 and first > start:
        first -= 1
        size -= len(texts[first])
    if size == 0 and first < k and "".join(texts[first:k]) == name:  # right before it, as most often
        return first, k
    before = None
    if name in "".join(texts[start:k]):  # most often it is not, and then no place need be tried
        before = _reads(texts, range(k - 1, start - 1, -1), k, name)
    if before is not None and before[1] == k:
        return before
    behind = _reads(texts, range(k + 1, min(len(texts), k + REACH_AFTER)), len(texts), name)
    if before is None or (behind is not None and behind[0] - k - 1 < k - before[1]):
        return behind or (-1, -1)
    return before


def _reads(texts: Sequence[str], places: Iterable[int], stop: int, name: str) -> tuple[int, int] | None:
    """The tokens, from the first of ``places`` that does, that read ``name`` before ``stop``."""
    initial, size = name[:1], len(name)
    for i in places:
        text = texts[i]
        if text[0] == initial:
            j, length = i + 1, len(text)
            while length < size and j < stop:
                length += len(texts[j])
                j += 1
            if length == size and "".join(texts[i:j]) == name:
                return i, j
        elif text[0] in _QUOTES and text[1:-1] == name:
            return i, i + 1
    return None


def clause_features(moment: Moment) -> list[str]:
    """What the clause says for and against the rules' best candidate and its verb."""
    row, texts, letters, k, low = moment.row, moment.texts, moment.letters, moment.k, moment.low
    best, rule = moment.options[0], moment.options[0].source
    word, tag = (texts[k - 1], row[k - 1].tag) if k > low else ("^", "^")
    return [
        f"dimension head={moment.dimension} {best.entity[-1:]}",
        f"action={best.action}",
        f"word before={word}",
        f"kinds before={letters[max(low, k - 2) : k]} {tag} {rule}",
        f"behind={letters[k + 1] + row[k + 1].tag if k + 1 < moment.high else '$'} {rule}",
        f"shape={letters[max(low, k - 5) : k]} {rule}",
        f"last={_last_counted(moment)} {rule}",
    ]


def phrase_features(moment: Moment) -> list[str]:
    """What the words of the rules' best candidate say for and against it, and what stands at its sides."""
    texts, letters, best = moment.texts, moment.letters, moment.options[0]
    rule, entity = best.source, best.entity
    features = [f"end={entity[-2:]}", f"length={min(len(entity), 10)} {rule}"]
    first, last = token_span(texts, moment.k, entity)
    if first >= 0:
        kind, tag, word = (letters[first - 1], moment.row[first - 1].tag, texts[first - 1]) if first else ("^", "", "^")
        features += [
            f"previous word={word} {rule}",
            f"previous kind={kind} {tag} {rule}",
            f"around={kind} {letters[last : last + 1]}",
            f"first word={texts[first]}",
        ]
    return features


def filter_features(moment: Moment) -> list[str]:
    """What speaks for and against a claim: how the figure is printed, its digits aside, and what stands around it."""
    texts, letters, k, best = moment.texts, moment.letters, moment.k, moment.options[0]
    behind, before = texts[k + 1], texts[k - 1] if k else "^"
    return [
        f"printed={_DIGITS.sub('9', moment.row[k].text)}",
        f"behind={behind}",
        f"two behind={behind} {texts[k + 2] if k + 2 < len(texts) else '$'}",
        f"kinds behind={letters[k + 1 : k + 4]}",
        f"before={before}",
        f"two before={texts[k - 2] if k > 1 else '^'} {before}",
        f"end={best.entity[-2:]}",
        f"dimension={moment.dimension} {best.source}",
    ]


def _last_counted(moment: Moment) -> str:
    """How what was counted last stands to the quantity, as words: in its unit or another, in its sentence or before."""
    if not moment.counted:
        return "none"
    last = moment.counted[-1]
    return f"{'same' if last.unit == moment.unit else 'other'} {'here' if last.sentence == moment.row[0].start else 'before'}"


def features_of_sources(moment: Moment, sources: Iterable[str]) -> dict[str, list[str]]:
    """What all proposals of a source have in common at a close look, so that it is made and added up once."""
    best = moment.options[0]
    rank = f"{best.source} {best.score:.1f}"
    word_before = moment.texts[moment.k - 1] if moment.k else "^"
    return {
        source: [
            f"source rank={source} {rank}",
            f"unit source={moment.unit} {source}",
            f"word before={word_before} {source}",
        ]
        for source in sources
    }


class Glance(msgspec.Struct, frozen=True, gc=False):
    """What is seen of a proposal at a glance: the features that tell whether it has a chance, and what else they were made of.

    ``relation`` is that of its words to the rules'. ``row[near:far]`` stands between it and the quantity, which it is ``ahead``
    of (<) or behind (>), ``inside`` the clause or out of it, in the words of features; meaningless where it stands nowhere.
    """

    proposal: Proposal
    features: list[str]
    relation: str
    near: int = 0
    far: int = 0
    ahead: str = ""
    inside: str = ""


def glances(moment: Moment, phrases: dict[str, Proposal]) -> dict[str, Glance]:
    """What is seen of each proposal, in their order, before any is looked at closely."""
    texts, letters, k, low, high = moment.texts, moment.letters, moment.k, moment.low, moment.high
    dimension, best, rule = moment.dimension, moment.options[0].entity, moment.options[0].source
    looks = {}
    for name, proposal in phrases.items():
        first, last = proposal.first, proposal.last
        relation = _relation(name, best)
        features = [f"relation={relation} {rule} {proposal.source}", f"dimension head={dimension} {name[-1]}"]
        if first < 0:
            looks[name] = Glance(proposal, features, relation)
            continue
        near, far, ahead = (last, k, "<") if last <= k else (k + 1, first, ">")
        inside = "in" if low <= first and last <= high else "out"  # words, for a truth value is slow to be written
        features += [
            f"place={ahead} {inside} {'0 0' if near == far else _parted(letters, near, far)}",
            f"after word={texts[last] if last < len(texts) else '$'} {ahead}",
            f"previous word={texts[first - 1] if first else '^'} {ahead}",
        ]
        looks[name] = Glance(proposal, features, relation, near, far, ahead, inside)
    return looks


def _parted(letters: str, near: int, far: int) -> str:
    """How many figures and marks are between, up to three of each."""
    return f"{min(letters.count('#', near, far), 3)} {min(letters.count('m', near, far), 3)}"


def entity_features(moment: Moment, looks: dict[str, Glance]) -> Iterator[list[str]]:
    """The features of each proposal, in their order, at a close look, without those of its source."""
    row, texts, letters, k, low = moment.row, moment.texts, moment.letters, moment.k, moment.low
    unit, dimension, best = moment.unit, moment.dimension, moment.options[0].entity
    verb_at = max(letters.rfind("v", low, k), letters.rfind("d", low, k))
    verb = texts[verb_at] if verb_at >= 0 else ""
    word_before = texts[k - 1] if k else "^"
    earlier = {entry.entity: entry for entry in moment.counted}
    for name, look in looks.items():
        source, first, last = look.proposal.source, look.proposal.first, look.proposal.last
        ahead, inside, head = look.ahead, look.inside, name[-1]
        features = [
            *look.features,
            f"head={head}",
            f"unit end={unit} {name[-2:]}",
            f"length={min(len(name), 12)}",
            f"verb head={verb} {head}",
            f"best={best} {look.relation}",
        ]
        if name in earlier:
            entry = earlier[name]
            so = f"{'same' if entry.unit == unit else 'other'} {'here' if entry.sentence == row[0].start else 'before'}"
            features += [f"counted={source} {so}", f"units={entry.unit} {unit}"]
        if first >= 0:
            kind, next_kind = letters[first - 1] if first else "^", letters[last : last + 1]
            between = letters[look.near : min(look.far, look.near + 3)]
            own_kinds = letters[first : min(last, first + 5)]
            side = "none" if verb_at < 0 else "after" if verb_at < first else "before" if verb_at >= last else "in"
            opens, touches = "opens" if first == low else "", "touches" if last == k or first == k + 1 else ""
            features += [
                f"around={kind} {next_kind} {ahead}",
                f"first word={texts[first]}",
                f"last tag={row[last - 1].tag} {dimension}",
                f"spot={ahead} {opens} {touches} {own_kinds}",
                f"kinds={kind} {own_kinds} {between} {ahead}",
                f"verb side={side} {inside} {ahead}",
                f"verb word={verb} {side} {inside}",
            ]
            if last < k:
                features.append(f"word between={word_before} {'near' if k - last <= 2 else ''}")
        yield features


def _relation(name: str, best: str) -> str:
    """How a proposal's words relate to those of the rules' candidate."""
    if name in best:
        if name == best:
            return "same"
        return "tail" if best.endswith(name) else "start" if best.startswith(name) else "inside"
    if best in name:
        return "longer" if name.endswith(best) else "further" if name.startswith(best) else "inside"
    return "other"


# ---- actions


def actions(moment: Moment, action: str) -> dict[str, Proposal]:
    """Every verb that may govern the quantity, the rules' ``action`` first, "" (none) among them."""
    row, texts, letters, k, low, high = moment.row, moment.texts, moment.letters, moment.k, moment.low, moment.high
    found = {action: Proposal("rule", -1, -1)}

    def propose(verb: str, source: str, first: int = -1, last: int = -1) -> None:
        if len(verb) <= LONGEST_ACTION and verb not in found and verb not in NOT_VERBS:
            found[verb] = Proposal(source, first, last)

    propose("", "none")
    for option in moment.options:
        propose(option.action, "candidate")
    for i in range(k - 1, max(low, k - VERBS_BEFORE) - 1, -1):
        kind = letters[i]
        if kind in "vd":
            propose(texts[i], "before", i, i + 1)
            if i > low and letters[i - 1] in "vd":
                propose(texts[i - 1] + texts[i], "pair", i - 1, i + 1)
            if i > low + 1 and texts[i - 1] in ("并", "和", "、") and letters[i - 2] in "vd":
                propose("".join(texts[i - 2 : i + 1]), "joined", i - 2, i + 1)
        elif kind == "l" and plain_level(texts[i]):
            propose(plain_level(texts[i]), "level", i, i + 1)
        elif kind in "o+" and row[i].tag[0] in "vp":
            propose(texts[i], "small", i, i + 1)
    for i in range(k + 1, min(high, k + VERBS_AFTER)):
        if letters[i] in "vd":
            propose(texts[i], "behind", i, i + 1)
        elif letters[i] == "l" and plain_level(texts[i]):
            propose(plain_level(texts[i]), "level behind", i, i + 1)
    earlier = [i for i in range(low - 1, max(0, low - 25) - 1, -1) if letters[i] in "vdl"]
    for i in earlier[:3]:
        propose(plain_level(texts[i]) or texts[i], "clause before", i, i + 1)
    if moment.said:
        propose(moment.said, "said")
    return found


def action_features(moment: Moment, verbs: dict[str, Proposal], entity: str) -> Iterator[list[str]]:
    """The features of each verb, in their order; ``entity`` is what is counted."""
    texts, letters, k, low, dimension = moment.texts, moment.letters, moment.k, moment.low, moment.dimension
    before_kind, before_word = (letters[k - 1], texts[k - 1]) if k > low else ("^", "^")
    for verb, proposal in verbs.items():
        source, first, last = proposal.source, proposal.first, proposal.last
        features = [
            f"source dimension={source} {dimension}",
            f"verb={verb}",
            f"verb dimension={verb} {dimension}",
            f"head={entity[-1:]} {verb}",
            f"unit={moment.unit} {verb}",
            f"said={'again' if verb == moment.said else ''} {source}",
            f"unit source={moment.unit} {source}",
        ]
        if first >= 0:
            near, far = (last, k) if last <= k else (k + 1, first)
            features += [
                f"shape={source} {letters[near : min(far, near + 7)]}",
                f"distance={source} {min(far - near, 7)}",
                f"figures={source} {min(2, letters.count('#', near, far))}",
                f"kind dimension={letters[first]} {'ahead' if last <= k else ''} {dimension}",
                f"after={letters[first - 1] if first > low else '^'} {source}",
                f"before={letters[last : last + 1]} {source}",
            ]
        else:
            features += [
                f"left={before_kind} {source} {dimension}",
                f"left word={before_word} {source}",
            ]
        yield features
