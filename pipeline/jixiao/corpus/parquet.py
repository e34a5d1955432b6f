"""Parquet files with a dataset card: a folder that ``datasets.load_dataset(folder, "claims")`` loads as it is.

Three configurations share the splits: ``documents`` (a row a document: its text with all spans and relations), ``claims`` (a row
a quantity, claim or qualifier, with its fields and the passage it stands in) and ``targets`` (a row a number of a target
table). Offsets are half-open code points of the document's text; numbers are decimal strings with the digits they were
printed with, never floats. The files are written document by document, so that an archive of any size fits in memory.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pyarrow
from pyarrow.parquet import ParquetWriter

from jixiao.corpus.passages import UNSPLIT, learnable, passages, trimmed
from jixiao.corpus.spans import Marked, to_gold

SPLITS = {"dev": "validation"}  # what the datasets library calls them
PASSAGE = 400  # characters
ROWS = 5000  # of a group in the files

Row = dict[str, Any]
Column = tuple[str, str]  # name and type: "string", "int64", "strings", or "spans" and "relations" for lists of records

ABOUT: list[Column] = [(name, "string") for name in ("organisation", "region", "fiscal_year", "document_type")]
PLACE: list[Column] = [("start", "int64"), ("end", "int64"), ("text", "string")]


def _strings(*names: str) -> list[Column]:
    return [(name, "string") for name in names]


COLUMNS: dict[str, list[Column]] = {
    "documents": [
        *_strings("document", "title"),
        *ABOUT,
        ("text", "string"),
        ("annotated", "strings"),
        ("spans", "spans"),
        ("relations", "relations"),
    ],
    "claims": [
        *_strings("document"),
        *ABOUT,
        *PLACE,
        *_strings("role", "value", "value_max", "approx", "unit", "entity", "action", "period"),
        ("category", "strings"),
        ("passage", "string"),
        ("passage_start", "int64"),
    ],
    "targets": [
        *_strings("document"),
        *ABOUT,
        *PLACE,
        *_strings("level1", "level2", "indicator", "comparator", "value", "value_max", "unit"),
        *_strings("actual_text", "weight", "score"),
    ],
}
RECORDS: dict[str, list[Column]] = {
    "spans": [*_strings("id", "label"), *PLACE, ("attributes", "string")],
    "relations": _strings("label", "source", "target"),
}


def rows(marked: Marked) -> dict[str, list[Row]]:
    """The rows of one document by configuration."""
    about = msgspec.structs.asdict(marked.about)
    common = {"document": marked.key, **{name: about[name] for name, _ in ABOUT}}
    gold = to_gold(marked)
    return {
        "documents": [
            {
                **common,
                "title": marked.about.title,
                "text": marked.text,
                "annotated": sorted(marked.blocks),
                "spans": [
                    {
                        "id": span.id,
                        "label": span.label,
                        "start": span.start,
                        "end": span.end,
                        "text": marked.text[span.start : span.end],
                        "attributes": msgspec.json.encode(span.attributes).decode(),
                    }
                    for span in marked.spans
                ],
                "relations": [msgspec.structs.asdict(relation) for relation in marked.relations],
            }
        ],
        "claims": [
            {**common, **_plain(mention), **place}
            for mention, place in zip(gold.mentions, _passages(marked, [m.start for m in gold.mentions]), strict=True)
        ],
        "targets": [{**common, **_plain(target)} for target in gold.targets],
    }


def _plain(record: msgspec.Struct) -> Row:
    """A record's fields, decimals as strings."""
    plain: Row = msgspec.to_builtins(record)
    return plain


def _passages(marked: Marked, starts: Sequence[int]) -> Iterator[Row]:
    """The passage that each of ``starts`` stands in."""
    found = passages(marked.text, PASSAGE, [(span.start, span.end) for span in learnable(marked)]) if starts else []
    begins = [start for start, _ in found]
    for place in starts:
        start, end = trimmed(marked.text, *found[bisect_right(begins, place) - 1])
        yield {"passage": marked.text[start:end], "passage_start": start}


def write(documents: Iterable[Marked], out: Path) -> None:
    """``CONFIG/SPLIT.parquet`` and ``README.md`` in the folder ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    schemas = {config: pyarrow.schema([_field(*column) for column in COLUMNS[config]]) for config in COLUMNS}
    writers: dict[tuple[str, str], Any] = {}
    waiting: dict[tuple[str, str], list[Row]] = defaultdict(list)
    counts: Counter[tuple[str, str]] = Counter()
    origins: set[str] = set()

    with ExitStack() as stack:

        def flush(config: str, split: str) -> None:
            file = config, split
            if file not in writers:
                (out / config).mkdir(exist_ok=True)
                path = out / config / f"{split}.parquet"
                writers[file] = stack.enter_context(ParquetWriter(path, schemas[config], compression="zstd"))
            writers[file].write_table(pyarrow.Table.from_pylist(waiting.pop(file), schemas[config]))

        for marked in documents:
            split = marked.split or UNSPLIT
            split = SPLITS.get(split, split)
            origins.add(marked.origin)
            for config, found in rows(marked).items():
                waiting[config, split] += found
                counts[config, split] += len(found)
                if len(waiting[config, split]) >= ROWS:
                    flush(config, split)
        for config, split in [file for file, left in waiting.items() if left]:
            flush(config, split)
    (out / "README.md").write_text(card(counts, origins), encoding="utf-8")


def _field(name: str, kind: str) -> Any:
    if kind == "strings":
        return pyarrow.field(name, pyarrow.list_(pyarrow.string()))
    if kind in RECORDS:
        record = pyarrow.struct([_field(*column) for column in RECORDS[kind]])
        return pyarrow.field(name, pyarrow.list_(record))
    return pyarrow.field(name, pyarrow.type_for_alias(kind))


def card(counts: Mapping[tuple[str, str], int], origins: Iterable[str]) -> str:
    """The dataset card: a YAML header for the datasets library, and what a reader must know of the columns."""
    files = {
        config: [split for other, split in counts if other == config and counts[other, split]] for config in COLUMNS
    }
    header = ["---", "language:", "- zh", "pretty_name: 绩效自评报告量化表述语料", "task_categories:"]
    header += ["- token-classification", "- text-classification", "configs:"]
    present = [config for config in COLUMNS if files[config]]
    for config in present:
        header += [f"- config_name: {config}", *(["  default: true"] if config == "claims" else []), "  data_files:"]
        for split in files[config]:
            header += [f"  - split: {split}", f"    path: {config}/{split}.parquet"]
    header.append("dataset_info:")
    for config in present:
        header += [f"- config_name: {config}", "  features:"]
        for name, kind in COLUMNS[config]:
            header += [f"  - name: {name}", *_feature(kind, "    ")]
    header.append("---")
    splits = list(dict.fromkeys(split for _, split in counts))
    table = [f"| | {' | '.join(splits)} |", "|---|" + "---:|" * len(splits)]
    table += [f"| {config} | {' | '.join(f'{counts[config, split]:,}' for split in splits)} |" for config in present]
    return "\n".join([*header, "", _TEXT.format(table="\n".join(table), origin=_origin(set(origins))), ""])


def _feature(kind: str, indent: str) -> list[str]:
    if kind == "strings":
        return [f"{indent}list: string"]
    if kind in RECORDS:
        lines = [f"{indent}list:"]
        for name, each in RECORDS[kind]:
            lines += [f"{indent}- name: {name}", f"{indent}  dtype: {each}"]
        return lines
    return [f"{indent}dtype: {kind}"]


def _origin(origins: set[str]) -> str:
    if origins == {"gold"}:
        return "由人工标注。 Annotated by people."
    if origins == {"model"}:
        return "由程序识别，未经人工核对。 Found by the program, not checked by people."
    return "部分由人工标注，部分由程序识别。 Partly annotated by people, partly found by the program."


_TEXT = """# 绩效自评报告量化表述语料

{origin}

{table}

- `documents`：一份文件一行，含原文（`text`）、全部标注片段（`spans`）及其关系（`relations`）；`annotated` 列出已标全的层次，
  未列出的层次没有标注，不得当作“没有”。
- `claims`：一处数量一行。`role` 为 `claim`（陈述）或 `qualifier`（仅作限定）；`value`、`value_max` 为基本单位下的十进制数（字符串，
  保留原有小数位）；`entity`、`action` 为所数的对象和动作；`category` 为一至两个指标类别；`passage` 为所在段落。
- `targets`：绩效目标表中的一个指标值一行。

`start`、`end` 以字符（码点）计，左闭右开，指向 `documents` 中同名文件的 `text`。

- `documents`: a row a document with all spans and relations; `annotated` lists the layers that are complete.
- `claims`: a row a quantity with what it counts; numbers are decimal strings in base units.
- `targets`: a row a number of a target table.

Offsets are half-open code points of the `text` of the document of that name.

```python
from datasets import load_dataset

claims = load_dataset("path/to/this/folder", "claims")
```"""
