"""The command line: it opens, calls and translates errors; what it shows is made by the functions it calls.

Heavy imports stand inside the commands, so that ``jixiao --help`` and ``jixiao search`` answer at once.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jixiao.corpus_commands import corpus, evaluate, train
from jixiao.messages import Messages, UserError, printable
from jixiao.shell import (
    EXIT_TROUBLE,
    App,
    Choice,
    Command,
    Count,
    Number,
    chosen_models,
    format_of,
    open_console,
    open_ledger,
    open_output,
    option,
    options_for,
    print_version,
    progress_bar,
    sayer,
    set_language,
    tell,
)
from jixiao.targets_command import targets

if TYPE_CHECKING:
    from jixiao.analyse import Report
    from jixiao.ledger import Hit, Ledger


@click.group(cls=App, help="app_help", invoke_without_command=True)
@option("--lang", type=Choice(["zh", "en"]), is_eager=True, expose_value=False, callback=set_language, help="opt_lang")
@option("--version", is_flag=True, is_eager=True, expose_value=False, callback=print_version, help="opt_version")
@click.pass_context
def main(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


# ---- extract


@main.command(cls=Command, help="extract_help")
@click.argument("files", nargs=-1, required=True, metavar="FILE")
@option(
    "--format",
    "form",
    type=Choice(["table", "jsonl", "csv", "xlsx", "html"]),
    metavar="FORMAT",
    help="opt_format_extract",
)
@option("--records", metavar="KINDS", help="opt_records")
@option("-o", "--output", metavar="OUT", type=click.Path(path_type=Path), help="opt_out")
@option("--text", "as_text", is_flag=True, help="opt_text")
@option("--models", metavar="FOLDER", type=click.Path(path_type=Path), help="opt_models")
@click.pass_context
def extract(
    ctx: click.Context,
    files: tuple[str, ...],
    form: str | None,
    records: str | None,
    output: Path | None,
    as_text: bool,
    models: Path | None,
) -> None:
    options = options_for(ctx, [Path(files[0])])
    say = sayer(ctx)
    if as_text and (form or records):
        raise UserError("text_with_format")
    form = form or _told(output) or options.extract.format or "table"
    if not records and options.extract.records and form != "html":
        records = ",".join(options.extract.records)
    kinds = _kinds(records) if records else None
    if form == "html" and kinds:
        raise UserError("html_all_records")
    reading = _Reading(files, say, all_documents=form in ("jsonl", "csv", "xlsx") and not as_text, models=models)
    if as_text:
        with open_output(output) as stream:
            for report in reading:
                stream.write(report.source_text.encode("utf-8", "replace"))
    elif form == "jsonl":
        from jixiao.records import to_json

        with open_output(output) as stream:
            for report in reading:
                for record in report.records():
                    if kinds is None or str(record.__struct_config__.tag) in kinds:
                        stream.write(to_json(record).encode() + b"\n")
    elif form == "csv":
        _extract_csv(reading, kinds, output, say)
    elif form == "xlsx":
        _extract_xlsx(reading, kinds, output, say)
    elif form == "html":
        _extract_html(reading, files, output, say)
    else:
        from jixiao.export import terminal

        with open_console(output) as console:
            for report in reading:
                terminal.report_tables(console, report, kinds or ["claim"], say)
    ctx.exit(EXIT_TROUBLE if reading.troubled else 0)


class _Reading:
    """The reports of files, one after the other; what cannot be read is named on stderr and counted.

    With ``all_documents``, a file without text gives a report too: of nothing but its document with status and reason.
    """

    def __init__(self, files: Sequence[str], say: Messages, *, all_documents: bool, models: Path | None = None) -> None:
        self._files = files
        self._say = say
        self._all = all_documents
        self._models = chosen_models(models)
        self.troubled = 0

    def __iter__(self) -> Iterator[Report]:
        from jixiao.batch import analysed

        for file in self._files:
            report, reason = analysed(file, self._models)
            status = report.document.status if report else "failed"
            if reason:
                key = "file_partial" if status == "partial" else "file_trouble"
                tell(self._say(key, path=file, reason=reason))
            unread = status in ("refused", "failed")
            self.troubled += unread
            if report and (self._all or not unread):
                yield report


def _extract_csv(reading: _Reading, kinds: list[str] | None, output: Path | None, say: Messages) -> None:
    from jixiao.export.tabular import write_csv

    kinds = kinds or ["claim"]
    if len(kinds) > 1:
        raise UserError("csv_one_kind")
    with open_output(output) as stream:
        write_csv(reading, kinds[0], stream, say.language)


def _extract_xlsx(reading: _Reading, kinds: list[str] | None, output: Path | None, say: Messages) -> None:
    from jixiao.export.tabular import write_xlsx

    if output is None and sys.stdout.isatty():
        raise UserError("binary_to_terminal")
    with open_output(output) as stream:
        reports = list(reading)
        found = {str(record.__struct_config__.tag): None for report in reports for record in report.records()}
        write_xlsx(
            reports, kinds or list(dict.fromkeys(["claim", "section", "document", *found])), stream, say.language
        )


def _extract_html(reading: _Reading, files: Sequence[str], output: Path | None, say: Messages) -> None:
    from jixiao.export.html import page

    if len(files) == 1 and (output is None or not output.is_dir()):
        for report in reading:
            with open_output(output) as stream:
                stream.write(page(report, say.language).encode("utf-8", "replace"))
        return
    if output is None or output.is_file():
        raise UserError("html_needs_folder")
    output.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for report in reading:
        name = Path(report.document.path).name
        while f"{name}.html" in taken:
            name += "_"
        taken.add(f"{name}.html")
        with open_output(output / f"{name}.html") as stream:
            stream.write(page(report, say.language).encode("utf-8", "replace"))


def _told(output: Path | None) -> str | None:
    """The format that the name of the output tells; a file of one JSON array is none of extract's."""
    form = format_of(output)
    return None if form == "json" else form


def _kinds(records: str) -> list[str]:
    """``claims,sections`` as the kinds ``claim``, ``section``."""
    from jixiao.records import KINDS

    kinds = []
    for name in filter(None, re.split(r"[,，、\s]+", records)):
        kind = name if name in KINDS else name.removesuffix("s")
        if kind not in KINDS:
            raise UserError("records_unknown", name=name, choices="、".join(f"{kind}s" for kind in KINDS))
        kinds.append(kind)
    return list(dict.fromkeys(kinds))


# ---- run, status


@main.command(cls=Command, help="run_help")
@click.argument("archives", nargs=-1, required=True, metavar="ARCHIVE", type=click.Path(path_type=Path))
@option("-o", "--output", metavar="LEDGER", type=click.Path(path_type=Path), help="opt_ledger")
@option("--retry-failed", is_flag=True, help="opt_retry")
@option("--format", "form", type=Choice(["table", "jsonl", "csv"]), metavar="FORMAT", help="opt_format_summary")
@option("--models", metavar="FOLDER", type=click.Path(path_type=Path), help="opt_models")
@click.pass_context
def run(
    ctx: click.Context,
    archives: tuple[Path, ...],
    output: Path | None,
    retry_failed: bool,
    form: str | None,
    models: Path | None,
) -> None:
    from jixiao import batch

    options = options_for(ctx, archives)
    say = sayer(ctx)
    if output is None and options.run.output:
        output = ctx.meta["jixiao.folder"] / options.run.output
    if output is None:
        raise UserError("no_ledger_named")
    chosen = chosen_models(models)
    with open_ledger(output, writing=True) as ledger:
        done = 0
        partial = []  # told at the end, so as not to tear the progress bar
        with progress_bar(say) as progress:
            for outcome in batch.run(
                ledger,
                archives,
                retry_failed=retry_failed or options.run.retry_failed,
                progress=progress,
                models=chosen,
            ):
                done += 1
                if outcome.file.status == "partial":
                    partial.append(outcome.file)
        for file in partial:
            tell(say("file_partial", path=file.path, reason=file.reason))
        summary = batch.summary(ledger, archives, done)
        for path in summary.vanished:
            tell(say("file_vanished", path=path))
        for file in summary.troubled:
            tell(say("file_trouble", path=file.path, reason=file.reason))
        _show_summary(ledger, archives, form or options.run.format or "table", say)
    click.echo(
        say(
            "run_done", done=summary.done, unchanged=summary.unchanged, failed=len(summary.troubled),
            vanished=len(summary.vanished),
        ),
        err=True,
    )  # fmt: skip
    ctx.exit(EXIT_TROUBLE if summary.troubled else 0)


def _show_summary(ledger: Ledger, archives: Sequence[Path], form: str, say: Messages) -> None:
    from jixiao.batch import by_document
    from jixiao.records import CATEGORIES

    rows = by_document(ledger, archives)
    if form == "table":
        from jixiao.export import terminal

        with open_console(None) as console:
            terminal.summary_table(console, [(name, counts) for name, _, counts in rows], say)
        return
    with open_output(None) as stream:
        if form == "jsonl":
            import json

            for name, doc_id, counts in rows:
                line = {"path": name, "doc_id": doc_id, "claims": sum(counts.values()), "categories": dict(counts)}
                stream.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        else:
            from jixiao.export.tabular import write_rows

            lines = [
                [name, *(str(counts.get(c, 0)) for c in CATEGORIES), str(sum(counts.values()))]
                for name, _, counts in rows
            ]
            write_rows(stream, [[say("col_document"), *CATEGORIES, say("col_total")], *lines])


@main.command(cls=Command, help="status_help")
@click.argument("ledger_path", metavar="LEDGER", type=click.Path(path_type=Path))
@click.pass_context
def status(ctx: click.Context, ledger_path: Path) -> None:
    from jixiao.export import terminal
    from jixiao.records import CATEGORIES

    options_for(ctx, [ledger_path])
    say = sayer(ctx)
    with open_ledger(ledger_path) as ledger, open_console(None) as console:
        files = list(ledger.files())
        size = ledger_path.stat().st_size / 1e6
        versions = sorted({file.extractor for file in files})
        console.print(
            say("status_size", path=ledger_path, size=f"{size:,.1f} MB", version="、".join(versions) or "—"),
            soft_wrap=True,
        )
        console.print()
        rows = [
            (say(f"status_{name}"), sum(file.present and file.status == name for file in files))
            for name in ("ok", "partial", "refused", "failed")
        ]
        rows.append((say("status_gone"), sum(not file.present for file in files)))
        terminal.counts_table(console, say("status_files"), rows, say)
        console.print()
        counts = ledger.counts()
        terminal.counts_table(
            console,
            say("status_records"),
            [(say(f"sheet_{kind}"), counts[kind]) for kind in counts if counts[kind]],
            say,
        )
        console.print()
        totals: dict[str, int] = {}
        for by_category in ledger.categories().values():
            for category, count in by_category.items():
                totals[category] = totals.get(category, 0) + count
        terminal.counts_table(
            console, say("status_categories"), [(c, totals[c]) for c in CATEGORIES if c in totals], say
        )
        for file in files:
            if file.status != "ok":
                key = "file_partial" if file.status == "partial" else "file_trouble"
                console.print(printable(say(key, path=file.path, reason=file.reason)), soft_wrap=True)
            if not file.present:
                console.print(printable(say("file_vanished", path=file.path)), soft_wrap=True)


# ---- search, schema


@main.command(cls=Command, help="search_help")
@click.argument("ledger_path", metavar="LEDGER", type=click.Path(path_type=Path))
@click.argument("query", nargs=-1, metavar="QUERY")
@option("--organisation", metavar="TEXT", help="opt_organisation")
@option("--region", metavar="TEXT", help="opt_region")
@option("--year", metavar="YEAR", help="opt_year")
@option("--type", "document_type", metavar="TYPE", help="opt_type")
@option("--section", metavar="LABEL", help="opt_section")
@option("--category", metavar="CATEGORY", help="opt_category")
@option("--unit", metavar="UNIT", help="opt_unit")
@option("--min", "smallest", type=Number(), metavar="NUMBER", help="opt_min")
@option("--max", "largest", type=Number(), metavar="NUMBER", help="opt_max")
@option("--verdict", type=Choice(["met", "unmet", "undetermined"]), metavar="VERDICT", help="opt_verdict_search")
@option("--limit", type=Count(), metavar="N", help="opt_limit")
@option("--format", "form", type=Choice(["table", "jsonl", "csv"]), metavar="FORMAT", help="opt_format_search")
@click.pass_context
def search(
    ctx: click.Context,
    /,
    ledger_path: Path,
    query: tuple[str, ...],
    limit: int | None,
    form: str | None,
    **filters: Any,
) -> None:
    from jixiao.ledger import Filters

    options = options_for(ctx, [ledger_path])
    say = sayer(ctx)
    filters["section"] = _label("--section", filters["section"], "section")
    filters["category"] = _label("--category", filters["category"], "category")
    filters["document_type"] = _label("--type", filters["document_type"], "document_type")
    with open_ledger(ledger_path) as ledger:
        hits = ledger.search(" ".join(query), Filters(**filters), limit or options.search.limit or 20)
    form = form or options.search.format or "table"
    if form == "table":
        from jixiao.export import terminal

        with open_console(None) as console:
            terminal.hits_list(console, hits, say)
        return
    with open_output(None) as stream:
        if form == "jsonl":
            for hit in hits.items:
                stream.write(_hit_line(hit))
        else:
            from jixiao.export.tabular import hit_rows, write_rows

            write_rows(stream, hit_rows(hits.items, say.language))


def _hit_line(hit: Hit) -> bytes:
    """A claim as in the JSONL of ``extract``, with what an answer adds."""
    import json

    from jixiao.records import to_json

    document = hit.document
    line = json.loads(to_json(hit.claim))
    line["section"] = hit.section.title if hit.section else None
    line["line"] = hit.line
    line["highlights"] = hit.highlights
    line["answers"] = [
        {
            **{name: getattr(answer.target, name) for name in ("target_id", "indicator", "text")},
            **{name: getattr(answer.link, name) for name in ("verdict", "score", "reason")},
            "ratio": None if answer.link.ratio is None else str(answer.link.ratio),
        }
        for answer in hit.answers
    ]
    line["spending"] = [
        {
            **{name: getattr(link, name) for name in ("budget_id", "verdict", "reason")},
            "ratio": None if link.ratio is None else str(link.ratio),
        }
        for link in hit.spending
    ]
    for name in ("path", "title", "organisation", "region", "fiscal_year", "document_type"):
        line[name] = getattr(document, name)
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _label(option: str, asked: str | None, kind: str) -> str | None:
    """A label by its own name or by its Chinese one. Raises :class:`UserError` where there is none such."""
    if asked is None:
        return None
    from typing import get_args

    from jixiao import records
    from jixiao.export.labels import VALUES

    labels = {
        "section": records.SECTION_LABELS,
        "category": records.CATEGORIES,
        "document_type": get_args(records.DocumentType),
    }[kind]
    by_name = {VALUES.get(label, label): label for label in reversed(labels)} | {label: label for label in labels}
    if asked not in by_name:
        names = [f"{label}（{VALUES[label]}）" if label in VALUES else label for label in labels]
        raise UserError("bad_choice", name=option, value=asked, choices="、".join(names))
    return str(by_name[asked])


@main.command(cls=Command, help="schema_help")
@click.pass_context
def schema(ctx: click.Context) -> None:
    import json

    from jixiao.records import json_schema

    with open_output(None) as stream:
        stream.write(json.dumps(json_schema(), ensure_ascii=False, indent=2).encode() + b"\n")


main.add_command(targets)
main.add_command(corpus)
main.add_command(evaluate)
main.add_command(train)
