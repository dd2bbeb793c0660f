"""The one place where installing writes: every file beside its target first, then renamed."""

import os
from pathlib import Path

from keyscan.columns import safe
from keyscan.errors import UsageError
from keyscan.model import msg

EXECUTABLE = 0o755


def content(path: Path) -> bytes | None:
    """The file's bytes, or None where there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _refused(path, error) from None


def put(path: Path, data: bytes, mode: int | None = None) -> None:
    """Replace the file in one step; a link keeps pointing where it does.

    ``mode`` None keeps the file's own, or is what the umask makes of a new file's 0666. Raises
    UsageError, the file as it was.
    """
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".keyscan-{os.urandom(6).hex()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(data)
            if mode is None and target.exists():
                mode = target.stat().st_mode & 0o7777
            if mode is not None:
                beside.chmod(mode)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(path, error) from None


def move(path: Path, to: Path) -> None:
    """Rename, never over something."""
    try:
        if os.path.lexists(to):
            raise FileExistsError(17, "there is another file of that name", str(to))
        os.rename(path, to)
    except OSError as error:
        raise _refused(to, error) from None


def remove(path: Path) -> None:
    """Delete the file, if it is there."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(path, error) from None


def remove_if_empty(*folders: Path) -> None:
    """Delete these folders, inner ones first, as far as nothing is in them."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


def _refused(path: Path, error: OSError) -> UsageError:
    return UsageError(
        msg("cannot change {path}: {why}", path=safe(str(path)), why=error.strerror or "?")
    )
