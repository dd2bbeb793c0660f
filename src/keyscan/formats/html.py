"""One page that holds everything: readable without scripts, and asking the network for nothing.

Whatever comes from scanned content is escaped; a content security policy allows no script or
style but the page's own, by their digests.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from html import escape
from pathlib import Path

from keyscan import __version__
from keyscan.columns import safe
from keyscan.formats import Show
from keyscan.formats._exposure import authors, exposure
from keyscan.formats._findings import cases, liveness
from keyscan.formats._plain import (
    acceptance_words,
    broken_acceptance,
    confidence_of,
    gaps_in_order,
    in_order,
    places,
    severity_of,
    suppressed_in_order,
    text,
    title_of,
    told,
    why_suppressed,
)
from keyscan.formats._timeline import timeline
from keyscan.formats.text import scanned
from keyscan.i18n import language
from keyscan.model import CommitRef, Confidence, Finding, Liveness, Location, Message, Report, msg
from keyscan.providers import all_providers
from keyscan.rotate import Case, case_of, steps_for
from keyscan.severity import severity

_STYLE, _SCRIPT = (Path(__file__).parent / name for name in ("_page.css", "_page.js"))


def render(report: Report, _show: Show) -> str:
    """The whole page. ASCII: the encoding that it declares holds whatever a console speaks."""
    style, script = (one.read_text("utf-8") for one in (_STYLE, _SCRIPT))
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:;"
        f" style-src '{_digest(style)}'; script-src '{_digest(script)}'"
    )
    lang = "zh-Hans" if language() == "zh_CN" else "en"
    title = _said(msg("keyscan report"))
    page = (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<title>{title}</title>\n<style>{style}</style>\n'
        f"</head>\n<body>\n<h1>{title}</h1>\n{''.join(_body(report))}"
        f"<script>{script}</script>\n</body>\n</html>\n"
    )
    return page.encode("ascii", "xmlcharrefreplace").decode()


def _digest(part: str) -> str:
    return f"sha256-{b64encode(sha256(part.encode()).digest()).decode()}"


def _said(message: Message) -> str:
    return _text(told(message))


def _text(words: str) -> str:
    """Without keys, markup and characters that do not print."""
    return escape(safe(text(words)))


def _code(words: str) -> str:
    return f"<code>{_text(words)}</code>"


def _body(report: Report) -> Iterator[str]:
    findings = sorted(in_order(report.findings), key=lambda one: -severity(one).rank)
    yield f"<p class=faint>{' · '.join(map(_said, _counts(report)))}</p>\n"
    yield from _listed("notices", None, map(_said, report.notices))
    gaps = (
        f"{_code(gap.path)}: {_said(gap.detail)}" if gap.path else _said(gap.detail)
        for gap in gaps_in_order(report)
    )
    yield from _listed("gaps", msg("Not scanned"), gaps)
    if findings:
        yield f"<h2>{_said(msg('Keys'))}</h2>\n"
        yield _filter(findings)
        numbers = {case: at for at, case in enumerate(cases(tuple(findings)), 1)}
        yield from (_card(one, numbers) for one in findings)
        yield timeline(findings)
        yield from _steps(findings, numbers)
    yield from _accepted(report)
    yield from _suppressed(report)
    yield f"<p class=faint>keyscan {_text(__version__)}</p>\n"


def _counts(report: Report) -> Iterator[Message]:
    keys = sum(one.confidence is not Confidence.NOTE for one in report.findings)
    notes = len(report.findings) - keys
    if keys == 1:
        yield msg("1 key")
    else:
        yield msg("{count} keys", count=keys) if keys else msg("no keys found")
    if notes:
        yield msg("1 note") if notes == 1 else msg("{count} notes", count=notes)
    yield scanned(report.stats)
    if report.accepted:
        yield msg("{count} accepted by the baseline", count=len(report.accepted))
    if report.suppressed:
        yield msg("{count} suppressed", count=len(report.suppressed))
    if report.gaps:
        yield msg("NOT scanned: {count}", count=len(report.gaps))


def _listed(kind: str, title: Message | None, items: Iterable[str]) -> Iterator[str]:
    rows = "".join(f"<li>{one}</li>\n" for one in items)
    if rows:
        head = f"<h2>{_said(title)}</h2>" if title else ""
        yield f"<section class={kind}>{head}<ul>\n{rows}</ul></section>\n"


def _filter(findings: list[Finding]) -> str:
    """Hidden until the script shows it: without scripts it could do nothing."""
    words = sorted({_word(one) for one in findings})
    names = {word: _said(_worded(word)) for word in words}
    owners = {one.provider: _text(all_providers()[one.provider].name) for one in findings}
    every = _said(msg("all"))
    choices = [
        f'<label>{_said(label)} <select><option value="">{every}</option>'
        + "".join(
            f'<option value="{_text(value)}">{name}</option>' for value, name in known.items()
        )
        + "</select></label>"
        for label, known in ((msg("Liveness"), names), (msg("Provider"), owners))
    ]
    field = f'<input type="search" aria-label="{_said(msg("Filter"))}"'
    field += f' placeholder="{_said(msg("Filter"))}">'
    return f"<form class=filter hidden>{field}{''.join(choices)}<output></output></form>\n"


def _word(finding: Finding) -> str:
    note = finding.confidence is Confidence.NOTE
    return "note" if note else finding.verdict.liveness.value


def _worded(word: str) -> Message:
    return msg("note") if word == "note" else liveness(Liveness(word))


def _card(finding: Finding, numbers: dict[Case, int]) -> str:
    word = _word(finding)
    fields = [
        (msg("Issuer's answer"), _said(finding.verdict.detail)),
        (msg("Severity"), _said(severity_of(finding))),
        (msg("Confidence"), _said(confidence_of(finding))),
        (msg("Rule"), _code(finding.rule)),
        (msg("Found as"), ", ".join(map(_code, finding.names))),
        (msg("Evidence"), "; ".join(map(_said, finding.evidence))),
        (msg("Fingerprint"), _code(finding.secret.fingerprint)),
        (msg("History"), _text(exposure(finding.exposure)) if finding.exposure else ""),
    ]
    known = "".join(f"<dt>{_said(name)}</dt><dd>{value}</dd>\n" for name, value in fields if value)
    made = authors(finding)
    spots = "".join(
        f"<li class=place>{_spot(one, made.get(one.commit))}</li>\n" for one in places(finding)
    )
    broken = ""
    if finding.acceptance:
        why = _said(acceptance_words(finding.acceptance))
        broken = _said(broken_acceptance(finding, finding.acceptance))
        broken = f"<p class=broken><strong>{broken}</strong> {why}</p>\n"
    if word == "note":
        broken = f"<p>{_said(steps_for(finding).steps[0])}</p>\n"
    link = f'<a href="#steps-{numbers[case_of(finding)]}">{_said(msg("What to do now"))}</a>'
    return (
        f'<article class="card {severity(finding).value}" data-liveness="{word}"'
        f' data-provider="{_text(finding.provider)}">\n<div class=head>'
        f"<h3>{_code(finding.secret.redacted)}</h3><span>{_said(title_of(finding))}</span>"
        f'<span class="badge {word}">{_said(_worded(word))}</span>{link}</div>\n'
        f"{broken}<ul>\n{spots}</ul>\n<dl>\n{known}</dl>\n</article>\n"
    )


def _spot(place: Location, made: CommitRef | None = None) -> str:
    spot = f"{_text(place.path)}:{place.line}:{place.column}"
    more = [*place.decoded, *((place.commit[:12],) if place.commit else ())]
    more += [made.date[:10], made.author] if made else ()
    return spot + (f" <span class=faint>{_text(' · '.join(more))}</span>" if more else "")


def _steps(findings: list[Finding], numbers: dict[Case, int]) -> Iterator[str]:
    for case, same in cases(tuple(findings)).items():
        names = tuple(dict.fromkeys(name for one in same for name in one.names))
        rotation = steps_for(replace(same[0], names=names))
        steps = rotation.steps[case.variant == "note" :]  # a note's first step stands beside it
        items = "".join(f"<li>{_said(one)}</li>\n" for one in steps)
        keys = ", ".join(_code(one.secret.redacted) for one in same)
        page = f'<p><a href="{_text(rotation.url)}" rel="noreferrer noopener">'
        page += f"{_text(rotation.url)}</a></p>\n"
        head = msg("What to do now: {title}", title=told(title_of(same[0])))
        yield (
            f"<section id=steps-{numbers[case]} class=card><h3>{_said(head)}</h3>\n"
            f"<p class=faint>{keys}</p>\n<ol>\n{items}</ol>\n"
            f"{page if rotation.url.startswith('https://') else ''}</section>\n"
        )


def _accepted(report: Report) -> Iterator[str]:
    items = (
        f"{_code(one.secret.redacted)} {_said(acceptance_words(one.acceptance))}"
        f"<ul>{''.join(f'<li class=place>{_spot(place)}</li>' for place in places(one))}</ul>"
        for one in in_order(report.accepted)
        if one.acceptance
    )
    yield from _listed("card", msg("Accepted"), items)


def _suppressed(report: Report) -> Iterator[str]:
    items = "".join(
        f"<li>{_code(one.candidate.secret.redacted)} {_said(why_suppressed(one))}"
        f" <span class=place>{_spot(one.candidate.location)}</span></li>\n"
        for one in suppressed_in_order(report)
    )
    if items:
        head = _said(msg("{count} suppressed", count=len(report.suppressed)))
        yield f"<details class=card><summary>{head}</summary><ul>\n{items}</ul></details>\n"
