"""A self-hosted flight search that understands plain words.

The folders are the stages a request passes, in this order: ``understand`` turns text into a
:class:`~flight_search.domain.query.FlightQuery`, ``search`` turns the query into offers and answers,
``services`` serve both. ``ingest`` builds the snapshots that ``catalog`` opens for ``search``.
"""

__version__ = "0.1.0"
