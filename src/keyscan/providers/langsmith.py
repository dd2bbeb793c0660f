"""LangSmith: personal tokens and service keys."""

from keyscan.answers import accepted
from keyscan.provider import Pages, Probe, Provider, token

# Never dead: the two regions know nothing of each other, and no code tells a reason.
_HOSTS = ("api.smith.langchain.com", "eu.api.smith.langchain.com")
_ANSWERS = (accepted("id"),)


def _on_both_hosts(thing: str, kind: str) -> tuple[Probe, ...]:
    urls = (f"https://{host}/api/v1/{thing}/current" for host in _HOSTS)
    return tuple(Probe(url, _ANSWERS, "x-api-key", kinds=(kind,)) for url in urls)


PROVIDER = Provider(
    id="langsmith",
    name="LangSmith",
    pages=Pages(
        keys="https://smith.langchain.com/settings",
    ),
    rules=(
        token(
            "langsmith-personal-token",
            "lsv2_pt_",
            "[0-9a-f]{32}_[0-9a-f]{10}",
            core="lsv2_",
            kind="personal",
        ),
        token(
            "langsmith-service-key",
            "lsv2_sk_",
            "[0-9a-f]{32}_[0-9a-f]{10}",
            core="lsv2_",
            kind="service",
        ),
    ),
    words=("langsmith", "langchain"),
    hosts=("api.smith.langchain.com", "eu.api.smith.langchain.com"),
    modules=("langsmith",),
    probes=(*_on_both_hosts("api-key", "personal"), *_on_both_hosts("orgs", "service")),
)
