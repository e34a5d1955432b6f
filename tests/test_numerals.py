from __future__ import annotations

from decimal import Decimal

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from jixiao import numerals
from jixiao.numerals import Number, chinese_value, multiplier_value, parse, trim

DIGITS = "零一二三四五六七八九"


def render(value: int, *, zero: str = "零", two: str = "二") -> str:
    """``value`` as a Chinese numeral, 1,000,203 as 一百万零二百零三; an own renderer, to hold the parser against."""
    text = _whole(value, zero)
    return text.replace("二千", two + "千").replace("二万", two + "万").replace("二亿", two + "亿")


def _whole(value: int, zero: str) -> str:
    if value == 0:
        return zero
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if value >= size:
            rest = value % size
            gap = zero if 0 < rest < size // 10 else ""
            return _whole(value // size, zero) + name + (gap + _inside(rest, zero) if rest else "")
    return _below_ten_thousand(value, zero).removeprefix("一") if 10 <= value < 20 else _below_ten_thousand(value, zero)


def _inside(value: int, zero: str) -> str:
    """A group that follows another: 一万零一十, where ten alone would be 十."""
    text = _whole(value, zero)
    return "一" + text if text.startswith("十") else text


def _below_ten_thousand(value: int, zero: str) -> str:
    text, gap = "", False
    for digit, unit in zip(f"{value:04d}", "千百十 ", strict=True):
        if digit == "0":
            gap = bool(text)
            continue
        text += (zero if gap else "") + DIGITS[int(digit)] + unit.strip()
        gap = False
    return text


def test_the_renderer_writes_as_people_do() -> None:
    assert [render(n) for n in (10, 15, 20, 103, 110, 1003, 1030, 12000, 100203, 10**8, 120_000_000)] == [
        "十", "十五", "二十", "一百零三", "一百一十", "一千零三", "一千零三十", "一万二千", "十万零二百零三", "一亿", "一亿二千万",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # Arabic
        ("1513", "1513"),
        ("1,513", "1513"),
        ("40,551,421.71", "40551421.71"),
        ("1513.00", "1513.00"),
        ("99.70", "99.70"),
        ("0", "0"),
        ("0.00", "0.00"),
        ("0.50", "0.50"),
        # with a multiplier: the zeros that multiplication leaves are dropped
        ("1.12亿", "112000000"),
        ("82.50万", "825000"),
        ("1,000.00万", "10000000"),
        ("1.5万亿", "1500000000000"),
        ("25万6千", "256000"),
        ("3亿2000万", "320000000"),
        ("5千", "5000"),
        ("3百万", "3000000"),
        ("2千万", "20000000"),
        ("0.00万", "0"),
        ("12.3456万", "123456"),
        ("0.00001万", "0.1"),
        # Chinese
        ("一", "1"),
        ("两", "2"),
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("一百零三", "103"),
        ("一千二百零三万", "12030000"),
        ("一万五千亿", "1500000000000"),
        ("两亿三千万", "230000000"),
        ("一百二十三", "123"),
        ("两千零二十", "2020"),
        ("二〇二〇", "2020"),
        ("十万", "100000"),
        ("百", "100"),
        ("千", "1000"),
        ("万", "10000"),
        ("百万", "1000000"),
        ("千万", "10000000"),
        ("亿", "100000000"),
        ("零", "0"),
    ],
)
def test_an_exact_number(text: str, value: str) -> None:
    number = parse(text)
    assert number is not None
    assert (str(number.value), number.value_max, number.approx) == (value, None, "exact")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9万余", "90000"),
        ("200余万", "2000000"),
        ("600余", "600"),
        ("5100多亿", "510000000000"),
        ("4000多万", "40000000"),
        ("1.8万余", "18000"),
        ("20几", "20"),
        ("十几", "10"),
        ("三十几万", "300000"),
        ("二百一十几", "210"),
        ("二百多", "200"),
        ("十万余", "100000"),
        ("十余万", "100000"),
        ("百余", "100"),
        ("万余", "10000"),
        ("三千多万", "30000000"),
        ("六千余", "6000"),
    ],
)
def test_a_number_and_more(text: str, value: str) -> None:
    number = parse(text)
    assert number is not None
    assert (str(number.value), number.value_max, number.approx) == (value, None, "more")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("数十万", "100000", "900000"),
        ("数百", "100", "900"),
        ("数万", "10000", "90000"),
        ("几十", "10", "90"),
        ("几百万", "1000000", "9000000"),
        ("几", "2", "9"),
        ("一百几十", "110", "190"),
        ("一千几百", "1100", "1900"),
        ("一百几十万", "1100000", "1900000"),
        ("一百六七十", "160", "170"),
        ("三四", "3", "4"),
        ("七八十", "70", "80"),
        ("两三百", "200", "300"),
        ("十七八", "17", "18"),
        ("一两万", "10000", "20000"),
    ],
)
def test_a_numeral_that_names_a_range(text: str, low: str, high: str) -> None:
    number = parse(text)
    assert number is not None
    assert (str(number.value), str(number.value_max), number.approx) == (low, high, "range")


@pytest.mark.parametrize(
    "text",
    [
        "", "百百", "万几千", "千百", "十百", "余", "多", "余万", "数数", "百数十数", "二百五", "十十", "一一", "三三",
        "九一", "万万", "1,51", "1..5", "1.", ".5", "5万6亿", "1万1万", "１" * 21, "9" * 21, "9" * 41, "一" * 50, "abc", "－5",
    ],
)  # fmt: skip
def test_what_names_no_number(text: str) -> None:
    assert parse(text) is None


def test_twenty_digits_are_the_longest_number() -> None:
    assert parse("9" * 20) == Number(Decimal("9" * 20))
    assert parse("9" * 21) is None


@given(st.integers(0, 10**16 - 1), st.sampled_from("零〇"), st.sampled_from("二两"))
def test_a_chinese_numeral_comes_back(value: int, zero: str, two: str) -> None:
    text = render(value, zero=zero, two=two)
    assert chinese_value(text) == value, text


@given(st.integers(0, 10**12 - 1))
def test_a_chinese_numeral_is_matched_whole_by_the_grammar_and_read(value: int) -> None:
    text = render(value)
    if len(text) <= 16:
        assert regex.fullmatch(numerals.NUMERAL, text), text
        assert parse(text) == Number(Decimal(value)), text


@given(st.decimals(0, 10**12, allow_nan=False, allow_infinity=False, places=2), st.booleans())
def test_arabic_with_and_without_grouping_comes_back_with_its_digits(value: Decimal, grouped: bool) -> None:
    text = f"{value:,f}" if grouped else f"{value:f}"
    assert regex.fullmatch(numerals.NUMERAL, text)
    number = parse(text)
    assert number is not None
    assert str(number.value) == f"{value:f}"


@given(
    st.decimals(0, 10**7, allow_nan=False, allow_infinity=False, places=4),
    st.sampled_from(["万", "亿", "万亿", "千万", "百万"]),
)
def test_multiplying_is_exact_and_leaves_no_zeros_behind_the_point(value: Decimal, multiplier: str) -> None:
    number = parse(f"{value:f}{multiplier}")
    assert number is not None
    assert number.value == value * multiplier_value(multiplier)
    printed = str(number.value)
    assert "E" not in printed
    assert "." not in printed or not printed.endswith("0")


@given(st.one_of(st.text(max_size=50), st.text(alphabet="0123456789,.一二两三九十百千万亿零〇几数余多", max_size=50)))
def test_reading_never_raises(text: str) -> None:
    number = parse(text)
    if number is not None:
        assert number.value >= 0
        assert number.value_max is None or number.value_max > number.value
        assert (number.value_max is not None) == (number.approx == "range")
    chinese_value(text)


@pytest.mark.parametrize(
    ("value", "trimmed"),
    [("112000000.00", "112000000"), ("1.50", "1.5"), ("0.00", "0"), ("1E+8", "100000000"), ("0.000001", "0.000001")],
)
def test_trimming(value: str, trimmed: str) -> None:
    assert str(trim(Decimal(value))) == trimmed


def test_multipliers() -> None:
    assert [multiplier_value(text) for text in ("", "百", "千", "万", "千万", "亿", "万亿")] == [
        1, 100, 1000, 10**4, 10**7, 10**8, 10**12,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("一百二三十", 120, 130), ("一千二三百", 1200, 1300), ("一万三四千", 13000, 14000), ("六七百", 600, 700)],
)
def test_two_digits_side_by_side_name_a_range_also_behind_a_larger_part(text: str, low: int, high: int) -> None:
    assert parse(text) == Number(Decimal(low), Decimal(high), "range")


@pytest.mark.parametrize(("text", "value"), [("六千来", 6000), ("二十来", 20), ("三百来", 300)])
def test_lai_after_a_round_number_says_about(text: str, value: int) -> None:
    assert parse(text) == Number(Decimal(value), None, "about")


@pytest.mark.parametrize(
    ("unit", "yuan"), [("元", 1), ("万元", 10_000), ("千万元", 10_000_000), ("美元", None), ("人", None), ("", None)]
)
def test_units_of_money_in_yuan(unit: str, yuan: int | None) -> None:
    assert numerals.yuan(unit) == yuan
