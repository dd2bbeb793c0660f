"""What can go wrong, and the exit code each wrong thing becomes.

KeyscanError            anything that ends a run early; ``str(error)`` is one line for a person
├── UsageError          the call's words, a missing path, a bad endpoint: exit 2
└── IncompleteError     the run cannot go on, so nothing may be called clean: exit 3

Everything that concerns only a part of a run is a ``Gap`` (see ``model``), not an exception.
"""

from enum import IntEnum

from keyscan.model import Message


class ExitCode(IntEnum):
    """Ascending gravity: pre-commit keeps the largest code of its parallel runs."""

    CLEAN = 0  # everything was scanned, nothing at or above --fail-on
    FINDINGS = 1  # at least one finding at or above --fail-on
    USAGE = 2  # the command line or a path is wrong
    INCOMPLETE = 3  # something that should have been scanned was not, or keyscan failed


class KeyscanError(Exception):
    """Ends a run with one line. The line never holds scanned content."""

    exit_code = ExitCode.INCOMPLETE

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class UsageError(KeyscanError):
    """The user can fix the call; the line says how."""

    exit_code = ExitCode.USAGE


class IncompleteError(KeyscanError):
    """The run as a whole is not trustworthy."""
