"""The auditor's table as one web page: figures at the top, every target with its quote, filters, fit to be printed.

Like the page of a report it needs nothing from outside, and runs nothing but its own script.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import PurePath

from jixiao import __version__
from jixiao.answers import OUTCOMES, Office, Place, Row, Said, Spending
from jixiao.export import answers_tabular as told
from jixiao.export.html import template
from jixiao.export.labels import number, one_line, target_text
from jixiao.messages import Language, Messages
from jixiao.records import Claim
from jixiao.verdicts import yuan


def page(offices: Sequence[Office], rules: str, language: Language = "zh") -> str:
    """The page of ``offices``; ``rules`` names the scoring profile."""
    say = Messages(language)
    skeleton, policy = template("answers.html")
    offices = sorted(offices, key=lambda office: not any(office.counts.values()))  # those without targets last
    total = sum(len(office.rows) for office in offices)
    alone = told.heading(offices[0], say) if len(offices) == 1 else ""
    return skeleton.substitute(
        language="zh-CN" if language == "zh" else "en",
        csp=policy,
        title=escape(f"{alone}　{say('answers_title')}" if alone else say("answers_title")),
        figures="".join(_figures(offices, say)),
        search=escape(say("answers_filter")),
        reset=escape(say("page_reset")),
        shown=escape(say("answers_shown", shown="{shown}", total="{total}")),
        count=escape(say("answers_shown", shown=total, total=total)),
        contents_head=escape(say("answers_offices")),
        contents="".join(_contents(offices, say)) if len(offices) > 1 else "",
        offices="".join(_office(at, office, say) for at, office in enumerate(offices))
        or f'<p class="empty">{escape(say("answers_none"))}</p>',
        none=escape(say("answers_none_here")),
        rules=escape(say("answers_scored_by", title=rules)),
        footer=escape(say("answers_footer", version=__version__)),
    )


def _figures(offices: Sequence[Office], say: Messages) -> Iterator[str]:
    """The counts of each verdict, which filter by it, and of the rows that a person must look at."""
    rows = [row for office in offices for row in office.rows]
    for outcome in OUTCOMES:
        yield _figure(outcome, sum(row.outcome == outcome for row in rows), say(f"verdict_{outcome}"))
    yield _figure("check", sum(bool(told.checks(row, say)) for row in rows), say("col_notes"))


def _figure(name: str, count: int, text: str) -> str:
    return (
        f'<button type="button" class="figure {name}" data-v="{name}" aria-pressed="false">'
        f"<b>{count}</b><span>{escape(text)}</span></button>"
    )


def _contents(offices: Sequence[Office], say: Messages) -> Iterator[str]:
    for at, office in enumerate(offices):
        unmet, total = office.counts["unmet"] + office.counts["unanswered"], sum(office.counts.values())
        meaning = escape(say("answers_open", n=unmet, total=total))
        number = f'<span class="n" title="{meaning}">{unmet}/{total}</span>' if total else ""
        yield f'<li><a href="#o{at}">{escape(told.heading(office, say))}</a>{number}</li>'


def _office(at: int, office: Office, say: Messages) -> str:
    names = "".join(f"<li>{escape(PurePath(one.path).name)}</li>" for one in office.documents)
    if any(office.counts.values()):
        summary = told.summary(office, say)
    else:
        summary = say("answers_without", office=told.heading(office, say), n=office.unlinked)
    parts = [
        f'<section class="office" id="o{at}"><h2>{escape(told.heading(office, say))}</h2>',
        f'<ul class="files">{names}</ul><p class="sum">{escape(summary)}</p>',
    ]
    answered, unanswered = told.answered(office), told.unanswered(office)
    if answered:
        parts.append(_table(answered, say))
    if unanswered:
        parts.append(f"<h3>{escape(say('answers_unanswered', n=len(unanswered)))}</h3>")
        parts.append(_bare_table(unanswered, say))
    if office.spending:
        parts.append(_spending(office.spending, say))
    if office.loose:
        summary = escape(say("answers_loose", n=len(office.loose)))
        rows = "".join(
            f'<tr><td class="num">{escape(one_line(one.claim.text))}</td><td>{escape(one.claim.entity)}</td>'
            f"<td>{_sentence(one.claim)}{_place(one.place, say)}</td></tr>\n"
            for one in office.loose
        )
        heads = _heads(("figure", "entity", "sentence"), say)
        parts.append(
            f'<details><summary>{summary}</summary><table class="loose">{heads}<tbody>{rows}</tbody></table></details>'
        )
    elif office.unlinked and office.rows:
        count = say("answers_loose", n=office.unlinked) + say("answers_loose_hint")
        parts.append(f'<p class="note">{escape(count)}</p>')
    return "\n".join([*parts, "</section>\n"])


def _spending(spending: Sequence[Spending], say: Messages) -> str:
    """Budgets and what was spent, open at once where one was exceeded."""
    rows = "".join(
        f"<tr><td>{escape(one.budget.item)}</td>"
        f'<td><span class="verdict {one.outcome}">{escape(say(f"spending_{one.outcome}"))}</span></td>'
        f'<td class="num" title="{escape(told.place_of(one.place, say))}">{escape(yuan(one.budget.amount))}</td>'
        f'<td class="num">{escape(yuan(one.said[0].claim.value))}</td><td class="num">{escape(told.share(one.ratio))}</td>'
        f"<td>{_quote(one.said[0], say)}</td></tr>\n"
        for one in spending
    )
    opened = " open" if any(one.outcome == "unmet" for one in spending) else ""
    heads = _heads(("item", "outcome", "budget", "spent", "rate", "said"), say)
    summary = escape(told.spending_line(spending, say))
    return f'<details{opened}><summary>{summary}</summary><table class="spending">{heads}<tbody>{rows}</tbody></table></details>'


def _heads(names: Sequence[str], say: Messages) -> str:
    cells = "".join(f'<th scope="col" class="h-{name}">{escape(say(f"col_{name}"))}</th>' for name in names)
    return f"<thead><tr>{cells}</tr></thead>"


def _table(rows: Sequence[Row], say: Messages) -> str:
    scored = any(row.target.score is not None or row.target.weight is not None for row in rows)
    names = ["indicator", "target", "outcome", "said", "reached", *(["points"] if scored else [])]
    lines = []
    level = ""
    for row in rows:
        here = " · ".join(part for part in (row.target.level1, row.target.level2, row.target.project) if part)
        if here != level:
            lines.append(f'<tr class="level"><th colspan="{len(names)}" scope="colgroup">{escape(here)}</th></tr>\n')
            level = here
        lines.append(_row(row, scored, say))
    return f'<table class="targets">{_heads(names, say)}<tbody>{"".join(lines)}</tbody></table>'


def _row(row: Row, scored: bool, say: Messages) -> str:
    checks = told.checks(row, say)
    check = " check" if checks else ""
    cells = [
        f"<td>{escape(row.target.indicator)}</td>",
        f'<td title="{escape(told.place_of(row.place, say))}">{escape(target_text(row.target))}</td>',
        f'<td><span class="verdict {row.outcome}">{escape(say(f"verdict_{row.outcome}"))}</span></td>',
        f"<td>{_said(row, checks, say)}</td>",
        f'<td class="num">{escape(told.reached(row))}</td>',
    ]
    if scored:
        differs = " differs" if row.score_differs else ""
        cells.append(f'<td class="num{differs}">{escape(_points(row))}</td>')
    return f'<tr class="row" data-v="{row.outcome}{check}">{"".join(cells)}</tr>\n'


def _points(row: Row) -> str:
    target = row.target
    if target.score is None and target.weight is None:
        return ""
    return "/".join("–" if mark is None else number(mark) for mark in (target.score, target.weight))


def _said(row: Row, checks: Sequence[str], say: Messages) -> str:
    one = told.prose(row)
    parts = [f'<b class="answer">{escape(told.figure(row))}</b>']
    if one is not None:
        parts.append(_quote(one, say))
        others = [other for other in row.said if other is not one]
        if others:
            quotes = "".join(f"<li><b>{escape(one_line(o.claim.text))}</b> {_quote(o, say)}</li>" for o in others)
            parts.append(
                f"<details><summary>{escape(say('answers_more', n=len(others)))}</summary><ul>{quotes}</ul></details>"
            )
    else:
        parts.append(f'<span class="place">{escape(say("answers_own_row"))}</span>{_place(row.place, say)}')
    parts += [f'<p class="warn">{escape(check)}</p>' for check in checks]
    parts += [f'<p class="note">{escape(remark)}</p>' for remark in told.remarks(row, say) if remark not in checks]
    return "".join(parts)


def _quote(one: Said, say: Messages) -> str:
    quote = "" if one.own else f"<q>{_sentence(one.claim)}</q>"
    return f'<span class="quote" title="{escape(one.link.reason)}">{quote}{_place(one.place, say)}</span>'


def _sentence(claim: Claim) -> str:
    span = told.span_of(claim)
    if span is None:
        return escape(claim.sentence)
    start, end = span
    text = claim.sentence
    return f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"


def _place(place: Place, say: Messages) -> str:
    return f'<span class="place">{escape(told.place_of(place, say))}</span>'


def _bare_table(rows: Sequence[Row], say: Messages) -> str:
    """The targets that nothing answers: what they are and where they stand."""
    lines = []
    for row in rows:
        words = f'<p class="note">{escape(say("answers_in_words"))}</p>' if row.target.value is None else ""
        lines.append(
            f'<tr class="row" data-v="unanswered"><td>{escape(row.target.level2)}</td><td>{escape(row.target.indicator)}</td>'
            f"<td>{escape(target_text(row.target))}</td><td>{_place(row.place, say)}{words}</td></tr>\n"
        )
    heads = _heads(("level2", "indicator", "target", "target_place"), say)
    return f'<table class="unanswered">{heads}<tbody>{"".join(lines)}</tbody></table>'
