"""What ``ingest inspect`` finds out: a proposal or a mapping, tried on a sample."""

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path

from flight_search.domain.errors import InvalidRequestError
from flight_search.domain.progress import SilentProgress
from flight_search.ingest.rates import exchange_rates
from flight_search.ingest.sources.check import Checker, Terms
from flight_search.ingest.sources.codes import AirportNames, CarrierNames
from flight_search.ingest.sources.formats import KnownFormat, detect_format, open_format
from flight_search.ingest.sources.mapping import Mapping, parse_mapping, read_mapping
from flight_search.ingest.sources.plan import own_carriers, source_name
from flight_search.ingest.sources.preview import Preview, preview, preview_batch
from flight_search.ingest.sources.propose import SAMPLE_ROWS, Proposal, propose
from flight_search.ingest.sources.tables import TextBatch, read_table
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers


@dataclass(frozen=True)
class Inspection:
    """What a file was found to hold."""

    proposal: Proposal | None
    """None where a mapping was given, or the format needs none."""
    kind: KnownFormat | None
    unused: list[str]
    questions: list[str]
    preview: Preview | None
    """None where the proposal is not enough to read flights."""


def inspect(file: Path, mapping_file: Path | None, rows: int, today: dt.date) -> Inspection:
    """Look at a file. Raises SourceError, or InvalidRequestError for a mapping that cannot be used."""
    airports, carriers = load_airports(), load_carriers()
    if mapping_file is not None:
        mapping = read_mapping(mapping_file)
        sample = _sample(file, mapping)
        unused = [name for name in sample.columns.columns if name not in mapping.used_columns()]
        return Inspection(None, None, unused, [], _preview(sample, mapping, rows, today))
    kind = detect_format(file)
    if kind is not None:
        return _inspect_known(file, kind, rows, today)
    proposal = propose(file, AirportNames(airports), CarrierNames(carriers))
    try:
        mapping = parse_mapping(proposal.toml, "the proposal")
    except InvalidRequestError:
        # Its questions say what is missing.
        return Inspection(proposal, None, proposal.unmapped, proposal.questions, None)
    shown = _preview(proposal.sample, mapping, rows, today)
    return Inspection(proposal, None, proposal.unmapped, proposal.questions, shown)


def inspection_values(found: Inspection) -> dict[str, object]:
    """Return an inspection as plain values."""
    proposal = found.proposal
    return {
        "format": asdict(proposal.how) if proposal else found.kind,
        "columns": [asdict(guess) for guess in proposal.guesses] if proposal else [],
        "not_used": found.unused,
        "questions": found.questions,
        "mapping": proposal.toml if proposal else None,
        "sample": asdict(found.preview) if found.preview else None,
    }


def write_mapping(path: Path, toml: str) -> None:
    """Write a proposal. Raises InvalidRequestError rather than write over a file."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(toml)
    except FileExistsError:
        raise InvalidRequestError(
            f"{path} is there already.",
            remedy="Name another file, or delete it: what you corrected is not written over.",
        ) from None


def _sample(file: Path, mapping: Mapping) -> TextBatch:
    batches = read_table(file, mapping.file.table_format(), SilentProgress())
    try:
        first = next(batches)
    finally:
        batches.close()  # type: ignore[attr-defined]  # a generator
    return TextBatch(first.columns.head(SAMPLE_ROWS), first.line[:SAMPLE_ROWS], first.refused)


def _inspect_known(file: Path, kind: KnownFormat, rows: int, today: dt.date) -> Inspection:
    source = open_format(kind, source_name(file), file, SilentProgress())
    batches = source.batches()
    try:
        first = next(batches)
    finally:
        batches.close()  # type: ignore[attr-defined]  # a generator
    terms = Terms(today, "USD", exchange_rates("USD").rates, keep_past=True)
    checker = Checker(load_airports(), load_carriers(), terms)
    return Inspection(None, kind, list(source.unused), [], preview_batch(first, checker, "USD", rows))


def _preview(sample: TextBatch, mapping: Mapping, rows: int, today: dt.date) -> Preview:
    currency = mapping.constants.currency or "USD"
    terms = Terms(today, currency, exchange_rates("USD").rates, keep_past=True)
    checker = Checker(load_airports(), load_carriers() | own_carriers(mapping), terms)
    return preview(sample, mapping, checker, currency, rows)
