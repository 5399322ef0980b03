"""Writing so that a crash or a power cut leaves either the old or the new, never a mixture."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Force a folder's entries (names, not contents) to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Force the contents of all files of a flat folder, and their names, to disk."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    sync_folder(folder)


def replace_text(path: Path, text: str) -> None:
    """Give a file a new content in one step: readers see all of the old or all of the new."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.new")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync_folder(path.parent)
