"""Results for people: what was understood, the offers or the answer, and what there is to say of them."""

from rich.text import Text

from flight_search.cli import wording
from flight_search.cli.answer_tables import answer_table, left_out
from flight_search.cli.chips import chips
from flight_search.cli.failures import ExitCode
from flight_search.cli.offers_table import basis_of, offers_table, remarks
from flight_search.cli.output import Output, printable
from flight_search.domain.intent import IntentAnswer, Kind
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import AnswerResult, AskResult, SearchResult, Status

_MOST_RELAXATIONS = 5

_KINDS = {
    Kind.CALENDAR: "cheapest day",
    Kind.EXPLORE: "where to",
    Kind.FARE: "what it costs",
    Kind.AIRLINES: "which airlines",
    Kind.COUNT: "how many flights",
    Kind.SCHEDULE: "when they fly",
    Kind.FLIGHT_NUMBER: "one flight",
    Kind.AIRCRAFT: "which aircraft",
    Kind.DISTANCE: "how far",
    Kind.AIRPORT: "airports",
}


def exit_code_of(result: SearchResult | AnswerResult) -> int:
    """Return how a result ends the process."""
    if result.status is Status.NO_MATCH:
        return ExitCode.NO_MATCH
    return ExitCode.NEEDS if result.status is Status.NEEDS else ExitCode.OK


def show_ask(answered: AskResult, output: Output, limit: int) -> None:
    """Write what was understood and the result."""
    intent, result = answered.intent, answered.result
    if isinstance(result, SearchResult):
        # The query that was carried out: without what the data cannot tell.
        _show_chips(_asked(intent), result.query, output)
        _show_offers(result, output)
        if len(result.offers) < result.total:
            output.say(f"{result.total - len(result.offers):,} more: --limit shows up to 1,000.", style="dim")
        return
    _show_chips(_asked(intent), intent.query, output)
    _show_answer(result, output, limit)


def show_search(result: SearchResult, output: Output) -> None:
    """Write the query as it was carried out and the result."""
    _show_chips([], result.query, output, label="Search")
    _show_offers(result, output)
    if result.next_cursor:
        output.say("The next page: the same search with", style="dim")
        output.say_unbroken(f"--cursor {result.next_cursor}", style="dim")


def _asked(intent: IntentAnswer) -> list[str]:
    return [_KINDS[intent.kind]] if intent.kind in _KINDS else []


def _show_chips(
    first: list[str], query: FlightQuery | None, output: Output, *, label: str = "Understood"
) -> None:
    pieces = [piece for piece in (*first, *(chips(query) if query else [])) if piece]
    if not pieces:
        return
    line = Text(f"{label}  ", style="dim")
    for position, piece in enumerate(pieces):
        if position:
            line.append(" \N{MIDDLE DOT} ", style="dim")
        # A piece is kept together where the line is broken.
        line.append(printable(piece).replace(" ", "\N{NO-BREAK SPACE}"), style="bold cyan")
    output.out.print(line)
    output.out.print()


def _show_offers(result: SearchResult, output: Output) -> None:
    if result.status is Status.NEEDS:
        for note in result.notes:
            output.say(note, style="bold")
        _show_left_out(result, output)
        return
    if not result.offers:
        _show_no_match(result, output)
        return
    output.out.print(offers_table(result.offers))
    output.out.print()
    for line in remarks(result.offers):
        output.out.print(line)
    output.say(_summary(result))
    for note in result.notes:
        output.say(note)
    _show_left_out(result, output)
    output.say(f"Data: {result.snapshot} (sources: flight-search snapshots show)", style="dim")


def _show_no_match(result: SearchResult, output: Output) -> None:
    output.say(
        "No flight matches." if not result.total else "There are no more flights to show.", style="bold"
    )
    for note in result.notes:
        output.say(note)
    if result.relaxations:
        is_single = all("," not in change.field for change in result.relaxations)
        output.say("One change finds some:" if is_single else "Two changes together find some:")
        for change in result.relaxations[:_MOST_RELAXATIONS]:
            price = (
                f" from {wording.money(change.from_price, change.currency)}"
                if change.from_price is not None
                else ""
            )
            output.say(
                f"  \N{BULLET} {change.text.rstrip('.')}: {wording.counted(change.total, 'offer')}{price}"
            )
    _show_left_out(result, output)


def _show_answer(result: AnswerResult, output: Output, limit: int) -> None:
    output.say(result.text, style="bold" if result.status is Status.NEEDS else "")
    table = answer_table(result.data, limit)
    if table is not None:
        output.out.print()
        output.out.print(table)
        output.out.print()
        if missing := left_out(result.data, limit):
            output.say(f"{wording.counted(missing, 'more row')} with --limit, all with --json.", style="dim")
    if result.offers:
        output.out.print()
        output.out.print(offers_table(result.offers))
        output.out.print()
        output.say(f"Prices are {basis_of(result.offers)}.", style="dim")
    _show_left_out(result, output)


def _summary(result: SearchResult) -> str:
    price = result.facets.price
    spread = ""
    if price.min is not None and price.max is not None and price.median is not None and result.total > 1:
        low, middle, high = (
            wording.money(one, price.currency) for one in (price.min, price.median, price.max)
        )
        spread = f", {low} to {high}, half of them up to {middle}"
    matches = "offer matches" if result.total == 1 else "offers match"
    return f"{result.total:,} {matches}{spread}. Prices are {basis_of(result.offers)}."


def _show_left_out(result: SearchResult | AnswerResult, output: Output) -> None:
    if result.unsupported:
        output.say(f"Not taken into account: {', '.join(result.unsupported)}.", style="yellow")
    if result.degraded:
        output.say(f"Done without: {', '.join(result.degraded)}.", style="yellow")
    if result.status is Status.PARTIAL:
        output.say("A part of the data did not answer; this is what the rest says.", style="yellow")
