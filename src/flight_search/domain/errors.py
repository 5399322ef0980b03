"""Every error that a user of the system can meet, as one tree.

::

    FlightSearchError
    ├── InvalidRequestError     400  the request contradicts itself or cannot be read
    │   └── CursorError         400  a page marker that is damaged or belongs to another query
    ├── NotFoundError           404  a named thing does not exist
    ├── SnapshotError           503  no snapshot, a damaged one, or one of another version
    ├── SourceError             502  a download or an input file is missing, damaged or not what it claims
    ├── IngestError             500  a build stopped; the last good snapshot stays in use
    │   └── FaresError          503  fares were not changed, or those in use are damaged
    ├── EmbeddingError          503  the embedding model or endpoint cannot be used
    ├── UpstreamError           503  another service did not answer
    │   └── VectorDatabaseError 503  the vector database does not answer, or not as it has to
    ├── BackupError             500  a backup was not taken or restored, or is damaged, foreign or locked
    └── SettingsError           500  a setting is missing or contradicts another

Each has a stable ``code`` (the last part of the problem ``type``), an HTTP ``status``, a sentence for the
user (``str(error)``) and a ``remedy``: what to do about it. One handler in ``services`` turns them into
RFC 9457 problem details, the command line prints the same two sentences.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong at one place of a request; ``pointer`` is an RFC 6901 JSON pointer."""

    pointer: str
    detail: str


class FlightSearchError(Exception):
    """Base of all errors that are meant for a user."""

    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, detail: str, *, remedy: str = "", fields: tuple[FieldProblem, ...] = ()) -> None:
        """Take the sentence for the user, what to do about it, and the places that are wrong."""
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy
        self.fields = fields


class InvalidRequestError(FlightSearchError):
    """The request cannot be carried out as it stands."""

    code = "invalid_request"
    title = "The request is not valid"
    status = 400
    exit_code = 2


class CursorError(InvalidRequestError):
    """A page marker that is damaged, outdated or belongs to another query."""

    code = "invalid_cursor"
    title = "The cursor does not belong to this search"


class NotFoundError(FlightSearchError):
    """A named thing does not exist."""

    code = "not_found"
    title = "Not found"
    status = 404
    exit_code = 3


class SnapshotError(FlightSearchError):
    """There is no snapshot, or it is damaged or of another version."""

    code = "snapshot_unusable"
    title = "The snapshot cannot be used"
    status = 503
    exit_code = 4


class SourceError(FlightSearchError):
    """A download or an input file is missing, damaged or not what it claims to be."""

    code = "source_unusable"
    title = "The data source cannot be used"
    status = 502
    exit_code = 5


class IngestError(FlightSearchError):
    """A build stopped before its end; what was current before is still current."""

    code = "ingest_stopped"
    title = "The build of a snapshot stopped"
    exit_code = 6


class FaresError(IngestError):
    """The fares could not be changed, or those in use are damaged; what was in effect before still is."""

    code = "fares_unusable"
    title = "The fares cannot be used or changed"
    status = 503


class EmbeddingError(FlightSearchError):
    """The embedding model or endpoint cannot be used."""

    code = "embedding_unavailable"
    title = "The embedding model cannot be used"
    status = 503
    exit_code = 7


class UpstreamError(FlightSearchError):
    """Another service did not answer in time or not as agreed."""

    code = "upstream_unavailable"
    title = "A service behind this one did not answer"
    status = 503
    exit_code = 8


class VectorDatabaseError(UpstreamError):
    """The vector database cannot be reached, refuses, or answers what cannot be right."""

    code = "vector_db_unavailable"
    title = "The vector database cannot be used"


class SettingsError(FlightSearchError):
    """A setting is missing, malformed or contradicts another."""

    code = "settings"
    title = "The settings cannot be used"
    exit_code = 9


class BackupError(FlightSearchError):
    """A backup could not be taken or restored, is damaged, or is not ours; the data stays as it was."""

    code = "backup_unusable"
    title = "The backup cannot be taken or used"
    exit_code = 12
