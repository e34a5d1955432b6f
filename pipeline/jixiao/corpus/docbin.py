"""spaCy: DocBin files and the config with which ``spacy train`` learns from them.

A Doc is a passage of a document (see :mod:`jixiao.corpus.passages`), tokens are characters. ``doc.spans["sc"]`` holds all
spans with their labels (for ``spancat``; they may overlap), ``doc.ents`` the quantities (for ``ner``; they never do).
Labels are QUANTITY, QUALIFIER, ENTITY and ACTION. What else is known of these spans goes along: ``doc.user_data`` has the
``document``, where in it the Doc begins (``start``, an offset into the source text), the ``attributes`` of every span by the
span's ``id_``, and the ``relations`` (label, source, target: ids of spans, as in :mod:`jixiao.corpus.spans`; one of them may
stand in another Doc of the document).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.tokens import Span as SpacySpan
from thinc.api import Config

from jixiao.corpus.passages import LABELS, UNSPLIT, learnable, passages, searched
from jixiao.corpus.spans import Marked, Span

SPANS_KEY = "sc"
ENTS = ("claim", "qualifier")  # what goes to doc.ents
RELATIONS = ("entity", "action")
PASSAGE = 400  # characters a Doc at most
WIDTH = 96
DEPTH = 6  # layers of one neighbour on either side: a token sees six characters before and behind it
# Of a hundred stretches of characters that are looked at one is a span. With independent labels (``spancat``) nothing but
# quantities is found after 300 steps; with one label each and the others made lighter, half of the entities and verbs are.
NEGATIVE_WEIGHT = 0.5
LEARN_RATE = 0.002
BATCH = 300  # characters
REACH = 0.99  # share of the spans that must be short enough for spancat's suggester to propose them


def write(documents: Iterable[Marked], out: Path) -> None:
    """``SPLIT.spacy`` for every split and ``config.cfg`` in the folder ``out``; documents not searched for claims are left out."""
    nlp = spacy.blank("zh")
    bins: dict[str, DocBin] = {}
    lengths: list[int] = []
    for marked in searched(documents):
        docs = bins.setdefault(marked.split or UNSPLIT, DocBin(store_user_data=True))
        for doc in to_docs(marked, nlp):
            docs.add(doc)
            lengths += [len(span) for span in doc.spans[SPANS_KEY]]
    out.mkdir(parents=True, exist_ok=True)
    for split, docs in bins.items():
        docs.to_disk(out / f"{split}.spacy")
    longest = sorted(lengths)[int(REACH * (len(lengths) - 1))] if lengths else 1
    paths = {name: f"{name}.spacy" for name in bins if name in ("train", "dev")}
    config(longest, paths).to_disk(out / "config.cfg")


def to_docs(marked: Marked, nlp: Language) -> Iterator[Doc]:
    """The passages of one document, which has been searched for claims, as Docs of ``nlp`` (``spacy.blank("zh")``).

    Their texts one after the other are ``marked.text``.
    """
    spans = learnable(marked)
    for start, end in passages(marked.text, PASSAGE, [(span.start, span.end) for span in spans]):
        doc = nlp.make_doc(marked.text[start:end])
        here = {span.id: span for span in spans if start <= span.start and span.end <= end}
        group = [_span(doc, span, start) for span in here.values()]
        doc.spans[SPANS_KEY] = group
        doc.ents = [each for each in group if here[each.id_].label in ENTS]
        doc.user_data = {
            "document": marked.key,
            "start": start,
            "attributes": {span.id: span.attributes for span in here.values()},
            "relations": [
                [relation.label, relation.source, relation.target]
                for relation in marked.relations
                if relation.label in RELATIONS and relation.target in here
            ],
        }
        yield doc


def _span(doc: Doc, span: Span, start: int) -> SpacySpan:
    # Blanks that follow one another are one token, and a span that ended among them would be widened.
    found = doc.char_span(
        span.start - start, span.end - start, LABELS[span.label], span_id=span.id, alignment_mode="expand"
    )
    if found is None:
        raise ValueError(f"{span.id} lies outside the tokens of its passage")
    return found


def config(longest: int, paths: Mapping[str, str]) -> Config:
    """A complete config for ``spacy train`` with the pipeline tok2vec, ner, spancat, small enough for a processor.

    ``longest`` is the length in tokens up to which spancat considers spans; ``paths`` tells where the data of ``train`` and ``dev``
    are, relative to where ``spacy train`` is started; those without a path ``spacy train`` asks for.
    """
    nlp = spacy.blank("zh")
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": WIDTH, "upstream": "*"}
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": WIDTH,
        "attrs": ["NORM", "SHAPE"],  # of a single character, prefix and suffix are the character
        "rows": [5000, 500],
        "include_static_vectors": False,
    }
    encode = {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": WIDTH,
        "depth": DEPTH,
        "window_size": 1,
        "maxout_pieces": 3,
    }
    nlp.add_pipe("tok2vec", config={"model": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode}})
    nlp.add_pipe("ner", config={"model": {"tok2vec": listener}})
    nlp.add_pipe(
        "spancat_singlelabel",
        "spancat",
        config={
            "spans_key": SPANS_KEY,
            "negative_weight": NEGATIVE_WEIGHT,
            "suggester": {"@misc": "spacy.ngram_range_suggester.v1", "min_size": 1, "max_size": longest},
            "model": {
                "@architectures": "spacy.SpanCategorizer.v1",
                "tok2vec": listener,
                "reducer": {"@layers": "spacy.mean_max_reducer.v1", "hidden_size": 128},
                "scorer": {"@layers": "Softmax.v2", "nO": None, "nI": None},
            },
        },
    )
    settings = nlp.config.copy()
    settings["paths"].update(paths)
    settings["training"].update(max_steps=2000, eval_frequency=200)
    settings["training"]["batcher"]["size"] = BATCH
    settings["training"]["optimizer"]["learn_rate"] = LEARN_RATE
    settings["training"]["score_weights"].update(ents_f=0.5, spans_sc_f=0.5)
    return settings
