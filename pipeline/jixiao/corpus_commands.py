"""``jixiao corpus …``, ``jixiao evaluate`` and ``jixiao train``: the commands of those who build training corpora."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jixiao.messages import Messages, UserError
from jixiao.shell import (
    EXIT_TROUBLE,
    App,
    Choice,
    Command,
    Count,
    chosen_models,
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
    from jixiao.corpus.archive import Annotated
    from jixiao.corpus.card import Content
    from jixiao.corpus.evaluation import Error, Subject
    from jixiao.corpus.statistics import Statistics
    from jixiao.records import Record

    _TupleType = click.ParamType[tuple[float, ...]]
else:  # generic only in the latest click
    _TupleType = click.ParamType

HELD_OUT = ("dev", "test")
BUNDLED = Path(__file__).parents[2] / "annotations" / "documents"  # of a checkout


INSTALL = "pip install 'jixiao[corpus]'"


@click.group(cls=App, help="corpus_help", invoke_without_command=True)
@click.pass_context
def corpus(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@contextmanager
def telling_gold_errors() -> Iterator[None]:
    """What does not fit in a gold file is the annotator's to mend, and is told as such."""
    from jixiao.corpus.gold import GoldError

    try:
        yield
    except GoldError as error:
        raise UserError("gold_wrong", detail=error) from error


def named_or_bundled(places: Iterable[Path]) -> list[Path]:
    """``places``, or the archive of the checkout where none are named. Raises UserError on what does not exist."""
    found = list(places) or ([BUNDLED] if BUNDLED.is_dir() else [])
    if not found:
        raise UserError("gold_unnamed")
    for place in found:
        if not place.exists():
            raise UserError("gold_missing", path=place)
    return found


def label_names(say: Messages) -> Mapping[str, str]:
    from jixiao.export.labels import VALUES

    return VALUES if say.language == "zh" else {}


def as_json(content: Any) -> bytes:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"


class _Offset(Count):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        return 0 if value == "0" else super().convert(value, param, ctx)


_report_format = option(
    "--format",
    "form",
    type=Choice(["table", "json", "markdown"]),
    default="table",
    metavar="FORMAT",
    help="opt_format_agree",
)


# ---- evaluate


@click.command(cls=Command, help="evaluate_help")
@click.argument("gold", nargs=-1, metavar="GOLD", type=click.Path(path_type=Path))
@option("--split", type=Choice(["test", "dev", "train"]), metavar="PART", help="opt_split")
@option("--errors", "with_errors", is_flag=True, help="opt_errors")
@option("--by-document", is_flag=True, help="opt_by_document")
@option("--peers", is_flag=True, help="opt_peers")
@option("--source", metavar="TEXT", type=click.Path(path_type=Path), help="opt_source")
@option("--region", nargs=2, type=_Offset(), metavar="START END", help="opt_gold_region")
@option(
    "--format", "form", type=Choice(["table", "json"]), default="table", metavar="FORMAT", help="opt_format_figures"
)
@option("--models", metavar="FOLDER", type=click.Path(path_type=Path), help="opt_models")
@option("-o", "--output", metavar="OUT", type=click.Path(path_type=Path), help="opt_output")
@click.pass_context
def evaluate(
    ctx: click.Context,
    gold: tuple[Path, ...],
    split: str | None,
    with_errors: bool,
    by_document: bool,
    peers: bool,
    source: Path | None,
    region: tuple[int, int] | None,
    form: str,
    models: Path | None,
    output: Path | None,
) -> None:
    from jixiao.corpus import evaluation

    places = named_or_bundled(gold)
    options_for(ctx, places)
    say = sayer(ctx)
    with telling_gold_errors():
        subjects = _subjects(places, split, source, region)
    with progress_bar(say) as progress:
        chosen = chosen_models(models)
        results = list(evaluation.evaluate(subjects, chosen, progress))
    if split is None and models is None and (seen := evaluation.trained_on(places, results)):
        tell(say("eval_trained_on", n=seen))
    summary = evaluation.summarise(results)
    beside = None
    if peers:
        from jixiao.corpus.peers import compare_peers

        with progress_bar(say) as progress:
            beside = compare_peers(subjects, progress=progress)
    if form == "json":
        content: dict[str, Any] = {"summary": summary}
        if by_document:
            content["documents"] = {result.name: result.counts for result in results}
        if beside is not None:
            content["peers"] = [line._asdict() for line in beside]
        if with_errors:
            content["errors"] = [error for result in results for error in result.errors]
        with open_output(output) as stream:
            stream.write(as_json(content))
        return

    from jixiao.corpus import grids
    from jixiao.export import terminal

    names = label_names(say)
    with open_console(output) as console:
        for table in grids.summary_grids(summary, say, names):
            terminal.grid(console, *table)
        if by_document:
            terminal.grid(console, *grids.document_grid(results, say))
        if beside is not None:
            terminal.grid(console, *grids.peers_grid(beside, say))
        if with_errors:
            errors = [error for result in results for error in result.errors]
            console.print(say("eval_errors", n=len(errors)), style="bold cyan")
            for error in errors:
                place = say("place", file=error.document, line=error.line, start=error.start, end=error.end)
                head = f"{say(f'error_{error.kind}')} {say(f'group_{error.layer}')}"
                readings = _readings(error, say, names)
                terminal.readings(console, head, place, error.sentence, error.highlight, readings)


def _subjects(
    places: list[Path], split: str | None, source: Path | None, region: tuple[int, int] | None
) -> list[Subject]:
    from jixiao.corpus import evaluation
    from jixiao.ingest import read

    lines = [place for place in places if place.suffix == ".jsonl"]
    if lines:
        if source is None or len(places) > 1 or split is not None:
            raise UserError("jsonl_needs_source", path=lines[0])
        if not source.is_file():
            raise UserError("gold_missing", path=source)
        return [evaluation.subject_of_lines(lines[0], read(str(source)), region)]
    if source is not None or region is not None:
        raise UserError("source_without_jsonl")
    try:
        found = evaluation.subjects(places, split)
    except FileNotFoundError as error:
        raise UserError("splits_missing") from error
    if not found:
        where = "、".join(map(str, places))
        raise UserError("gold_none", path=where) if split is None else UserError("split_empty", path=where, split=split)
    return found


def _readings(error: Error, say: Messages, names: Mapping[str, str]) -> list[str]:
    """The fields of an error in words: both readings of what is wrong, or the one reading of what has no partner."""

    def shown(value: str) -> str:
        return names.get(value, value) or say("nothing_there")

    if error.kind == "wrong":
        return [
            say("error_change", field=say(f"measure_{name}"), gold=shown(gold), found=shown(found))
            for name, (gold, found) in error.fields.items()
        ]
    readings = (f"{say(f'measure_{name}')} {shown(gold or found)}" for name, (gold, found) in error.fields.items())
    return [" · ".join(readings)] if error.fields else []


# ---- training


@click.command(cls=Command, help="train_help")
@click.argument("places", nargs=-1, metavar="PLACE", type=click.Path(path_type=Path))
@option("-o", "--output", metavar="FOLDER", type=click.Path(path_type=Path), help="opt_train_out")
@option("--curve", is_flag=True, help="opt_curve")
@click.pass_context
def train(ctx: click.Context, places: tuple[Path, ...], output: Path | None, curve: bool) -> None:
    from jixiao.corpus import grids, training
    from jixiao.corpus.archive import read_archive
    from jixiao.corpus.evaluation import read_splits
    from jixiao.export import terminal

    chosen = named_or_bundled(places)
    options_for(ctx, chosen)
    say = sayer(ctx)
    if output is None and not curve:
        raise UserError("train_nothing")
    if output is not None and not output.is_dir():
        raise UserError("out_folder_missing", path=output / "…")
    with telling_gold_errors():
        documents = [document for document in read_archive(chosen) if document.gold is not None]
    try:
        parts = read_splits(chosen)
    except FileNotFoundError as error:
        raise UserError("splits_missing") from error
    learned = [document for document in documents if document.name in parts.get("train", ())]
    if not learned:
        raise UserError("split_empty", path="、".join(map(str, chosen)), split="train")
    held_out = {part: [document for document in documents if document.name in parts.get(part, ())] for part in HELD_OUT}
    try:
        with progress_bar(say) as progress:
            steps = training.learning_curve(learned, held_out, training.SHARES if curve else (1.0,), progress)
    except ModuleNotFoundError as error:
        raise UserError("train_extra", name=error.name) from error
    if output is not None:
        training.save(steps[-1].models, output)
    with open_console(None) as console:
        terminal.grid(console, *grids.curve_grid(steps, say))


# ---- check


@corpus.command("check", cls=Command, help="check_help")
@click.argument("places", nargs=-1, metavar="PLACE", type=click.Path(path_type=Path))
@click.pass_context
def check(ctx: click.Context, places: tuple[Path, ...]) -> None:
    from jixiao.corpus.archive import check_archive

    chosen = named_or_bundled(places)
    options_for(ctx, chosen)
    say = sayer(ctx)
    annotated, faults = check_archive(chosen)
    if not annotated and not faults:
        raise UserError("gold_none", path="、".join(map(str, chosen)))
    for fault in faults:
        tell(str(fault))
    tell(say("check_done", n=annotated, faults=len(faults)))
    ctx.exit(EXIT_TROUBLE if faults else 0)


# ---- agreement


@corpus.command("agree", cls=Command, help="agree_help")
@click.argument("one", metavar="A", type=click.Path(path_type=Path))
@click.argument("other", metavar="B", type=click.Path(path_type=Path))
@option("--documents", metavar="DIR", type=click.Path(path_type=Path), help="opt_documents")
@option("--errors", "with_errors", is_flag=True, help="opt_disagreements")
@_report_format
@option("-o", "--output", metavar="OUT", type=click.Path(path_type=Path), help="opt_output")
@click.pass_context
def agree(
    ctx: click.Context,
    one: Path,
    other: Path,
    documents: Path | None,
    with_errors: bool,
    form: str,
    output: Path | None,
) -> None:
    from jixiao.corpus import agreement, grids
    from jixiao.corpus.archive import holds_documents

    named_or_bundled((one, other))
    beside = next((tree for tree in (one, other) if holds_documents(tree)), None)
    places = named_or_bundled(filter(None, [documents or beside]))
    options_for(ctx, places)
    say = sayer(ctx)
    with telling_gold_errors():
        twice = agreement.read_twice(places, one, other)
    if not twice:
        raise UserError("agree_nothing", path=places[0])
    found = agreement.agree(twice)
    names = label_names(say)
    if form == "json":
        from msgspec.structs import replace

        content = found if with_errors else replace(found, disagreements=())
        with open_output(output) as stream:
            stream.write(as_json(content))
        return
    if form == "markdown":
        text = grids.agreement_markdown(found, say, names, with_disagreements=with_errors)
        with open_output(output) as stream:
            stream.write(text.encode())
        return

    from jixiao.export import terminal

    with open_console(output) as console:
        for table in grids.agreement_grids(found, say, names):
            terminal.grid(console, *table)
        if with_errors:
            for (layer, kind), members in grids.disagreement_groups(found).items():
                console.print(grids.group_title(layer, kind, len(members), say), style="bold cyan")
                for member in members:
                    place = say("place", file=member.document, line=member.line, start=member.start, end=member.end)
                    lines = [grids.reading(member, say, names)]
                    terminal.readings(console, member.text, place, member.sentence, member.highlight, lines)
                console.print()


# ---- split


class _Shares(_TupleType):
    """70/15/15: the shares of train, dev and test, which need not sum to a hundred."""

    name = "shares"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        shares = tuple(float(part) for part in value.split("/") if part.isascii() and part.isdigit())
        if len(shares) != 3 or value.count("/") != 2 or not shares[0]:
            raise UserError("bad_shares", value=value)
        return shares


@corpus.command("split", cls=Command, help="split_help")
@click.argument("places", nargs=-1, metavar="PLACE", type=click.Path(path_type=Path))
@option("-o", "--output", metavar="SPLITS", type=click.Path(path_type=Path), help="opt_splits")
@option("--by", type=Choice(["organisation", "region"]), default="organisation", metavar="UNIT", help="opt_split_by")
@option("--share", "shares", type=_Shares(), default=(70.0, 15.0, 15.0), metavar="SHARES", help="opt_shares")
@option("--hold-out", multiple=True, metavar="REGION", help="opt_hold_out")
@option("--keep", metavar="SPLITS", type=click.Path(path_type=Path), help="opt_keep")
@option("--seed", type=_Offset(), default="0", metavar="N", help="opt_seed")
@option(
    "--format", "form", type=Choice(["table", "json"]), default="table", metavar="FORMAT", help="opt_format_figures"
)
@click.pass_context
def split(
    ctx: click.Context,
    places: tuple[Path, ...],
    output: Path | None,
    by: Any,
    shares: tuple[float, ...],
    hold_out: tuple[str, ...],
    keep: Path | None,
    seed: int,
    form: str,
) -> None:
    from jixiao.corpus import grids, splitting
    from jixiao.corpus.archive import read_archive

    found = named_or_bundled(places)
    options_for(ctx, found)
    say = sayer(ctx)
    members = []
    with telling_gold_errors(), progress_bar(say) as progress:
        documents = list(read_archive(found))
        for done, document in enumerate(documents, 1):
            members.append(splitting.member(document))
            if progress:
                progress(done, len(documents), document.name)
    if not members:
        raise UserError("gold_none", path="、".join(map(str, found)))
    for region in hold_out:
        if not any(region in member.region or region in member.folder for member in members):
            raise UserError("no_such_region", region=region, regions="、".join(sorted({m.region for m in members})))
    try:
        parts = splitting.split(
            members, shares, by=by, hold_out=hold_out, keep=_kept(keep) if keep else None, seed=seed
        )
    except splitting.SplitError as error:
        raise UserError("split_torn", documents=error) from error
    leakage = splitting.leaks(members, parts)
    summary = splitting.summarise(members, parts)
    if output is not None:
        with open_output(output) as stream:
            stream.write(as_json(parts))
    if form == "json":
        with open_output(None) as stream:
            stream.write(as_json({"splits": parts, "parts": summary, "leakage": leakage}))
        return

    from jixiao.export import terminal

    with open_console(None) as console:
        for table in grids.split_grids(summary, leakage, say, label_names(say)):
            terminal.grid(console, *table)
        console.print(say("split_clean" if leakage.none else "split_leaks"), soft_wrap=True)


def _kept(path: Path) -> dict[str, list[str]]:
    import msgspec

    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, list[str]])
    except (OSError, msgspec.DecodeError) as error:
        raise UserError("splits_wrong", path=path, detail=error) from error


# ---- queue


@corpus.command("queue", cls=Command, help="queue_help")
@click.argument("places", nargs=-1, required=True, metavar="RECORDS", type=click.Path(path_type=Path))
@option("-n", "wanted", type=Count(), default="50", metavar="N", help="opt_wanted")
@option("--per-document", type=Count(), default="10", metavar="K", help="opt_per_document")
@option(
    "--format",
    "form",
    type=Choice(["table", "jsonl", "labelstudio"]),
    default="table",
    metavar="FORMAT",
    help="opt_format_queue",
)
@option("--no-mask", is_flag=True, help="opt_no_mask")
@option("-o", "--output", metavar="OUT", type=click.Path(path_type=Path), help="opt_output")
@click.pass_context
def queue(
    ctx: click.Context,
    places: tuple[Path, ...],
    wanted: int,
    per_document: int,
    form: str,
    no_mask: bool,
    output: Path | None,
) -> None:
    from jixiao.corpus import selection
    from jixiao.corpus.masking import mask

    found = named_or_bundled(places)
    options_for(ctx, found)
    say = sayer(ctx)
    with progress_bar(say) as progress:
        items = selection.queue(_records(found, say, progress), wanted, per_document)
    if form == "jsonl":
        import msgspec

        with open_output(output) as stream:
            for item in items:
                stream.write(msgspec.json.encode(selection.line(item, hidden=not no_mask)) + b"\n")
    elif form == "labelstudio":
        from jixiao.corpus import labelstudio

        if output is None or output.is_file():
            raise UserError("labelstudio_folder")
        labelstudio.write((selection.marked(item, hidden=not no_mask) for item in items), output)
    else:
        from jixiao.export import terminal

        names = label_names(say)
        with open_console(output) as console:
            for number, item in enumerate(items, 1):
                claim = item.claim
                start, end = next(((a, b) for other, a, b in item.places if other is claim), (0, 0))
                read = (claim.entity, claim.action, names.get(claim.category, claim.category))
                terminal.readings(
                    console,
                    say("queue_head", number=number, text=claim.text, doubt=item.doubt),
                    item.document.path if item.document else claim.doc_id,
                    claim.sentence if no_mask else mask(claim.sentence),
                    (start, end),
                    [" · ".join(value or say("nothing_there") for value in read)],
                )
            console.print(say("queue_done", n=len(items), k=per_document), style="dim", soft_wrap=True)


def _records(places: list[Path], say: Messages, progress: Any) -> Iterator[Record]:
    """The records of ledgers, of JSONL files and of documents, each document's together; what cannot be read is told."""
    from jixiao import batch
    from jixiao.corpus.selection import read_lines
    from jixiao.records import Claim, Document

    documents: list[Path] = []
    for place in places:
        if is_ledger(place):
            with open_ledger(place) as ledger:
                yield from ledger.records(Document)
                yield from ledger.records(Claim)
        elif place.suffix == ".jsonl":
            try:
                yield from read_lines(place)
            except ValueError as error:
                raise UserError("records_wrong", detail=error) from error
        else:
            documents += batch.walk(place)
    for done, path in enumerate(documents, 1):
        report, reason = batch.analysed(str(path))
        if report is None or reason:
            tell(say("file_trouble", path=path, reason=reason))
        if report:
            yield from report.records()
        if progress:
            progress(done, len(documents), str(path))


# ---- stats


@corpus.command("stats", cls=Command, help="stats_help")
@click.argument("places", nargs=-1, metavar="PLACE", type=click.Path(path_type=Path))
@option("--plots", metavar="DIR", type=click.Path(path_type=Path), help="opt_plots")
@_report_format
@option("-o", "--output", metavar="OUT", type=click.Path(path_type=Path), help="opt_output")
@click.pass_context
def stats(ctx: click.Context, places: tuple[Path, ...], plots: Path | None, form: str, output: Path | None) -> None:
    from jixiao.corpus import grids

    found = named_or_bundled(places)
    options_for(ctx, found)
    say = sayer(ctx)
    statistics = _statistics(found)
    if plots is not None:
        draw(statistics, plots, say)
    if form == "json":
        with open_output(output) as stream:
            stream.write(as_json(statistics))
        return
    tables = grids.statistics_grids(statistics, say, label_names(say))
    if form == "markdown":
        with open_output(output) as stream:
            stream.write("\n".join(map(grids.markdown, tables)).encode())
        return

    from jixiao.export import terminal

    with open_console(output) as console:
        for table in tables:
            terminal.grid(console, *table)


def _statistics(places: list[Path], documents: Iterable[Annotated] | None = None) -> Statistics:
    """The statistics of ``documents``, or of those in ``places``."""
    from jixiao.corpus.archive import read_archive
    from jixiao.corpus.gold import GoldError
    from jixiao.corpus.statistics import count

    with telling_gold_errors():
        try:
            return count(read_archive(places) if documents is None else documents)
        except GoldError:
            raise
        except ValueError as error:
            raise UserError("gold_none", path="、".join(map(str, places))) from error


def draw(statistics: Statistics, folder: Path, say: Messages) -> None:
    """The plots in ``folder``; in English, and said to be, where no font has Chinese characters."""
    try:
        from jixiao.corpus import plots
    except ImportError as error:
        raise UserError("extra_missing", needed="matplotlib", install=INSTALL) from error
    if plots.chinese_font() is None:
        tell(say("no_chinese_font"))
    plots.write(statistics, folder, say, label_names(say))
    tell(say("plots_written", folder=folder))


# ---- card


@corpus.command("card", cls=Command, help="card_help")
@click.argument("places", nargs=-1, metavar="PLACE", type=click.Path(path_type=Path))
@option("-o", "--output", required=True, metavar="DIR", type=click.Path(path_type=Path), help="opt_card")
@option("--about", "about_file", metavar="ABOUT", type=click.Path(path_type=Path), help="opt_about")
@click.pass_context
def card_command(ctx: click.Context, places: tuple[Path, ...], output: Path, about_file: Path | None) -> None:
    from jixiao.corpus import card

    found = named_or_bundled(places)
    options_for(ctx, found)
    say = sayer(ctx)
    content = _card_content(found, about_file)
    output.mkdir(parents=True, exist_ok=True)
    with open_output(output / card.DATASHEET) as stream:
        stream.write(card.datasheet(content, label_names(Messages("zh"))).encode())
    with open_output(output / card.CROISSANT) as stream:
        stream.write(as_json(card.croissant(content, output)))
    if content.about is None:
        tell(say("no_about", name=card.ABOUT))
    elif names := card.unanswered(content):
        tell(say("card_unanswered", names="、".join(names), name=card.ABOUT))
    tell(say("card_written", folder=output))


def _card_content(places: list[Path], about_file: Path | None) -> Content:
    from jixiao.corpus import card, splitting
    from jixiao.corpus.archive import read_archive
    from jixiao.corpus.evaluation import SPLITS

    with telling_gold_errors():
        documents = list(read_archive(places))
    statistics = _statistics(places, documents)
    path = about_file or card.beside(places, card.ABOUT)
    try:
        about = card.read_about(path) if path else None
    except card.AboutError as error:
        raise UserError("about_wrong", detail=error) from error
    split_file = card.beside(places, SPLITS)
    parts = _kept(split_file) if split_file else {}
    leakage, summary = None, []
    if parts:
        members = [splitting.member(document) for document in documents]
        names = {member.name for member in members}
        parts = {part: [name for name in inside if name in names] for part, inside in parts.items()}
        leakage, summary = splitting.leaks(members, parts), splitting.summarise(members, parts)
    agreement = card.beside(places, card.AGREEMENT)
    return card.Content(
        documents=documents,
        statistics=statistics,
        about=about,
        splits=parts,
        parts=summary,
        leakage=leakage,
        agreement=agreement.read_text(encoding="utf-8") if agreement else None,
    )


# ---- export and import


class _Formats(Choice):
    """The names of the registry, which is not imported before it is needed."""

    def __init__(self, *, back: bool) -> None:
        super().__init__([])
        self._back = back

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from jixiao.corpus.formats import FORMATS

        self.choices = tuple(name for name, form in FORMATS.items() if form.back or not self._back)
        if value not in self.choices:
            raise UserError("no_such_format", name=value, choices="、".join(self.choices))
        return str(value)


@corpus.command("export", cls=Command, help="export_help")
@click.argument("form", metavar="FORMAT", type=_Formats(back=False))
@click.argument("places", nargs=-1, metavar="PLACE", type=click.Path(path_type=Path))
@option("-o", "--output", metavar="OUT", type=click.Path(path_type=Path), required=True, help="opt_export_out")
@option("--split", type=Choice(["test", "dev", "train"]), metavar="PART", help="opt_export_split")
@option("--no-mask", is_flag=True, help="opt_no_mask")
@click.pass_context
def export(
    ctx: click.Context, form: str, places: tuple[Path, ...], output: Path, split: str | None, no_mask: bool
) -> None:
    from jixiao.corpus import exchange
    from jixiao.corpus.archive import read_archive
    from jixiao.corpus.evaluation import read_splits
    from jixiao.corpus.formats import FORMATS, writer
    from jixiao.corpus.masking import mask

    found = named_or_bundled(places)
    options_for(ctx, found)
    say = sayer(ctx)
    chosen = FORMATS[form]
    try:
        write = writer(form)
    except ModuleNotFoundError as error:
        raise UserError("extra_missing", needed=error.name, install=f"pip install 'jixiao[{chosen.extra}]'") from error
    try:
        parts = read_splits(found)
    except FileNotFoundError as error:
        if split is not None:
            raise UserError("splits_missing") from error
        parts = {}
    with telling_gold_errors(), progress_bar(say) as progress, _draft(output, folder=chosen.out == "folder") as draft:
        documents = [
            document for document in read_archive(found) if split is None or document.name in parts.get(split, ())
        ]
        if not documents:
            raise UserError("export_nothing", path="、".join(map(str, found)))

        def read() -> Iterator[Annotated]:
            for done, document in enumerate(documents, 1):
                if progress:
                    progress(done, len(documents), document.name)
                yield document

        write(exchange.outgoing(read(), parts, beside=chosen.beside, mask=None if no_mask else mask), draft)
    unread = [document for document in documents if not document.source.text]
    for document in unread:
        tell(say("file_trouble", path=document.path, reason=document.source.reason))
    annotated = sum(document.gold is not None for document in documents)
    tell(say("exported", documents=len(documents) - len(unread), annotated=annotated, path=output))
    ctx.exit(EXIT_TROUBLE if unread else 0)


@contextmanager
def _draft(path: Path, *, folder: bool) -> Iterator[Path]:
    """A place beside ``path`` to write to, which takes its place when all is written; a folder that holds something is kept."""
    import os
    import shutil

    if folder and path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UserError("out_folder_full", path=path)
    if not folder and path.is_dir():
        raise UserError("out_is_folder", path=path)
    if not path.absolute().parent.is_dir():
        raise UserError("out_folder_missing", path=path)
    draft = path.absolute().with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield draft
        if folder and path.exists():
            path.rmdir()
        draft.replace(path)
    except OSError as error:
        raise UserError("disk", detail=error.strerror) from error
    finally:
        if draft.is_dir():
            shutil.rmtree(draft)
        else:
            draft.unlink(missing_ok=True)


@corpus.command("import", cls=Command, help="import_help")
@click.argument("form", metavar="FORMAT", type=_Formats(back=True))
@click.argument("files", nargs=-1, required=True, metavar="FILE", type=click.Path(path_type=Path))
@option("-o", "--output", metavar="FOLDER", type=click.Path(path_type=Path), required=True, help="opt_import_out")
@option("--overwrite", is_flag=True, help="opt_overwrite")
@click.pass_context
def import_(ctx: click.Context, form: str, files: tuple[Path, ...], output: Path, overwrite: bool) -> None:
    from jixiao.corpus import exchange
    from jixiao.corpus.formats import reader
    from jixiao.corpus.masking import mask

    say = sayer(ctx)
    for file in files:
        if not file.exists():
            raise UserError("import_missing", path=file)
    read = reader(form)
    with telling_gold_errors():
        arrived = [exchange.incoming(marked, output, mask) for file in files for marked in read(file)]
    if not arrived:
        raise UserError("import_nothing", path="、".join(map(str, files)))
    there = [document.gold_path for document in arrived if document.gold_path.exists()]
    if there and not overwrite:
        raise UserError("import_there", path=there[0], n=len(there))
    try:
        for document in arrived:
            exchange.save(document)
    except OSError as error:
        raise UserError("disk", detail=error.strerror) from error
    new = sum(document.text is not None for document in arrived)
    tell(say("imported", documents=len(arrived), new=new, path=output))
