"""A found key that cannot print itself."""


class Secret:
    """One key. ``str``, ``repr``, f-strings and pickles show its prefix class and last four.

    ``prefix`` is the rule's own literal (``sk-proj-``), so that redaction never depends on how
    long the key is. Source of the form: 401 answers and the dashboard show prefix and last four.
    """

    __slots__ = ("_value", "prefix")

    def __init__(self, value: str, prefix: str) -> None:
        self._value = value
        self.prefix = prefix if value.startswith(prefix) else ""

    def reveal(self) -> str:
        """The key itself. Only verify, revoke, fix and purge may call this (a test greps)."""
        return self._value

    @property
    def body(self) -> str:
        """The key without its prefix, for placeholder and structure checks only."""
        return self._value[len(self.prefix) :]

    @property
    def redacted(self) -> str:
        """``sk-proj-...MxYA``: never more than the prefix class and the last four characters."""
        return f"{self.prefix}...{self.body[-4:]}"

    @property
    def fingerprint(self) -> str:
        """SHA-256 over ``keyscan/v1:`` and the key, first 32 hex characters."""
        from hashlib import sha256  # OpenSSL takes 3 ms to load, and most runs find nothing

        return sha256(b"keyscan/v1:" + self._value.encode()).hexdigest()[:32]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def __str__(self) -> str:
        return self.redacted

    def __repr__(self) -> str:
        return f"Secret({self.redacted})"

    def __format__(self, spec: str) -> str:
        return format(self.redacted, spec)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (self.redacted,)
