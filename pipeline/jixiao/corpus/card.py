"""A dataset's card: a datasheet for people, in Chinese with English, and a Croissant description for programs.

Figures are counted from the documents, their gold and the manifests. What no program knows (why the archive was made, how it
was annotated) stands in ``about.toml`` beside the archive; a file ``AGREEMENT.md`` there is taken in as it is. The questions
are after T. Gebru et al., Datasheets for Datasets (2021).
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import regex

from jixiao.corpus import grids
from jixiao.corpus.archive import MANIFEST, Annotated
from jixiao.corpus.evaluation import SPLITS
from jixiao.corpus.splitting import Leakage, Part
from jixiao.corpus.statistics import Statistics
from jixiao.messages import Messages

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ABOUT = "about.toml"
AGREEMENT = "AGREEMENT.md"
DATASHEET = "DATASHEET.md"
CROISSANT = "croissant.json"
CONFORMS_TO = ("http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same in both languages."""

    zh: str
    en: str


class Dataset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a catalogue asks. ``license`` is an SPDX name or an address."""

    name: str
    title: Words
    description: Words
    license: str
    creator: str
    version: str
    published: str
    url: str | None = None
    keywords: tuple[str, ...] = ()


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``about.toml``: the dataset, and answers by the names of :data:`QUESTIONS`."""

    dataset: Dataset
    answers: dict[str, Words] = {}


class Question(NamedTuple):
    name: str
    zh: str
    en: str


SECTIONS: tuple[tuple[str, str, tuple[Question, ...]], ...] = (
    (
        "缘由",
        "Motivation",
        (
            Question("purpose", "为什么建这个数据集？", "Why was the dataset made?"),
            Question("creators", "谁建的？", "Who made it?"),
        ),
    ),
    (
        "构成",
        "Composition",
        (
            Question("instances", "一条数据是什么？", "What is an instance?"),
            Question("size", "有多少？", "How much is there?"),
            Question("distributions", "各类各有多少？", "How is it distributed?"),
            Question("coverage", "是全部还是样本，代表什么？", "All or a sample, and of what?"),
            Question("labels", "标注了什么？", "What is annotated?"),
            Question("missing", "缺什么？", "What is missing?"),
            Question("relations", "各条之间有无关系？", "Are instances related?"),
            Question("splits", "如何划分训练集与测试集？", "Are there recommended splits?"),
            Question("noise", "有哪些错误和干扰？", "What errors and noise are there?"),
            Question("persons", "是否涉及个人？", "Does it relate to persons?"),
        ),
    ),
    (
        "来源",
        "Collection",
        (
            Question("acquisition", "文本从哪里来？", "Where do the texts come from?"),
            Question("time", "何时形成？", "Over what time?"),
            Question("ethics", "有无伦理方面的考虑？", "What of ethics?"),
        ),
    ),
    (
        "标注",
        "Labelling",
        (
            Question("process", "怎样标注的？", "How was it annotated?"),
            Question("agreement", "标注是否一致？", "Do annotators agree?"),
        ),
    ),
    (
        "用途",
        "Uses",
        (
            Question("uses", "已用于和可用于什么？", "What has it been used for, and what can it be?"),
            Question("limits", "不宜用于什么？", "What should it not be used for?"),
        ),
    ),
    (
        "发布与维护",
        "Distribution and maintenance",
        (
            Question("distribution", "怎样发布，什么许可？", "How is it distributed, under what licence?"),
            Question("maintenance", "谁维护，怎样更正？", "Who maintains it, and how are errors mended?"),
        ),
    ),
)
QUESTIONS = tuple(question for _, _, questions in SECTIONS for question in questions)
_COMPUTED = frozenset({"size", "distributions", "relations", "splits", "noise"})  # that need no answer of a person
_RAI = {
    "rai:dataCollection": "acquisition",
    "rai:dataAnnotationProtocol": "process",
    "rai:dataLimitations": "limits",
    "rai:dataUseCases": "uses",
    "rai:personalSensitiveInformation": "persons",
    "rai:dataReleaseMaintenancePlan": "maintenance",
}
_ENCODING = {".md": "text/markdown", ".html": "text/html", ".htm": "text/html", ".jsonl": "application/jsonlines"}
_HEADING = regex.compile(r"^(#{1,4}) ", regex.MULTILINE)


class AboutError(ValueError):
    """``about.toml`` does not hold what it must; the message names the file and the place."""


class Both(Messages):
    """Each text in Chinese with the English behind it."""

    def __call__(self, key: str, **parameters: Any) -> str:
        zh, en = Messages("zh")(key, **parameters), Messages("en")(key, **parameters)
        return zh if zh == en else f"{zh} · {en}"


class Content(NamedTuple):
    """All that a card is made of; ``splits`` names the documents of each part, ``agreement`` is Markdown."""

    documents: Sequence[Annotated]
    statistics: Statistics
    about: About | None
    splits: Mapping[str, Sequence[str]]
    parts: Sequence[Part]
    leakage: Leakage | None
    agreement: str | None


def beside(places: Sequence[Path], name: str) -> Path | None:
    """The file ``name`` in or above ``places``, as ``splits.json`` is looked for; None if there is none."""
    for place in places:
        for folder in (place, *place.absolute().parents[:2]):
            if (folder / name).is_file():
                return folder / name
    return None


def read_about(path: Path) -> About:
    """``about.toml``; raises :class:`AboutError`, also on answers to questions that nobody asks."""
    try:
        about = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), About)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise AboutError(f"{path}: {error}") from error
    names = {question.name for question in QUESTIONS}
    if unknown := sorted(about.answers.keys() - names):
        raise AboutError(f"{path}: [answers] {', '.join(unknown)}; {', '.join(sorted(names))}")
    return about


def unanswered(content: Content) -> list[str]:
    """The questions that neither a person nor the program answers."""
    given = set(content.about.answers if content.about else ()) | _COMPUTED
    if content.agreement is not None:
        given.add("agreement")
    return [question.name for question in QUESTIONS if question.name not in given]


# ---- for people


def datasheet(content: Content, names: Mapping[str, str]) -> str:
    """The datasheet as Markdown. A question that nothing answers is left out.

    ``names`` has what labels are called in Chinese; their own names are English.
    """
    names = {label: f"{shown} · {label}" for label, shown in names.items()}
    about = content.about
    lines = ["# 数据说明书 · Datasheet"]
    if about is not None:
        dataset = about.dataset
        lines[0] = f"# {dataset.title.zh} · {dataset.title.en}"
        lines += [dataset.description.zh, dataset.description.en]
        facts = (f"`{dataset.name}` {dataset.version}", dataset.published, dataset.license, dataset.url)
        lines.append(" · ".join(filter(None, facts)))
    lines.append(
        "本页由 `jixiao corpus card` 生成，数字均由程序统计；要改文字，请改 `about.toml`。 · "
        "Made by `jixiao corpus card`, all figures counted; to change the words, edit `about.toml`."
    )
    for number, (zh, en, questions) in enumerate(SECTIONS, 1):
        answered = [
            (question, answer) for question in questions if (answer := list(_answer(question.name, content, names)))
        ]
        if answered:
            lines.append(f"## {number}. {zh} · {en}")
        for question, answer in answered:
            lines += [f"### {question.zh} · {question.en}", *answer]
    return "\n\n".join(line.strip() for line in lines) + "\n"


def _answer(name: str, content: Content, names: Mapping[str, str]) -> Iterator[str]:
    """What a person says, then what is counted, then what is taken in."""
    if content.about is not None and name in content.about.answers:
        words = content.about.answers[name]
        yield words.zh
        yield words.en
    say = Both("zh")
    size, spreads, *tables = grids.statistics_grids(content.statistics, say, names, longest=25)
    aspects = [aspect for aspect in content.statistics.counts if aspect not in ("entity_length", "density")]
    shown = dict(zip([a for a in aspects if content.statistics.counts[a]], tables, strict=True))
    if name == "size":
        yield from map(grids.markdown, (size, spreads))
    elif name == "distributions":
        yield from (grids.markdown(table) for aspect, table in shown.items() if aspect not in ("noise", "planted"))
    elif name == "noise":
        yield from (grids.markdown(shown[aspect]) for aspect in ("noise", "planted") if aspect in shown)
    elif name == "relations":
        yield _relations(content.documents)
    elif name == "splits" and content.leakage is not None:
        yield from map(grids.markdown, grids.split_grids(content.parts, content.leakage, say, names))
        yield say("split_clean" if content.leakage.none else "split_leaks")
    elif name == "agreement" and content.agreement is not None:
        yield _HEADING.sub(r"##\1 ", content.agreement)


def _relations(documents: Sequence[Annotated]) -> str:
    pairs = {
        frozenset((document.name, f"{document.path.parent.name}/{document.entry.pair}"))
        for document in documents
        if document.entry and document.entry.pair
    }
    years: dict[tuple[str, str], set[str | None]] = {}
    for document in documents:
        if document.entry:
            key = (document.path.parent.name, document.entry.organisation)
            years.setdefault(key, set()).add(document.entry.fiscal_year)
    several = sum(len(found) > 1 for found in years.values())
    return Both("zh")("card_relations", pairs=len(pairs), several=several)


# ---- for programs


def croissant(content: Content, folder: Path) -> dict[str, Any]:
    """The dataset as Croissant JSON-LD (1.0, with the RAI vocabulary), for a file in ``folder``, to which its paths relate.

    Every document and gold file is named with its SHA-256; the record sets hold the documents and the parts inline, so that
    a loader needs no code of ours.
    """
    about = content.about
    described: dict[str, Any] = {"name": folder.absolute().name}
    if about is not None:
        dataset = about.dataset
        licence = dataset.license if ":" in dataset.license else f"https://spdx.org/licenses/{dataset.license}.html"
        cited = (f"{dataset.title.en}, {dataset.version}.", f"{dataset.creator}, {dataset.published[:4]}.", dataset.url)
        described = {
            "name": dataset.name,
            "alternateName": [dataset.title.zh, dataset.title.en],
            "description": f"{dataset.description.zh}\n\n{dataset.description.en}",
            "license": licence,
            "creator": {"@type": "sc:Organization", "name": dataset.creator},
            "version": dataset.version,
            "datePublished": dataset.published,
            "citeAs": " ".join(filter(None, cited)),
            "keywords": list(dataset.keywords),
        }
        if dataset.url:
            described["url"] = dataset.url
        described |= {term: about.answers[name].en.strip() for term, name in _RAI.items() if name in about.answers}
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": list(CONFORMS_TO),
        **described,
        "inLanguage": ["zh-Hans"],
        "isLiveDataset": False,
        "size": f"{content.statistics.totals['documents']} documents",
        "variableMeasured": [
            {"@type": "sc:PropertyValue", "name": name, "value": number}
            for name, number in content.statistics.totals.items()
        ],
        "distribution": [_file(path, folder) for path in _files(content.documents)],
        "recordSet": [_parts(content.splits), _documents(content)] if content.splits else [_documents(content)],
    }


def _files(documents: Sequence[Annotated]) -> Iterator[Path]:
    for document in documents:
        yield document.path
        if document.gold is not None:
            yield document.path.with_name(document.path.name + ".gold")
    for place in sorted({document.path.parent for document in documents}):
        if (place / MANIFEST).is_file():
            yield place / MANIFEST


def _file(path: Path, folder: Path) -> dict[str, Any]:
    data = path.read_bytes()
    place = Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
    return {
        "@type": "cr:FileObject",
        "@id": place,
        "name": path.name,
        "contentUrl": place,
        "contentSize": f"{len(data)} B",
        "encodingFormat": _ENCODING.get(path.suffix, "text/plain"),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _parts(splits: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    address = {"train": "cr:TrainingSplit", "dev": "cr:ValidationSplit", "test": "cr:TestSplit"}
    return {
        "@type": "cr:RecordSet",
        "@id": "parts",
        "name": "parts",
        "description": f"The parts of {SPLITS}: no organisation and no near-duplicate stands in two of them.",
        "dataType": "cr:Split",
        "key": {"@id": "parts/name"},
        "field": [_field("parts/name", "sc:Text"), _field("parts/url", "sc:URL")],
        "data": [{"parts/name": part, "parts/url": address[part]} for part in splits],
    }


def _documents(content: Content) -> dict[str, Any]:
    part_of = {name: part for part, names in content.splits.items() for name in names}
    rows = []
    for document in content.documents:
        entry, gold = document.entry, document.gold
        claims = sum(mention.role == "claim" for mention in gold.mentions) if gold else 0
        rows.append(
            {
                "documents/name": document.name,
                "documents/region": entry.region if entry else None,
                "documents/organisation": entry.organisation if entry else None,
                "documents/department": entry.department if entry else None,
                "documents/fiscal_year": entry.fiscal_year if entry else None,
                "documents/document_type": entry.document_type if entry else None,
                "documents/part": part_of.get(document.name),
                "documents/characters": len(document.source.text),
                "documents/claims": claims,
            }
        )
    fields = [_field(name, "sc:Integer" if name.endswith(("characters", "claims")) else "sc:Text") for name in rows[0]]
    for field in fields:
        if field["@id"] == "documents/part" and content.splits:
            field["references"] = {"field": {"@id": "parts/name"}}
    return {
        "@type": "cr:RecordSet",
        "@id": "documents",
        "name": "documents",
        "description": "One record a document: what the manifest says of it, its part, its size and its annotated claims.",
        "key": {"@id": "documents/name"},
        "field": fields,
        "data": rows,
    }


def _field(name: str, kind: str) -> dict[str, Any]:
    return {"@type": "cr:Field", "@id": name, "name": name.rpartition("/")[2], "dataType": kind}


# The context that the Croissant 1.0 specification prints, with the RAI vocabulary.
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{
        term: f"cr:{term}"
        for term in (
            *("citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet"),
            *("format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
            *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField"),
            "transform",
        )
    },
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "sc": "https://schema.org/",
}
