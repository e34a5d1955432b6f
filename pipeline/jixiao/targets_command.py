"""``jixiao targets``: every target of a ledger or of some files with what the reports say to it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jixiao.messages import UserError
from jixiao.shell import (
    EXIT_TROUBLE,
    Choice,
    Command,
    Share,
    chosen_models,
    format_of,
    is_ledger,
    open_console,
    open_ledger,
    open_output,
    option,
    options_for,
    progress_bar,
    sayer,
    tell,
)

if TYPE_CHECKING:
    from jixiao.analyse import Report
    from jixiao.answers import Material, Office
    from jixiao.archive_links import Group
    from jixiao.ledger import Ledger
    from jixiao.lexicon import ScoreProfile
    from jixiao.linear import Models
    from jixiao.messages import Messages
    from jixiao.records import Document

FORMATS = ["table", "jsonl", "json", "csv", "xlsx", "html"]


@click.command(cls=Command, help="targets_help")
@click.argument("places", nargs=-1, required=True, metavar="RECORDS", type=click.Path(path_type=Path))
@option("--organisation", metavar="TEXT", help="opt_organisation")
@option("--year", metavar="YEAR", help="opt_year")
@option("--verdict", type=Choice(["met", "unmet", "undetermined", "unanswered"]), metavar="VERDICT", help="opt_verdict")
@option("--min-score", "least", type=Share(), default="0", metavar="NUMBER", help="opt_min_score")
@option("--profile", metavar="NAME", help="opt_profile")
@option("--claims", is_flag=True, help="opt_claims")
@option("--format", "form", type=Choice(FORMATS), metavar="FORMAT", help="opt_format_targets")
@option("-o", "--output", metavar="OUT", type=click.Path(path_type=Path), help="opt_output")
@option("--models", metavar="FOLDER", type=click.Path(path_type=Path), help="opt_models")
@click.pass_context
def targets(
    ctx: click.Context,
    places: tuple[Path, ...],
    organisation: str | None,
    year: str | None,
    verdict: Any,
    least: float,
    profile: str | None,
    claims: bool,
    form: str | None,
    output: Path | None,
    models: Path | None,
) -> None:
    from jixiao.answers import only

    options = options_for(ctx, [places[0]])
    say = sayer(ctx)
    rules = _profile(profile or options.targets.profile or "national")
    form = form or format_of(output) or options.targets.format or "table"
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise UserError("binary_to_terminal")
    wanted = _Wanted(organisation, year, least, rules)
    offices = []
    with progress_bar(say) as progress:
        source = _Source(places, chosen_models(models), say, progress)
        for office in source.offices(wanted):
            # a sheet for the claims that answer nothing costs its reader nothing; elsewhere they are told on request
            kept = only(office, verdict, claims=(claims or form == "xlsx") and verdict is None)
            if kept.rows or kept.spending or (verdict is None and (kept.loose or kept.unlinked)):
                offices.append(kept)
    for line in source.troubles:
        tell(line)
    if not (source.nothing_read and form == "table"):  # why is told above; to blame the target table would mislead
        _write(offices, form, output, rules.title, say)
    ctx.exit(EXIT_TROUBLE if source.troubled else 0)


def _profile(name: str) -> ScoreProfile:
    from jixiao.lexicon import LexiconError, profile, profile_names

    try:
        return profile(name)
    except LexiconError as error:
        raise UserError("profile_wrong", detail=error, choices="、".join(profile_names())) from error


class _Wanted:
    """Which offices and years are asked for, and how they are judged."""

    def __init__(self, organisation: str | None, year: str | None, least: float, profile: ScoreProfile) -> None:
        self._organisation = organisation
        self._year = year
        self.least = least
        self.profile = profile

    def group(self, group: Group) -> bool:
        names = [group.office, *(document.organisation for document in group.documents)]
        return (self._organisation is None or any(self._organisation in name for name in names if name)) and (
            self._year is None or group.fiscal_year == self._year
        )


class _Source:
    """A ledger, or files that are read now. ``troubles`` are lines on what could not be read."""

    def __init__(self, places: Sequence[Path], models: Models | None, say: Messages, progress: Any) -> None:
        self._places = places
        self._models = models
        self._say = say
        self._progress = progress or (lambda done, total, name: None)
        self.troubles: list[str] = []
        self.troubled = 0
        self.nothing_read = False

    def offices(self, wanted: _Wanted) -> Iterator[Office]:
        if any(is_ledger(place) for place in self._places):
            if len(self._places) > 1:
                raise UserError("one_ledger")
            with open_ledger(self._places[0]) as ledger:
                yield from self._of_ledger(ledger, wanted)
        else:
            yield from self._of_files(wanted)

    def _of_ledger(self, ledger: Ledger, wanted: _Wanted) -> Iterator[Office]:
        yield from self._tables(list(ledger.present_documents()), lambda one: _stored(ledger, one), wanted)

    def _of_files(self, wanted: _Wanted) -> Iterator[Office]:
        from jixiao import batch, linear
        from jixiao.archive_links import link_reports
        from jixiao.lexicon import load

        files = [str(file) for place in self._places for file in (batch.walk(place) if place.is_dir() else (place,))]
        reports: dict[str, Report] = {}
        for at, file in enumerate(files, 1):
            report, reason = batch.analysed(file, self._models)
            self._progress(at, len(files), file)
            status = report.document.status if report else "failed"
            if reason:
                key = "file_partial" if status == "partial" else "file_trouble"
                self.troubles.append(self._say(key, path=file, reason=reason))
            if report is None or status in ("refused", "failed"):
                self.troubled += 1
            else:
                reports.setdefault(report.document.doc_id, report)
        self.nothing_read = self.troubled > 0 and not reports
        model = (self._models or linear.load()).link
        links = link_reports(list(reports.values()), load(), model)

        def material(document: Document) -> Material:
            from jixiao.answers import Material

            report = reports[document.doc_id]
            return Material(
                document=document,
                sections=report.sections,
                claims=report.claims,
                targets=report.targets,
                budgets=report.budgets,
                links=links[document.doc_id],
                source_text=report.source_text,
            )

        yield from self._tables([report.document for report in reports.values()], material, wanted)

    def _tables(self, documents: Sequence[Document], material: Any, wanted: _Wanted) -> Iterator[Office]:
        from jixiao.answers import office
        from jixiao.archive_links import groups
        from jixiao.lexicon import load

        lexicon = load()
        asked = [group for group in groups(documents, lexicon) if wanted.group(group)]
        for at, group in enumerate(asked, 1):
            materials = [material(document) for document in group.documents]
            yield office(group.office, group.fiscal_year, materials, lexicon, wanted.profile, wanted.least)
            self._progress(at, len(asked), group.office or "")


def _stored(ledger: Ledger, document: Document) -> Material:
    from jixiao.answers import Material
    from jixiao.records import Budget, Claim, Link, Section, Target

    doc_id = document.doc_id
    return Material(
        document=document,
        sections=tuple(ledger.records(Section, doc_id)),
        claims=tuple(ledger.records(Claim, doc_id)),
        targets=tuple(ledger.records(Target, doc_id)),
        budgets=tuple(ledger.records(Budget, doc_id)),
        links=tuple(ledger.records(Link, doc_id)),
        source_text=ledger.source_text(doc_id),
    )


def _write(offices: Sequence[Office], form: str, output: Path | None, rules: str, say: Messages) -> None:
    from jixiao.export import answers_tabular

    if form == "table":
        from jixiao.export.answers_terminal import office_tables

        with open_console(output) as console:
            office_tables(console, offices, rules, say)
        return
    with open_output(output) as stream:
        if form in ("jsonl", "json"):
            answers_tabular.write_json(offices, stream, lines=form == "jsonl")
        elif form == "csv":
            answers_tabular.write_csv(offices, stream, say.language)
        elif form == "xlsx":
            answers_tabular.write_xlsx(offices, stream, say.language)
        else:
            from jixiao.export.answers_html import page

            stream.write(page(offices, rules, say.language).encode("utf-8", "replace"))
