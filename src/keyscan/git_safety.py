"""How git may be run on a repository that may be hostile: which git, which options, which words.

Only ``os`` is imported: the fast hook runs git, too.
"""

import os

# The user's own installation and configuration; safe.directory often arrives this way in CI.
_KEPT = {
    "GIT_EXEC_PATH",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
}
_KEPT_PREFIX = "GIT_CONFIG"
# Which repository and index a hook runs for. Any other repository must not see them: with
# GIT_INDEX_FILE in the environment a submodule's listing would be that of its parent.
_HOOK = {
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
}
# How whoever runs us lets git reach a server: a fetch needs what the clone needed.
_FETCH = {
    "GIT_ASKPASS",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_NO_VERIFY",
    "GIT_PROXY_SSL_CAINFO",
}
_FIXED = {
    "LC_ALL": "C",  # failures are told apart by git's English words
    "GIT_OPTIONAL_LOCKS": "0",  # reading must not write the index or run its hooks
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",  # refs/replace could show clean content for a dirty blob
    "GIT_GRAFT_FILE": f"{os.devnull}/none",  # nor info/grafts hide the history of a commit
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone must not contact anyone (git 2.44)
    "GIT_ALLOW_PROTOCOL": "none",  # the same for older git: no transport is allowed
}
OPTIONS = (
    "--no-pager",
    # Empty and not "false": git before 2.36 would run a program of that name.
    "-c", "core.fsmonitor=",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "submodule.recurse=false",
    "-c", "i18n.logOutputEncoding=UTF-8",  # of what log prints, separators and names of objects too
)  # fmt: skip
STAGED = (
    "diff-index", "--cached", "--raw", "-z", "--no-abbrev", "--no-ext-diff", "--no-textconv",
    "--ita-invisible-in-index",
)  # fmt: skip


def find_git() -> str | None:
    """Git's absolute path, or None. A git in the scanned folder is never taken."""
    name = "git.exe" if os.name == "nt" else "git"
    # not os.get_exec_path, which imports warnings
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def environment(*, hook: bool, fetch: bool = False) -> dict[str, str]:
    """The environment git gets; ``hook`` keeps which repository and index a hook runs for.

    ``fetch`` allows the transports of an ordinary clone, and the user's own means for them.
    """
    kept = _KEPT | (_HOOK if hook else set()) | (_FETCH if fetch else set())
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in kept or name.startswith(_KEPT_PREFIX)
    }
    return own | _FIXED | ({"GIT_ALLOW_PROTOCOL": "https:ssh:file"} if fetch else {})
