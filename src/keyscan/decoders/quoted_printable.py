"""Quoted-printable of mail: soft line breaks, and ``=XX`` for what is not plain."""

from binascii import unhexlify

from keyscan.decoder import Clues, Decoder, Text, lazy, substitute

_ONE = lazy(rb"=(?:([0-9A-Fa-f]{2})|[ \t]*\r?\n)")


def _decode(data: bytes, clues: Clues) -> Text | None:
    return substitute(
        data, clues.broken, _ONE, lambda found: unhexlify(found[1]) if found[1] else b""
    )


DECODER = Decoder("quoted-printable", _decode)
