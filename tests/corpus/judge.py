"""keyscan over public packages, unchanged: every finding has been judged by a person, or it fails.

``python tests/corpus/judge.py`` downloads the packages that ``judged.json`` names, from the
registries that pip and npm are set up for, scans them and compares. ``--new`` prints what is not
judged yet as entries to be judged; ``--keep FOLDER`` leaves the content there, for the next time
and for the tests (FOLDER is ``$KEYSCAN_TEST_PARTS/packages``). Fingerprints are recorded, never
keys.
"""

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import TypedDict

from keyscan.model import Confidence, Report
from keyscan.pipeline import scan
from keyscan.sources.files import files

LIST = Path(__file__).with_name("judged.json")
JUDGEMENTS = ("real-looking-fixture", "example", "note", "false-alarm-fixed", "justified-gap")


class Package(TypedDict):
    """One unchanged archive of a registry (``pypi`` or ``npm``)."""

    registry: str
    name: str
    version: str
    file: str


class Judged(TypedDict):
    """What is found in one package, and what a person thinks of it.

    ``fingerprint`` is empty for gaps, ``rule`` is then the gap's reason; ``confidence`` is what
    keyscan gives now: ``none`` where it finds nothing any more.
    """

    package: str
    version: str
    path: str
    rule: str
    fingerprint: str
    confidence: str
    judgement: str
    why: str


def judged() -> tuple[list[Package], list[Judged]]:
    """The packages, and everything that was judged in them."""
    listed = json.loads(LIST.read_text(encoding="utf-8"))
    return listed["packages"], listed["judged"]


def folder_of(package: Package) -> str:
    """Where a package's content is kept."""
    return f"{package['registry']}-{package['name'].replace('/', '-')}-{package['version']}"


def fetched(package: Package, folder: Path) -> Path:
    """The archive, downloaded by the registry's own client and unpacked, or what was kept."""
    inside = folder / "content"
    if inside.is_dir():
        return inside
    folder.mkdir(parents=True)
    if package["registry"] == "npm":
        call = ["npm", "pack", "--silent", f"{package['name']}@{package['version']}"]
    else:
        kind = "--only-binary" if package["file"].endswith(".whl") else "--no-binary"
        call = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", kind, ":all:"]
        call += ["-d", ".", f"{package['name']}=={package['version']}"]
    subprocess.run(call, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.iterdir()
    if archive.suffix in (".whl", ".zip"):
        zipfile.ZipFile(archive).extractall(inside)
    else:
        with tarfile.open(archive) as tar:
            tar.extractall(inside, filter="data")
    return inside


def found(report: Report, package: Package, inside: Path) -> list[Judged]:
    """The report as entries that nobody has judged."""

    def entry(path: str, rule: str, fingerprint: str, confidence: str) -> Judged:
        return Judged(
            package=package["name"],
            version=package["version"],
            path=path.removeprefix(inside.as_posix() + "/"),
            rule=rule,
            fingerprint=fingerprint,
            confidence=confidence,
            judgement="note" if confidence == Confidence.NOTE else "",
            why="a place where a key is about to be pasted" if confidence == "note" else "",
        )

    entries = [entry(gap.path, gap.reason, "", "none") for gap in report.gaps]
    for one in report.findings:
        place = min(one.locations)
        entries.append(entry(place.path, one.rule, one.secret.fingerprint, str(one.confidence)))
    return entries


def identity(one: Judged) -> tuple[str, ...]:
    """What must agree for two entries to be the same."""
    return one["package"], one["version"], one["rule"], one["fingerprint"], one["confidence"]


def main() -> int:
    """0 where all that was found had been judged, and all that was judged is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--new", action="store_true", help="print unjudged entries as JSON")
    parser.add_argument("--only", help="one package")
    parser.add_argument("--keep", type=Path, help="where content is kept")
    options = parser.parse_args()
    packages, old = judged()
    expected = {identity(one): one for one in old if one["judgement"] != "false-alarm-fixed"}
    fresh: list[Judged] = []
    lost: list[tuple[str, ...]] = []
    for package in packages:
        if options.only and package["name"] != options.only:
            continue
        with tempfile.TemporaryDirectory() as temporary:
            inside = fetched(package, (options.keep or Path(temporary)) / folder_of(package))
            report = scan(files([str(inside)], no_ignore=True))
            entries = found(report, package, inside)
        seen = {identity(one) for one in entries}
        fresh += [one for one in entries if identity(one) not in expected]
        mine = {key for key in expected if key[:2] == (package["name"], package["version"])}
        lost += sorted(mine - seen)
    if options.new:
        print(json.dumps(fresh, indent=1, ensure_ascii=False))
    for one in fresh:
        print("not judged:", *identity(one), one["path"], file=sys.stderr)
    for missing in lost:
        print("no longer found:", *missing, file=sys.stderr)
    return int(bool(fresh or lost))


if __name__ == "__main__":
    sys.exit(main())
