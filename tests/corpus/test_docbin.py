from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import spacy
from small import REPORT, archive, report, table
from spacy.tokens import Doc, DocBin

from jixiao.corpus.docbin import to_docs, write
from jixiao.corpus.passages import learnable


def load(path: Path) -> list[Doc]:
    return list(DocBin().from_disk(path).get_docs(spacy.blank("zh").vocab))


def test_a_doc_is_a_passage_with_its_spans(tmp_path: Path) -> None:
    write([report("train")], tmp_path)
    docs = load(tmp_path / "train.spacy")
    assert "".join(doc.text for doc in docs) == REPORT
    assert [(span.label_, span.text) for span in docs[2].spans["sc"]] == [
        ("ACTION", "走访"),
        ("QUALIFIER", "30户以上"),
        ("ENTITY", "社区"),
        ("QUANTITY", "8个"),
        ("ENTITY", "群众满意度"),
        ("QUANTITY", "97.5%"),
    ]
    assert [(span.label_, span.text) for span in docs[2].ents] == [
        ("QUALIFIER", "30户以上"),
        ("QUANTITY", "8个"),
        ("QUANTITY", "97.5%"),
    ]


def test_values_relations_and_places_go_along(tmp_path: Path) -> None:
    write([report("train")], tmp_path)
    doc = load(tmp_path / "train.spacy")[1]
    assert doc.user_data["document"] == "清溪县/自评报告.txt"
    assert doc.user_data["start"] == REPORT.index("（一）")
    spans = {span.id_: span.text for span in doc.spans["sc"]}
    [bridges] = [id for id, text in spans.items() if text == "近20座"]
    assert doc.user_data["attributes"][bridges] == {
        "value": "20",
        "approx": "less",
        "unit": "座",
        "category": ("数量", "质量"),
        "period": "2023",
    }
    related = {label: spans[source] for label, source, target in doc.user_data["relations"] if target == bridges}
    assert related == {"entity": "桥梁", "action": "维修"}


def test_files_are_named_for_their_split_and_only_hold_what_was_searched(tmp_path: Path) -> None:
    write([report("train"), table("dev"), report()], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.spacy", "config.cfg", "train.spacy"]
    paths = spacy.util.load_config(tmp_path / "config.cfg")["paths"]
    assert (paths["train"], paths["dev"]) == ("train.spacy", None)


def test_every_span_of_the_archive_is_made_of_whole_tokens() -> None:
    nlp = spacy.blank("zh")
    for marked in archive():
        docs = list(to_docs(marked, nlp))
        assert "".join(doc.text for doc in docs) == marked.text
        found = {
            (doc.user_data["start"] + span.start_char, doc.user_data["start"] + span.end_char, span.id_)
            for doc in docs
            for span in doc.spans["sc"]
        }
        assert found == {(span.start, span.end, span.id) for span in learnable(marked)}


def test_spacy_trains_on_it_and_loads_the_model(tmp_path: Path) -> None:
    small = [
        msgspec.structs.replace(marked, split="dev" if i == 2 else "train") for i, marked in enumerate(archive()[:3])
    ]
    write(small, tmp_path)
    command = "spacy train config.cfg -o model --training.max_steps 24 --training.eval_frequency 12"
    subprocess.run([sys.executable, "-m", *command.split()], cwd=tmp_path, check=True, capture_output=True)
    nlp = spacy.load(tmp_path / "model" / "model-last")
    assert nlp.pipe_names == ["tok2vec", "ner", "spancat"]
    assert set(nlp.get_pipe("ner").labels) == {"QUANTITY", "QUALIFIER"}
    assert set(nlp.get_pipe("spancat").labels) == {"ACTION", "ENTITY", "QUALIFIER", "QUANTITY"}
    assert "sc" in nlp("全年修补坑槽312处。").spans
