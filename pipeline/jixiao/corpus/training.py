"""Training of the models in ``models/`` from annotated documents: what is seen from each quantity, and what was meant.

Eight linear models are fitted, each by maximum likelihood with a quadratic penalty, deterministically:

``filter``    logistic regression over the figures of :func:`ranking.questionable`: is what the rules hold to be a claim one?
``trust``     logistic regression: is the rules' best candidate the entity? ``verb_trust`` the same of its verb, by the clause.
``entity``    conditional logit over the proposals of a quantity: which of them is it? Right is what the scorer counts as right,
              the nearer to gold the more. ``shortlist`` the same of the few features that can be seen at a glance.
``action``    the same over the verbs.
``category``  multinomial logistic regression; of two gold labels the first counts a little more.
``link``      logistic regression over the pairs of a claim and a target that could be meant: does the one answer the other?

scikit-learn and scipy are needed here and nowhere else (``pip install "jixiao[train]"``).
"""

from __future__ import annotations

import hashlib
import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from jixiao.analyse import Report, analyse
from jixiao.claims import find_claims
from jixiao.classify import by_rules, category_features
from jixiao.clean import clean
from jixiao.corpus.archive import Annotated
from jixiao.corpus.gold import GoldLink, GoldMention
from jixiao.corpus.scoring import Counts, add, measure, paired
from jixiao.ingest import read
from jixiao.ingest.metadata import describe
from jixiao.lexicon import Lexicon, load
from jixiao.linear import RULES_ONLY, Linear, Models, Multiclass, softmax
from jixiao.link import own_rows
from jixiao.pairs import candidates, prepare
from jixiao.phrases import ALIKE, alike, similarity
from jixiao.ranking import (
    Moment,
    action_features,
    actions,
    clause_features,
    entity_features,
    features_of_sources,
    filter_features,
    glances,
    phrase_features,
    proposals,
    questionable,
)
from jixiao.records import Category, Claim, Target
from jixiao.segment import segment

SEEN = 5  # how often a feature must occur in training to get a weight
SEEN_ACTION = 5
SEEN_TRUST = 2
PENALTY = 1.0
TRUSTED = 0.82  # from this probability on the rules' candidate is taken without asking the ranker
TRUSTED_VERB = 0.56
TRUST_PENALTY = 0.15
FILTERED = 0.2  # below this probability a figure that the rules hold to be a claim is none
FILTER_PENALTY = 3.0
EXACTLY = 8  # the power that tells the gold's own words from what only counts as the same
EXACTLY_ACTION = 6
LINKED = 0.35  # from this probability on a claim is taken to answer a target
LINK_PENALTY = 0.15
SURE_CATEGORY = 0.85  # below this the rules' category stands
FOLDS = 4
SHARPER = (1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2, 2.5, 2.8, 3.2)
DIGITS = 2  # of a weight in the file; the rest is noise, and would differ between machines
LEAST = 0.1  # a weight below it hardly ever decides; without them the files are half as long
LEAST_OF_CLASS = 0.2
NUMBERS_OF_A_LIST = re.compile(rb"\n +(-?\d)")


class Figure(NamedTuple):
    """What the rules hold to be a claim in an annotated document: what was seen from it, and what a person wrote of it.

    ``gold`` is None where a person saw neither a claim nor a qualifier.
    """

    moment: Moment
    claim: Claim
    gold: GoldMention | None

    @property
    def claimed(self) -> bool:
        return self.gold is not None and self.gold.role == "claim"


class Seen(NamedTuple):
    """A figure that a person holds to be a claim too."""

    moment: Moment
    claim: Claim
    gold: GoldMention


def observe(documents: Iterable[Annotated]) -> list[Figure]:
    """Every quantity of the prose that the rules hold to be a claim."""
    lexicon = load()
    found: list[Figure] = []
    for document in documents:
        if document.gold is None:
            continue
        cleaned = clean(document.source.text, lexicon)
        moments: dict[tuple[int, int], Moment] = {}

        def watch(start: int, end: int, moment: Moment) -> None:
            moments[cleaned.view.source_span(start, end)] = moment  # noqa: B023 - called before the next turn

        described = describe(document.source, cleaned, lexicon)
        sections = segment(cleaned, document.source.doc_id, lexicon, described.document_type)
        claims = find_claims(cleaned, sections, described, lexicon, RULES_ONLY, watch)
        mentions = document.gold.mentions
        pairs = paired([(m.start, m.end) for m in mentions], [(c.start, c.end) for c in claims])
        gold = {j: mentions[i] for i, j in pairs}
        for j, claim in enumerate(claims):
            moment = moments.get((claim.start, claim.end))
            if moment is not None:
                found.append(Figure(moment, claim, gold.get(j)))
    return found


def train(documents: Sequence[Annotated]) -> Models:
    """Fit all models to the gold of ``documents``; the same documents give the same weights."""
    figures = observe(documents)
    seen = [Seen(figure.moment, figure.claim, figure.gold) for figure in figures if figure.gold and figure.claimed]
    entity_right = [alike(s.claim.entity, s.gold.entity) for s in seen]
    action_right = [alike(s.claim.action, s.gold.action) for s in seen]
    clauses = [clause_features(s.moment) for s in seen]
    phrases = [clause + phrase_features(s.moment) for clause, s in zip(clauses, seen, strict=True)]
    doubts = _doubts(phrases, entity_right)
    models = Models(
        filter=fit_filter(figures),
        trust=_fit_trust(phrases, entity_right, TRUSTED),
        shortlist=_fit_ranker([_choices(s.gold.entity, EXACTLY, *_at_a_glance(s)) for s in seen], SEEN, doubts),
        entity=_fit_ranker([_choices(s.gold.entity, EXACTLY, *_closely(s)) for s in seen], SEEN, doubts),
        verb_trust=_fit_trust(clauses, action_right, TRUSTED_VERB),
        action=_fit_ranker([_choices(s.gold.action, EXACTLY_ACTION, *_verbs(s)) for s in seen], SEEN_ACTION),
        category=_fit_category(seen),
    )
    # Claims as the rules read them: these documents the models have seen, and read better than any other.
    return msgspec.structs.replace(models, link=_fit_link(documents, RULES_ONLY))


class Linked(NamedTuple):
    """A report with the targets that its gold links name, of the report itself and of its partner files (by file name)."""

    document: Annotated
    report: Report
    targets: dict[str | None, tuple[Target, ...]]

    def meant(self, gold: GoldLink) -> tuple[tuple[str, ...], str] | None:
        """The claims and the target that a gold link means, by id; None where one of them was not found."""
        claims = [
            next((c.claim_id for c in self.report.claims if c.start < end and start < c.end), None)
            for start, end in gold.claims
        ]
        options = [
            (similarity(t.indicator, gold.target), t.fiscal_year is not None, t) for t in self.targets[gold.file]
        ]
        near, _, target = max(options, key=lambda option: option[:2], default=(0.0, False, None))
        if target is None or near < ALIKE or None in claims:
            return None
        return tuple(claim for claim in claims if claim), target.target_id


def linked(documents: Sequence[Annotated], models: Models) -> list[Linked]:
    """The reports among ``documents`` that have gold links, each with the targets they name."""
    reports: dict[Path, Report] = {}

    def read_report(path: Path) -> Report:
        if path not in reports:
            reports[path] = analyse(read(str(path)), models=models)
        return reports[path]

    found = []
    for document in documents:
        if document.gold is not None and document.gold.links:
            files = {one.file for one in document.gold.links}
            places = {file: document.path if file is None else document.path.with_name(file) for file in files}
            targets = {file: read_report(path).targets for file, path in places.items()}
            found.append(Linked(document, read_report(document.path), targets))
    return found


def _fit_link(documents: Sequence[Annotated], models: Models) -> Linear | None:
    """Learned from claims as ``models`` read them; None where no document has links to learn from."""
    from sklearn.linear_model import LogisticRegression

    lexicon = load()
    rows: list[list[str]] = []
    right: list[bool] = []
    for one in linked(documents, models):
        golds = one.document.gold.links if one.document.gold is not None else ()
        meant = [named for gold in golds if (named := one.meant(gold)) is not None]
        direct = {(claims[0], target) for claims, target in meant if len(claims) == 1}
        computed = {(claim, target) for claims, target in meant if len(claims) > 1 for claim in claims}
        targets = [target for some in one.targets.values() for target in some]
        own = {(link.claim_id, link.target_id) for link in own_rows(one.report.claims, targets, lexicon)}
        titles = {section.section_id: section.title for section in one.report.sections}
        for pair in candidates(*prepare(one.report.claims, targets, titles, lexicon), lexicon):
            key = pair.said.claim.claim_id, pair.aim.target.target_id
            if key not in computed and key not in own:
                rows.append(pair.features)
                right.append(key in direct)
    if not any(right):
        return None
    names = _frequent(rows, SEEN_TRUST)
    model = LogisticRegression(C=LINK_PENALTY, max_iter=2000).fit(_matrix(rows, names), right)
    return Linear(
        bias=round(float(model.intercept_[0]), DIGITS),
        threshold=LINKED,
        weights=_rounded(names, model.coef_[0], 0.0),
    )


SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)


class Step(NamedTuple):
    """A point of the learning curve: models learned from some of the documents, and the counts they reach on each part.

    ``share`` is 0 for the rules alone.
    """

    share: float
    documents: int
    claims: int
    models: Models
    counts: dict[str, Counts]


def learning_curve(
    documents: Sequence[Annotated],
    held_out: Mapping[str, Sequence[Annotated]],
    shares: Sequence[float] = SHARES,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[Step]:
    """Train on growing shares of ``documents`` (always the same ones, mixed by the digest of their names), the last all of
    them, and measure on each part of ``held_out``; the first step is the rules alone."""
    mixed = sorted(documents, key=lambda document: hashlib.sha256(document.name.encode()).digest())
    steps = [Step(0, 0, 0, RULES_ONLY, _measured(held_out, RULES_ONLY))]
    for done, share in enumerate(shares, 1):
        some = mixed[: max(1, round(share * len(mixed)))]
        models = train(some)
        claims = sum(
            mention.role == "claim" for document in some if document.gold for mention in document.gold.mentions
        )
        steps.append(Step(share, len(some), claims, models, _measured(held_out, models)))
        if progress:
            progress(done, len(shares), f"{share:.0%}")
    return steps


def _measured(parts: Mapping[str, Sequence[Annotated]], models: Models) -> dict[str, Counts]:
    return {
        name: add(
            measure(document.gold.mentions, analyse(document.source, models=models).claims)
            for document in documents
            if document.gold is not None
        )
        for name, documents in parts.items()
    }


def save(models: Models, folder: Path) -> list[Path]:
    """Write each model as ``NAME.json`` into ``folder``, keys sorted, a feature a line so that versions can be compared."""
    paths = []
    for name in Models.__struct_fields__:
        model = getattr(models, name)
        path = folder / f"{name}.json"
        text = msgspec.json.format(msgspec.json.encode(model, order="sorted"), indent=1)
        path.write_bytes(NUMBERS_OF_A_LIST.sub(rb"\1", text) + b"\n")
        paths.append(path)
    return paths


class _Choices(NamedTuple):
    """The features of each choice, and how right it is (the weights sum to 1; all 0 where none is right)."""

    features: list[list[str]]
    right: list[float]


def _at_a_glance(seen: Seen) -> tuple[list[str], list[list[str]]]:
    looks = glances(seen.moment, proposals(seen.moment))
    return list(looks), [look.features for look in looks.values()]


def _closely(seen: Seen) -> tuple[list[str], list[list[str]]]:
    phrases = proposals(seen.moment)
    shared = features_of_sources(seen.moment, {phrase.source for phrase in phrases.values()})
    own = entity_features(seen.moment, glances(seen.moment, phrases))
    return list(phrases), [shared[phrase.source] + few for phrase, few in zip(phrases.values(), own, strict=True)]


def _verbs(seen: Seen) -> tuple[list[str], list[list[str]]]:
    verbs = actions(seen.moment, seen.claim.action)
    return list(verbs), list(action_features(seen.moment, verbs, seen.claim.entity))


def _choices(gold: str, exactly: int, names: list[str], features: list[list[str]]) -> _Choices:
    near = [similarity(name, gold) for name in names]
    right = [share**exactly if share >= ALIKE else 0.0 for share in near]
    total = sum(right)
    return _Choices(features, [share / total for share in right] if total else right)


def _doubts(rows: Sequence[list[str]], right: Sequence[bool]) -> list[float]:
    """How much a ranker heeds each case, 0.1–1: it is asked where the rules are doubted, so these count for more.

    The doubt is that of a model which has not seen the case.
    """
    trusted: list[float] = []
    for low, high in _parts_of(len(rows)):
        trust = _fit_trust([*rows[:low], *rows[high:]], [*right[:low], *right[high:]], TRUSTED)
        trusted += [trust.probability(row) for row in rows[low:high]]
    return [min(1.0, 1.1 - sure) for sure in trusted]


def _parts_of(number: int) -> Iterator[tuple[int, int]]:
    """``number`` cases in FOLDS parts, from where to where; documents stand together, so that a part holds whole ones."""
    return itertools.pairwise([number * part // FOLDS for part in range(FOLDS + 1)])


def _fit_ranker(choices: Sequence[_Choices], seen_at_least: int, heeded: Sequence[float] | None = None) -> Linear:
    """Conditional logit: the likelihood of the right choices under a softmax over all choices of a quantity.

    ``heeded`` is how much each quantity counts, 1 by default.
    """
    import numpy as np
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    told = [i for i, choice in enumerate(choices) if any(choice.right)]
    counts = np.array([1.0 if heeded is None else heeded[i] for i in told])
    choices = [choices[i] for i in told]
    names = _frequent((set(features) for choice in choices for features in choice.features), seen_at_least)
    places, rows, groups = [0], [], [0]
    for choice in choices:
        for features in choice.features:
            rows.extend(sorted(names[feature] for feature in set(features) if feature in names))
            places.append(len(rows))
        groups.append(groups[-1] + len(choice.features))
    shape = (len(places) - 1, len(names))
    matrix = csr_matrix((np.ones(len(rows)), np.array(rows), np.array(places)), shape=shape)
    right = np.concatenate([np.array(choice.right) for choice in choices])
    starts = np.array(groups[:-1])
    group = np.repeat(np.arange(len(choices)), np.diff(groups))
    count = counts[group]

    def loss(weights: Any) -> tuple[float, Any]:
        scores = matrix @ weights
        powers = scores - np.maximum.reduceat(scores, starts)[group]
        shares = np.exp(powers)
        totals = np.bincount(group, shares)
        logs = powers - np.log(totals)[group]
        gradient = matrix.T @ (count * (shares / totals[group] - right)) + PENALTY * weights
        return float(-(count * right * logs).sum() + PENALTY / 2 * weights @ weights), gradient

    fitted = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return Linear(weights=_rounded(names, fitted.x))


def fit_filter(figures: Sequence[Figure]) -> Linear | None:
    """The model of what is a claim; None where there is nothing to learn from."""
    asked = [figure for figure in figures if questionable(figure.moment)]
    claimed = [figure.claimed for figure in asked]
    if len(set(claimed)) < 2:
        return None
    return _fit_yes_or_no([filter_features(f.moment) for f in asked], claimed, FILTERED, FILTER_PENALTY)


def _fit_trust(rows: Sequence[list[str]], right: list[bool], threshold: float) -> Linear:
    return _fit_yes_or_no(rows, right, threshold, TRUST_PENALTY)


def _fit_yes_or_no(rows: Sequence[list[str]], right: list[bool], threshold: float, penalty: float) -> Linear:
    """Logistic regression; ``penalty`` is what scikit-learn calls C, the less the more even the weights."""
    from sklearn.linear_model import LogisticRegression

    names = _frequent(rows, SEEN_TRUST)
    model = LogisticRegression(C=penalty, max_iter=1000).fit(_matrix(rows, names), right)
    return Linear(
        bias=round(float(model.intercept_[0]), DIGITS),
        threshold=threshold,
        weights=_rounded(names, model.coef_[0]),
    )


def _fit_category(seen: Sequence[Seen]) -> Multiclass:
    """The penalty makes the model's shares too even; they are sharpened by the factor that fits best what it has not seen."""
    lexicon = load()
    rows = [features_of_category(s.claim, s.moment.dimension, lexicon) for s in seen]
    golds = [s.gold.category for s in seen]
    unseen: list[tuple[Multiclass, range]] = []
    for low, high in _parts_of(len(rows)):
        unseen.append((_fit_labels(rows[:low] + rows[high:], golds[:low] + golds[high:], 1.0), range(low, high)))

    def likelihood(factor: float) -> float:
        total = 0.0
        for model, part in unseen:
            for i in part:
                shares = softmax([factor * score for score in model.scores(rows[i])])
                right = sum(share for label, share in zip(model.classes, shares, strict=True) if label in golds[i])
                total += math.log(max(right, 1e-6))
        return total

    return _fit_labels(rows, golds, max(SHARPER, key=likelihood))


def _fit_labels(rows: Sequence[list[str]], golds: Sequence[tuple[Category, ...]], factor: float) -> Multiclass:
    from sklearn.linear_model import LogisticRegression

    told = [
        (row, label, share)
        for row, labels in zip(rows, golds, strict=True)
        for label, share in zip(labels, (1.0,) if len(labels) == 1 else (0.6, 0.4), strict=True)
    ]
    names = _frequent(rows, 2)
    model = LogisticRegression(C=0.3, max_iter=1000).fit(
        _matrix([row for row, _, _ in told], names),
        [label for _, label, _ in told],
        sample_weight=[share for _, _, share in told],
    )
    weights, bias = factor * model.coef_, factor * model.intercept_
    return Multiclass(
        threshold=SURE_CATEGORY,
        classes=tuple(msgspec.convert([str(label) for label in model.classes_], list[Category])),
        bias=tuple(round(float(value), DIGITS) for value in bias),
        weights={
            name: tuple(round(float(value), DIGITS) for value in weights[:, column])
            for name, column in names.items()
            if abs(weights[:, column]).max() >= LEAST_OF_CLASS
        },
    )


def features_of_category(claim: Claim, dimension: str, lexicon: Lexicon) -> list[str]:
    """The features that the category model sees of a claim."""
    entity = f"{claim.column or ''}{claim.entity}"
    category, sure = by_rules(entity, claim.action, claim.unit, dimension, claim.section_label, claim.sentence, lexicon)
    return category_features(category, sure, entity, claim.action, claim.unit, dimension, claim.section_label)


def _frequent(rows: Iterable[Iterable[str]], at_least: int) -> dict[str, int]:
    """The features that occur in at least so many rows, numbered in the order of their names."""
    counts = Counter(feature for row in rows for feature in set(row))
    return {name: place for place, name in enumerate(sorted(n for n, count in counts.items() if count >= at_least))}


def _matrix(rows: Sequence[Iterable[str]], names: dict[str, int]) -> Any:
    import numpy as np
    from scipy.sparse import csr_matrix

    columns = [sorted(names[feature] for feature in set(row) if feature in names) for row in rows]
    places = np.cumsum([0, *map(len, columns)])
    flat = np.array([column for row in columns for column in row])
    return csr_matrix((np.ones(len(flat)), flat, places), shape=(len(rows), len(names)))


def _rounded(names: dict[str, int], weights: Any, least: float = LEAST) -> dict[str, float]:
    rounded = {name: round(float(weights[column]), DIGITS) for name, column in names.items()}
    return {name: weight for name, weight in rounded.items() if abs(weight) > least}
