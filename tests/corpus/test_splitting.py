"""Splits: what belongs together stays together, shares come near what is wanted, and leakage is seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from jixiao.cli import main
from jixiao.corpus.archive import read_archive
from jixiao.corpus.splitting import PARTS, Alike, Member, SplitError, alike, groups, leaks, member, split

ANNOTATIONS = Path(__file__).resolve().parents[2] / "annotations"
STEM = "全年调处劳资纠纷一千余宗帮助困难职工三百户发放慰问金八十万元组织技能培训十二期开展送清凉活动"


def doc(name: str, organisation: str = "", text: str = "", claims: int = 10, pair: str | None = None) -> Member:
    return Member(
        name=f"甲县/{name}",
        folder="甲县",
        organisation=organisation or f"{name}局",
        region="甲县",
        document_type="self_evaluation",
        claims=claims,
        pair=pair and f"甲县/{pair}",
        text=text or f"{name}" * 30,
        sentences=frozenset({text or f"{name}" * 30}),
    )


def names(found: list[list[Member]]) -> list[list[str]]:
    return [[m.name.removeprefix("甲县/") for m in group] for group in found]


def test_years_of_an_organisation_pairs_and_copies_make_a_group() -> None:
    members = [
        doc("一", "民政局"),
        doc("二", "民政局"),
        doc("三", pair="四"),
        doc("四"),
        doc("五", text=STEM),
        doc("六", text=STEM.replace("八十", "九十")),
        doc("七"),
    ]
    assert names(groups(members)) == [["一", "二"], ["三", "四"], ["五", "六"], ["七"]]


def test_by_region_all_of_a_region_stays_together() -> None:
    assert names(groups([doc("一"), doc("二"), doc("三")], "region")) == [["一", "二", "三"]]


def test_likeness_is_the_share_of_common_shingles() -> None:
    # of 13 and 13 shingles of 8 characters, 5 + 1 are common: 6 / 20
    one, other = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉", "壬癸子丑寅卯辰巳午未申酉甲乙丙丁戊己庚辛"
    assert len(one) == len(other) == 20
    assert alike([doc("一", text=one), doc("二", text=other)], 0.1) == [Alike("甲县/一", "甲县/二", 0.3)]
    assert alike([doc("一", text=one), doc("二", text=other)], 0.35) == []


@given(st.lists(st.text(alphabet="甲乙丙", min_size=1, max_size=14), min_size=2, max_size=6), st.integers(1, 10))
def test_no_pair_is_lost_by_looking_only_at_rare_shingles(texts: list[str], tenths: int) -> None:
    least = tenths / 10
    shingled = [{text[at : at + 8] for at in range(max(1, len(text) - 7))} for text in texts]
    wanted = {
        (f"甲县/{i}", f"甲县/{j}")
        for j in range(len(texts))
        for i in range(j)
        if len(shingled[i] & shingled[j]) / len(shingled[i] | shingled[j]) >= least
    }
    found = alike([doc(str(i), text=text) for i, text in enumerate(texts)], least)
    assert {(pair.one, pair.other) for pair in found} == wanted


def test_claims_come_near_the_shares_wanted_whatever_the_seed() -> None:
    members = [doc(f"{i:02}", claims=10 + i % 7) for i in range(40)]
    total = sum(m.claims for m in members)
    by_name = {m.name: m for m in members}
    for seed in (0, 7):
        parts = split(members, (70, 15, 15), seed=seed)
        assert split(members, (70, 15, 15), seed=seed) == parts
        shares = [sum(by_name[name].claims for name in parts[part]) / total for part in PARTS]
        assert shares == pytest.approx([0.70, 0.15, 0.15], abs=0.03)
    assert split(members, seed=0) != split(members, seed=7)


def test_regions_held_out_are_the_test_part_and_kept_documents_stay() -> None:
    members = [doc(f"{i:02}") for i in range(10)]
    far = Member(**{f: getattr(doc("远"), f) for f in Member.__struct_fields__ if f not in ("name", "folder", "region")},
                 name="乙县/远", folder="乙县", region="某省乙县")  # fmt: skip
    parts = split([*members, far], hold_out=["乙县"])
    assert parts["test"] == ["乙县/远"]
    assert len(parts["train"]) + len(parts["dev"]) == 10
    grown = split([*members, far, doc("新")], hold_out=["乙县"], keep=parts)
    assert {name for name in grown["dev"] if name != "甲县/新"} == set(parts["dev"])


def test_what_belongs_together_is_not_torn_by_what_is_kept() -> None:
    members = [doc("一", "民政局"), doc("二", "民政局")]
    with pytest.raises(SplitError, match="甲县/一、甲县/二"):
        split(members, keep={"train": ["甲县/一"], "test": ["甲县/二"]})


def test_leaks_name_organisations_copies_and_sentences() -> None:
    members = [doc("一", "民政局", STEM), doc("二", "民政局", STEM[:-8]), doc("三")]
    found = leaks(members, {"train": ["甲县/一", "甲县/三"], "test": ["甲县/二"]})
    assert [shared.what for shared in found.organisations] == ["民政局"]
    assert [(pair.one, pair.other) for pair in found.alike] == [("甲县/一", "甲县/二")]
    assert found.sentences == ()
    same = [doc("一", text=STEM), doc("二", text=STEM)]
    assert leaks(same, {"train": ["甲县/一"], "dev": ["甲县/二"]}).sentences[0].what == STEM


# --- the shipped split


def test_the_shipped_split_has_every_document_once_and_does_not_leak() -> None:
    parts = json.loads((ANNOTATIONS / "splits.json").read_bytes())
    members = [member(document) for document in read_archive([ANNOTATIONS / "documents"])]
    assert list(parts) == list(PARTS)
    assert sorted(name for part in parts.values() for name in part) == sorted(m.name for m in members)
    assert leaks(members, parts).none
    part_of = {name: part for part, inside in parts.items() for name in inside}
    for group in groups(members):
        assert len({part_of[m.name] for m in group}) == 1
    copies = [name for name in part_of if "石门岭县文物和旅游局" in name]
    assert len(copies) == 2
    assert len({part_of[name] for name in copies}) == 1


# --- the command


def archive(folder: Path) -> Path:
    done = (
        "走访困难群众36户",
        "修复水毁渠道12公里",
        "新建幼儿园两所",
        "接种疫苗3万剂",
        "补栽行道树460株",
        "培训网格员88人",
    )
    for i, sentence in enumerate(done):
        region, office = ("甲县", "乙县")[i // 3], ("民政局", "水务局", "教育局")[i % 3]
        place = folder / region
        place.mkdir(parents=True, exist_ok=True)
        text = f"{region}{office}22年度绩效自评报告\n" + f"{sentence}。" * 3
        (place / f"{region}{office}自评报告.txt").write_text(text, encoding="utf-8")
    return folder


def test_the_command_writes_the_parts_and_reports(tmp_path: Path) -> None:
    out = tmp_path / "splits.json"
    place = str(archive(tmp_path / "档案"))
    result = CliRunner().invoke(main, ["corpus", "split", place, "-o", str(out), "--hold-out", "乙县"])
    assert result.exit_code == 0, result.output
    parts = json.loads(out.read_bytes())
    assert [name.split("/")[0] for name in parts["test"]] == ["乙县"] * 3
    report = CliRunner().invoke(main, ["corpus", "split", place, "--keep", str(out), "--format", "json"])
    assert json.loads(report.stdout)["splits"] == parts


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--share", "70/30"], "70/30"),
        (["--share", "0/50/50"], "0/50/50"),
        (["--hold-out", "丙县"], "丙县"),
        (["--keep", "没有.json"], "没有.json"),
    ],
)
def test_wrong_use_says_what_to_do(tmp_path: Path, arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["corpus", "split", str(archive(tmp_path)), *arguments])
    assert result.exit_code == 2
    assert said in result.stderr
