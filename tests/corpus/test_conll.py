from __future__ import annotations

from pathlib import Path

import pytest
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2, Entities
from small import REPORT, archive, report, table
from spacy.training.converters import conll_ner_to_docs

from jixiao.corpus.conll import read_conll, to_conll, write
from jixiao.corpus.passages import learnable


def columns(text: str) -> tuple[list[list[str]], list[list[str]]]:
    """Tokens and tags by sentence, as readers of the format take them: lines parted by blank ones."""
    tokens: list[list[str]] = []
    tags: list[list[str]] = []
    for block in text.split("\n\n"):
        if rows := [line.split() for line in block.splitlines() if not line.startswith("-DOCSTART-")]:
            assert all(len(row) == 2 for row in rows)
            tokens.append([row[0] for row in rows])
            tags.append([row[1] for row in rows])
    return tokens, tags


def test_a_sentence_is_a_block_of_characters_with_their_tags() -> None:
    tokens, tags = columns(to_conll(report()))
    assert "".join(tokens[2]) == "全年修补路面坑槽312处，清理边<U+000A>沟46.5公里；"
    assert tags[2][:13] == (
        "O O B-ACTION I-ACTION B-ENTITY I-ENTITY I-ENTITY I-ENTITY B-QUANTITY I-QUANTITY I-QUANTITY I-QUANTITY O".split()
    )
    assert tags[2][15:18] == ["B-ENTITY", "I-ENTITY", "I-ENTITY"]  # 边⏎沟


def test_a_qualifier_is_told_apart() -> None:
    [(text, spans)] = read_conll(to_conll(report()))
    assert [(text[start:end], label) for start, end, label in spans if start > REPORT.index("回访")] == [
        ("走访", "ACTION"),
        ("30户以上", "QUALIFIER"),
        ("社区", "ENTITY"),
        ("8个", "QUANTITY"),
        ("群众满意度", "ENTITY"),
        ("97.5%", "QUANTITY"),
    ]


def test_blanks_and_line_breaks_come_back() -> None:
    [(text, _)] = read_conll(to_conll(report()))
    assert text == REPORT


def test_a_file_a_split_without_what_was_not_searched(tmp_path: Path) -> None:
    write([report("train"), table("dev"), report("test"), report("test")], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["test.conll", "train.conll"]
    assert [text for text, _ in read_conll((tmp_path / "test.conll").read_text(encoding="utf-8"))] == [REPORT] * 2


def test_without_a_split_there_is_one_file(tmp_path: Path) -> None:
    write([report()], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["all.conll"]


@pytest.mark.parametrize("tag", ["I-ENTITY", "I-QUANTITY", "E-ENTITY"])
def test_what_is_not_strict_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match=tag):
        list(read_conll(f"-DOCSTART-\tO\n\n甲\tB-ACTION\n乙\t{tag}\n\n"))


def test_the_whole_archive_is_strict_bio_and_keeps_every_quantity() -> None:
    annotated = lost = 0
    for marked in archive():
        written = to_conll(marked)
        [(text, spans)] = read_conll(written)
        assert text == marked.text
        wanted = {(span.start, span.end) for span in learnable(marked) if span.label in ("claim", "qualifier")}
        assert {(start, end) for start, end, label in spans if label in ("QUANTITY", "QUALIFIER")} == wanted
        annotated += len(learnable(marked))
        lost += len(learnable(marked)) - len(spans)
        tags = columns(written)[1]
        strict = [entity.to_tuple()[1:] for sentence in Entities(tags, IOB2).entities for entity in sentence]
        lenient = [(label, start, end + 1) for sentence in tags for label, start, end in get_entities(sentence)]
        assert strict == lenient
        assert len(strict) == len(spans)
    assert lost < 0.02 * annotated


def test_spacy_reads_the_same_spans() -> None:
    docs = list(conll_ner_to_docs(to_conll(report()), no_print=True))
    found = [(ent.label_, "".join(token.text for token in ent)) for doc in docs for ent in doc.ents]
    [(text, spans)] = read_conll(to_conll(report()))
    assert found == [(label, text[start:end].replace("\n", "<U+000A>")) for start, end, label in spans]
