"""The file of accepted keys: what it looks like, what is refused, how two versions merge."""

import contextlib
import json
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyscan import baseline as files
from keyscan.acceptance import applied
from keyscan.baseline import Baseline, Entry, Several, baseline, merge, read, upgrade, write
from keyscan.errors import ExitCode, UsageError
from keyscan.model import Blob, Finding, Gap, Liveness, Report, msg
from keyscan.outcome import exit_code
from keyscan.pipeline import scan
from keyscan.providers import all_providers
from repo import Repo
from reports import finding

DAY = date(2026, 6, 15)


def entry(fingerprint: str = "0" * 32, **changed: str) -> Entry:
    """An entry without an end."""
    row = Entry(fingerprint, "openai-project-key", "openai", "a test key", "Ada", "2026-01-02")
    return row._replace(**changed)


def of(one: Finding, **changed: str) -> Entry:
    """The entry of a finding."""
    return entry(one.secret.fingerprint, **changed)


def parsed(text: str) -> Baseline:
    return read(text.encode())


DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1)).map(date.isoformat)
WORDS = st.text(max_size=12)
ENTRIES = st.builds(
    Entry,
    st.sampled_from([f"{number:02x}" * 16 for number in range(0, 256, 51)]),
    *(st.sampled_from(["a", "b"]), st.just("openai"), st.sampled_from(["x", "y"]), st.just("Ada")),
    DAYS,
    DAYS | st.just(""),
)
SETS = st.lists(ENTRIES, max_size=6).map(baseline)


def test_each_key_is_one_line_between_lines_that_are_always_there() -> None:
    keys = ["00" + "a" * 30, "0f" * 16, "ff" * 16]
    lines = write(baseline(entry(key) for key in reversed(keys))).decode().splitlines()
    assert lines[:4] == ["{", '"version": 1,', '"accepted": [', '"00",']
    assert ['"ff",', lines[-4], '"end"', "]", "}"] == lines[-5:]
    assert keys == [json.loads(one[:-1])["fingerprint"] for one in lines if "fingerprint" in one]
    assert 256 + len(keys) + 6 == len(lines)


def test_no_place_and_no_time_of_a_run_is_in_an_entry() -> None:
    row = json.loads(write(baseline([entry()])))["accepted"][1]
    names = ["fingerprint", "rule", "provider", "reason", "author", "date", "expires"]
    assert names == list(row)


@given(st.lists(st.builds(entry, reason=WORDS, author=WORDS, expires=DAYS | st.just(""))))
def test_what_is_written_is_read_and_written_the_same(entries: list[Entry]) -> None:
    known = baseline(entries)
    again = read(write(known))
    assert write(known) == write(again)
    assert known.entries.keys() == again.entries.keys()


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"the baseline .* cannot be used"):
        read(data)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("0" * 32),
    lambda one: (
        st.lists(one, max_size=3)
        | st.dictionaries(st.sampled_from(["version", "accepted", *Entry._fields]), one, max_size=7)
    ),
    max_leaves=12,
)


@given(JSONS, JSONS)
def test_no_json_crashes_the_reader(rows: object, row: object) -> None:
    for document in (rows, {"version": 1, "accepted": rows}, {"version": 1, "accepted": [row]}):
        with contextlib.suppress(UsageError):
            read(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "line 1 is no JSON"),
        ('{"version": 1,\n"accepted": [\n"00"\n"end"]}', "line 4 is no JSON"),
        ("[]", "no version"),
        ('{"version": true, "accepted": []}', "no version"),
        ('{"version": 2, "accepted": []}', "a later keyscan wrote it"),
        ('{"version": 1}', "accepted is not as keyscan writes it"),
        ('{"version": 1, "accepted": {}}', "accepted is not as keyscan writes it"),
        ('{"version": 1, "accepted": [], "ignore": 1}', "ignore is not as keyscan writes it"),
        ('{"version": 1, "accepted": [7]}', "an entry is not as keyscan writes it"),
        ('{"version": 1, "version": 1, "accepted": []}', "stands twice"),
        ("[" * 100_000, "cannot be read"),
        ("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> x\n", "merge conflict"),
    ],
)
def test_a_broken_file_is_one_clear_line_and_accepts_nothing(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as refused:
        parsed(text)
    assert "\n" not in str(refused.value)
    assert "--no-baseline" in str(refused.value)


@pytest.mark.parametrize(
    "changed",
    [
        {"expire": "2030-01-01"},
        {"expires": "soon"},
        {"expires": "2030-02-30"},
        {"expires": "20300101"},
        {"expires": None},
        {"fingerprint": "0" * 31},
        {"fingerprint": "A" * 32},
    ],
)
def test_a_field_that_keyscan_does_not_write_is_refused(changed: dict[str, object]) -> None:
    row = {**entry()._asdict(), **changed}
    with pytest.raises(UsageError):
        parsed(json.dumps({"version": 1, "accepted": [row]}))


def test_a_missing_field_is_refused() -> None:
    row = entry()._asdict()
    del row["expires"]
    with pytest.raises(UsageError, match="expires"):
        parsed(json.dumps({"version": 1, "accepted": [row]}))


def test_an_editor_may_leave_a_mark_and_its_line_ends() -> None:
    data = b"\xef\xbb\xbf" + write(baseline([entry()])).replace(b"\n", b"\r\n")
    assert {"0" * 32} == read(data).entries.keys()


def test_a_file_of_an_earlier_version_is_upgraded_step_by_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "VERSION", 3)
    steps = {1: lambda old: {**old, "one": 1}, 2: lambda old: {**old, "two": old["one"] + 1}}
    monkeypatch.setattr(files, "_UPGRADES", steps)
    assert upgrade({"version": 1}) == {"version": 3, "one": 1, "two": 2}


def test_of_two_lines_for_one_key_the_earlier_end_holds() -> None:
    """As git's own union merge would leave them."""
    one, two = entry(expires="2030-01-01"), entry(expires="2029-01-01", date="2026-02-02")
    for rows in ([one, two], [two, one]):
        text = json.dumps({"version": 1, "accepted": [row._asdict() for row in rows]})
        assert two == parsed(text).entries["0" * 32]


@given(SETS, SETS, SETS)
def test_the_sides_of_a_merge_may_be_swapped(base: Baseline, one: Baseline, two: Baseline) -> None:
    assert write(merge(base, one, two)) == write(merge(base, two, one))


@given(SETS, SETS)
def test_a_side_without_changes_changes_nothing(base: Baseline, one: Baseline) -> None:
    for merged in (merge(base, base, one), merge(base, one, base), merge(base, one, one)):
        assert write(one) == write(merged)


@given(SETS, SETS, SETS)
def test_a_merge_accepts_nothing_that_neither_side_does(
    base: Baseline, one: Baseline, two: Baseline
) -> None:
    merged = merge(base, one, two).entries
    for key, row in merged.items():
        sides = [side.entries[key] for side in (one, two) if key in side.entries]
        ends = [side.expires for side in sides]
        assert row.expires in ends
        if len(sides) == 2 and key not in base.entries and all(ends):
            assert min(ends) == row.expires
    for key in base.entries:
        taken_out = key not in one.entries or key not in two.entries
        assert not (taken_out and key in merged)


def test_each_side_may_change_another_field() -> None:
    base = entry()
    merged = merge(
        *map(baseline, ([base], [base._replace(reason="why")], [base._replace(author="Bo")]))
    )
    assert base._replace(reason="why", author="Bo") == merged.entries["0" * 32]


def test_an_entry_accepts_its_key_wherever_it_stands() -> None:
    one, other = finding(tail="aaaa"), finding(tail="bbbb")
    report = applied(Report((one, other)), baseline([of(one)], "known.json"), DAY)
    assert (other,) == report.findings
    assert [one.secret] == [each.secret for each in report.accepted]
    why = report.accepted[0].acceptance
    assert why is not None
    assert (why.reason, why.author, why.origin) == ("a test key", "Ada", "known.json")
    assert "known.json" in str(report.notices[0])


def test_a_live_key_counts_whatever_is_accepted() -> None:
    live = finding(liveness=Liveness.LIVE)
    report = applied(Report((live,)), baseline([of(live)]), DAY)
    assert [live.secret] == [one.secret for one in report.findings]
    assert report.findings[0].acceptance is not None
    assert report.accepted == ()
    assert "but LIVE" in str(report.notices[0])
    assert exit_code(report, "live") == ExitCode.FINDINGS


@pytest.mark.parametrize(
    "liveness", [Liveness.DORMANT, Liveness.DEAD, Liveness.UNKNOWN, Liveness.UNCHECKED]
)
def test_every_other_key_stays_accepted(liveness: Liveness) -> None:
    one = finding(liveness=liveness)
    report = applied(Report((one,)), baseline([of(one)]), DAY)
    assert report.findings == ()
    assert exit_code(report, "any") == ExitCode.CLEAN


@pytest.mark.parametrize(("day", "counted"), [("2026-06-14", 1), ("2026-06-15", 0)])
def test_an_entry_holds_to_the_end_of_its_last_day(day: str, counted: int) -> None:
    one = finding()
    report = applied(Report((one,)), baseline([of(one, expires=day)]), DAY)
    assert counted == len(report.findings)
    assert 1 - counted == len(report.accepted)
    assert ("is over" in str(report.notices[0])) is bool(counted)


def test_of_several_files_the_one_that_accepts_longest_holds() -> None:
    one = finding()
    days = ("2026-06-14", "", "2026-06-20")
    known = [baseline([of(one, expires=day)], day) for day in days]
    for order in (known, known[::-1]):
        (accepted,) = applied(Report((one,)), Several(tuple(order)), DAY).accepted
        assert accepted.acceptance is not None
        assert accepted.acceptance.expires == ""
    assert Several((known[0], baseline([entry()]))).stale([one]) == 1


def test_entries_without_a_key_are_told_where_everything_was_scanned() -> None:
    known, one = baseline([entry()]), finding()
    gap = Gap("a", "unreadable", msg("no"))
    assert "1;" in str(applied(Report((one,)), known, DAY, whole=True).notices[0])
    assert applied(Report((one,)), known, DAY).notices == ()
    assert applied(Report((one,), gaps=(gap,)), known, DAY, whole=True).notices == ()


def test_a_baseline_holds_no_key_for_any_provider() -> None:
    """Its own file is scanned like any other: a fingerprint beside a provider's name is no key."""
    rng = random.Random(5)
    rows = [
        Entry(
            f"{rng.getrandbits(128):032x}", rule.id, name, f"{name} test key", "Ada", "2026-01-02"
        )
        for name, provider in all_providers().items()
        for rule in provider.rules
    ]
    report = scan([Blob(files.NAME, write(baseline(rows)))])
    assert (report.findings, report.suppressed) == ((), ())


class Branches:
    """Two branches of a real repository that both change the baseline of their base."""

    def __init__(self, repo: Repo, seed: int) -> None:
        self.repo, self.rng = repo, random.Random(seed)
        self.count = 0

    def entries(self, count: int) -> list[Entry]:
        return [entry(f"{self.rng.getrandbits(128):032x}") for _ in range(count)]

    def commit(self, rows: list[Entry], *parents: str) -> str:
        """A commit of these entries, made without the work tree: a hundred a second."""
        path = self.repo.write("baseline.tmp", write(baseline(rows)))
        oid = self.repo.git("hash-object", "-w", str(path))
        path.unlink()
        self.repo.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{files.NAME}")
        tree = self.repo.git("write-tree")
        words = [word for one in parents for word in ("-p", one)]
        return self.repo.git("commit-tree", tree, *words, "-m", "A commit")

    def conflict(self, before: int, ours: int, theirs: int) -> bool:
        """Whether ``git merge`` stops; where it does not, the result must be right."""
        base = self.entries(before)
        one, two = base + self.entries(ours), base + self.entries(theirs)
        start = self.commit(base)
        first, second = self.commit(one, start), self.commit(two, start)
        self.repo.git("checkout", "-q", "-f", "--detach", first)
        said = self.repo.git("merge", "-q", "--no-edit", second, check=False)
        if "CONFLICT" in said:
            self.repo.git("merge", "--abort")
            return True
        data = Path(self.repo.path, files.NAME).read_bytes()
        assert write(baseline([*one, *two])) == data
        return False


@pytest.mark.parametrize(
    ("before", "ours", "theirs", "most"), [(0, 1, 1, 2), (20, 1, 1, 2), (20, 3, 3, 8)]
)
def test_two_branches_that_add_keys_merge_by_git_alone(
    repo: Repo, before: int, ours: int, theirs: int, most: int
) -> None:
    """In 600 merges each: 0.3 %, 0.5 % and 4 % conflicts; never a wrong result."""
    branches = Branches(repo, 7)
    stopped = sum(branches.conflict(before, ours, theirs) for _ in range(40))
    assert stopped <= most
