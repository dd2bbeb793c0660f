"""A long list of files read by two processes, where forking is cheap and safe.

The child sifts its half and tells only which files may hold a key; this process reads those
itself. So nothing of a file's content passes between the two, and a child that fails costs time,
never a file.
"""

import os
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence

from keyscan.model import Blob, Gap, Passed
from keyscan.sift import Sifter

MANY = 4000  # files from which on a second process wins back its 3 ms, and the faster search
Read = Callable[[Sequence[str]], Iterator[Blob | Gap | Passed]]
_alone = True  # not a child itself


def possible(count: int) -> bool:
    """Whether two processes are worth it here. Other systems cannot fork, or not safely."""
    if count < MANY or not _alone or sys.platform != "linux":
        return False
    return len(os.sched_getaffinity(0)) > 1


def in_halves(paths: Sequence[str], read: Read) -> Iterator[Blob | Gap | Passed]:
    """What ``read`` gives for the paths, in order, less what the child found clean."""
    middle = len(paths) // 2
    rest = paths[middle:]
    output, child_output = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        _child(rest, read, child_output)
    os.close(child_output)
    try:
        yield from read(paths[:middle])
        with os.fdopen(output, "rb") as answer:
            raw = answer.read()
    finally:
        os.waitpid(child, 0)
    told = array("Q")
    told.frombytes(raw[: len(raw) // told.itemsize * told.itemsize])
    if len(raw) < 3 * told.itemsize or len(told) != told[0] + 3:
        yield from read(rest)  # it did not finish
        return
    count, blobs, size, *kept = told
    yield Passed(blobs, size)
    yield from read([rest[index] for index in kept[:count]])


def _child(paths: Sequence[str], read: Read, output: int) -> None:
    """Writes how many files are kept, the clean ones' number and bytes, and the kept indexes."""
    global _alone
    _alone, code = False, 1
    try:
        kept, blobs, size = _sifted(paths, read)
        with os.fdopen(output, "wb") as answer:
            array("Q", [len(kept), blobs, size, *kept]).tofile(answer)
        code = 0
    finally:
        os._exit(code)  # neither our parent's cleaning up nor its buffers are ours


def _sifted(paths: Sequence[str], read: Read) -> tuple[list[int], int, int]:
    """Whatever is not one small clean blob is left to the parent."""
    sifter = Sifter()
    kept: list[int] = []
    sizes = array("Q", bytes(8 * len(paths)))
    absent = 0
    for index, path in enumerate(paths):
        content = read([path])
        one = next(content, None)
        if one is None:
            absent += 1  # deleted, or a link
        elif isinstance(one, Blob) and one.final and next(content, None) is None:
            sizes[index] = len(one.data)
            kept += sifter.add(index, one.data)
        else:
            kept.append(index)
    kept = sorted(kept + sifter.rest())
    size = sum(sizes) - sum(sizes[index] for index in kept)
    return kept, len(paths) - absent - len(kept), size
