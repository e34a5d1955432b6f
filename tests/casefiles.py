"""Case files of the extraction core: sentences with what must be found in them, as TOML that a person can read and extend.

    python tests/casefiles.py quantities "全年调处劳资纠纷1513宗。"
    python tests/casefiles.py claims "全年调处劳资纠纷1513宗。"

prints the case as the program reads the sentence now. Correct by hand what it has wrong and paste it into
``tests/data/quantities/sentences.toml`` or ``tests/data/claims/sentences.toml``. A case that the program does not do yet
gets ``xfail = "why"``; the mark is strict, so that it must go once the program does it.

A quantity is one line, its fields parted by bars: text | value, or lowest..highest | approx | unit.

A claim is one line as well: text | value | unit | entity | action | change | qualifiers. What is left out at the end is
empty. ``~`` before an entity asks for a like phrase only (see :func:`similarity`), where ``annotations/GUIDELINE.md`` does
not decide it to the character; ``*`` for an action leaves it open; a ``/`` parts actions that are all right, each of
which only a like one must be (下降, 下降到); ``+`` parts qualifiers.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from jixiao.analyse import Report, analyse
from jixiao.ingest import Source
from jixiao.lexicon import load
from jixiao.quantities import Quantity, find_quantities
from jixiao.records import Claim

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DATA = Path(__file__).parent / "data"
ALIKE = 0.6  # the share of characters that two entities must have in common to be the same, as accuracy is measured


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence and what it states, one line a record; none for text that states nothing."""

    text: str
    expect: tuple[str, ...] = ()
    xfail: str = ""
    note: str = ""


class CaseFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    case: tuple[Case, ...]


class ExpectedClaim(NamedTuple):
    text: str
    value: Decimal
    value_max: Decimal | None
    unit: str
    entity: str
    alike: bool
    actions: tuple[str, ...] | None
    change: str | None
    qualifiers: tuple[str, ...]


def read_cases(path: str) -> tuple[Case, ...]:
    """The cases of ``tests/data/PATH``. Raises on a misspelt key, and on the same sentence twice."""
    cases = msgspec.convert(tomllib.loads((DATA / path).read_text(encoding="utf-8")), CaseFile).case
    seen: set[str] = set()
    for case in cases:
        if case.text in seen:
            raise ValueError(f"{path}: twice: {case.text}")
        seen.add(case.text)
    return cases


def params(path: str) -> list[object]:
    """The cases as parameters of a test, those that are known to fail marked so."""
    return [
        pytest.param(
            case, id=case.text[:30], marks=[pytest.mark.xfail(reason=case.xfail, strict=True)] if case.xfail else []
        )
        for case in read_cases(path)
    ]


def source(text: str) -> Source:
    return Source(text=text, format="text", path="case.txt", doc_id="0123456789abcdef")


def report(text: str) -> Report:
    return analyse(source(text))


def show_quantity(quantity: Quantity, text: str) -> str:
    value = str(quantity.value) if quantity.value_max is None else f"{quantity.value}..{quantity.value_max}"
    return f"{text[quantity.start : quantity.end]} | {value} | {quantity.approx} | {quantity.unit}".rstrip(" |")


def show_claim(claim: Claim) -> str:
    value = str(claim.value) if claim.value_max is None else f"{claim.value}..{claim.value_max}"
    fields = [claim.text, value, claim.unit, claim.entity, claim.action, claim.change or "", "+".join(claim.qualifiers)]
    while not fields[-1]:
        fields.pop()
    return " | ".join(fields)


def expected_claim(line: str) -> ExpectedClaim:
    fields = [field.strip() for field in line.split("|")]
    text, value, unit, entity, action, change, qualifiers = fields + [""] * (7 - len(fields))
    low, _, high = value.partition("..")
    return ExpectedClaim(
        text,
        Decimal(low),
        Decimal(high) if high else None,
        unit,
        entity.removeprefix("~"),
        entity.startswith("~"),
        None if action == "*" else tuple(action.split("/")),
        change or None,
        tuple(qualifiers.split("+")) if qualifiers else (),
    )


def differences(claim: Claim, expected: ExpectedClaim) -> list[str]:
    """What of ``claim`` is not as expected, one line a field; the digits of the value count, 99.70 is not 99.7."""
    wrong = []
    for name in ("text", "unit", "change", "qualifiers"):
        if getattr(claim, name) != getattr(expected, name):
            wrong.append(f"{name}: {getattr(claim, name)!r}, expected {getattr(expected, name)!r}")
    for name in ("value", "value_max"):
        if str(getattr(claim, name)) != str(getattr(expected, name)):
            wrong.append(f"{name}: {getattr(claim, name)}, expected {getattr(expected, name)}")
    same = similarity(claim.entity, expected.entity) >= ALIKE if expected.alike else claim.entity == expected.entity
    if not same:
        wrong.append(f"entity: {claim.entity!r}, expected {'like ' if expected.alike else ''}{expected.entity!r}")
    if expected.actions is not None and all(similarity(claim.action, action) < ALIKE for action in expected.actions):
        wrong.append(f"action: {claim.action!r}, expected {' or '.join(map(repr, expected.actions))}")
    return wrong


def similarity(one: str, other: str) -> float:
    """Twice the longest common subsequence over the lengths of both, 1.0 for equal phrases, 0.0 for nothing in common."""
    if not one or not other:
        return float(one == other)
    return 2 * _common(one, other) / (len(one) + len(other))


def _common(one: str, other: str) -> int:
    longest = {(i, j): 0 for i in range(len(one) + 1) for j in range(len(other) + 1) if not i or not j}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            longest[i, j] = (
                longest[i - 1, j - 1] + 1 if one[i - 1] == other[j - 1] else max(longest[i - 1, j], longest[i, j - 1])
            )
    return longest[len(one), len(other)]


def print_case(kind: str, text: str) -> None:
    if kind == "quantities":
        lines = [show_quantity(quantity, text) for quantity in find_quantities(text, load())]
    else:
        lines = [show_claim(claim) for claim in report(text).claims]
    print("[[case]]", f'text = "{text}"', sep="\n")
    print("expect = [", *(f'    "{line}",' for line in lines), "]", sep="\n") if len(lines) > 1 else print(
        f"expect = [{', '.join(map(chr(34).__add__, (line + chr(34) for line in lines)))}]"
    )


def main(arguments: Sequence[str]) -> int:
    if len(arguments) < 2 or arguments[0] not in ("quantities", "claims"):
        print(__doc__, file=sys.stderr)
        return 2
    for text in arguments[1:]:
        print_case(arguments[0], text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
