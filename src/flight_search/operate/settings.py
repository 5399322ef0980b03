"""Where backups go."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class BackupSettings(BaseSettings):
    """Where backups go."""

    model_config = SettingsConfigDict(
        env_prefix="FLIGHT_SEARCH_BACKUP_",
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        # The docstrings below are what the table of settings shows.
        use_attribute_docstrings=True,
    )

    archive: str | None = None
    """Folder, or address of object storage (``s3://``, ``gs://``, ``abfs://``), of the archive; ``--archive``
    wins over it."""
    key: SecretStr | None = Field(default=None, min_length=12)
    """Passphrase that encrypts the archive, at least 12 characters; none: it is not encrypted. Who loses it
    loses the backups."""
