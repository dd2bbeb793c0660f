"""The code that reads a key from the environment instead, by the ending of the file's name."""

import re
from pathlib import PurePosixPath

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")

# ending → (left of the expression for a dotted name, for a plain name, the expression)
_PYTHON = ("{name} = ", "{name} = ", 'os.environ["{variable}"]')
_SCRIPT = ("{name} = ", "{name}: ", "process.env.{variable}")
_JVM = ("{name} = ", "{name} = ", 'System.getenv("{variable}")')
_SHELL = ("", "", ': "${{{variable}:?is not set}}"')
_FORMS: dict[str, tuple[str, str, str]] = {
    **dict.fromkeys((".py", ".pyi", ".pyw", ".ipynb"), _PYTHON),
    **dict.fromkeys(
        (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue"), _SCRIPT
    ),
    **dict.fromkeys((".sh", ".bash", ".zsh", ".ksh"), _SHELL),
    ".java": ("{name} = ", "{name} = ", 'System.getenv("{variable}");'),
    ".kt": _JVM,
    ".kts": _JVM,
    ".scala": ("{name} = ", "{name} = ", 'sys.env("{variable}")'),
    ".go": ("{name} = ", "{name} := ", 'os.Getenv("{variable}")'),
    ".rb": ("{name} = ", "{name} = ", 'ENV.fetch("{variable}")'),
    ".php": ("", "${name} = ", 'getenv("{variable}");'),
    ".cs": ("{name} = ", "{name} = ", 'Environment.GetEnvironmentVariable("{variable}");'),
    ".rs": ("{name} = ", "let {name} = ", 'std::env::var("{variable}")?;'),
    ".swift": ("{name} = ", "{name} = ", 'ProcessInfo.processInfo.environment["{variable}"]'),
    ".ps1": ("${name} = ", "${name} = ", "$env:{variable}"),
    ".r": ("{name} <- ", "{name} <- ", 'Sys.getenv("{variable}")'),
}


def variable_for(name: str, provider: str) -> str:
    """The environment variable: the name itself where it is one, else the provider's own."""
    if _VARIABLE.fullmatch(name) and "_" in name:
        return name
    return f"{provider.upper().replace('-', '_')}_API_KEY"


def line_for(path: str, name: str, variable: str) -> str:
    """``chatgpt.api_key = os.environ["OPENAI_API_KEY"]``, or ``""`` for a language not known.

    ``name`` is what the key is assigned to; a name that is no identifier is left out.
    """
    form = _FORMS.get(PurePosixPath(path.rpartition("!")[2]).suffix.lower())
    if form is None:
        return ""
    dotted, plain, expression = form
    left = dotted if "." in name else plain
    if not _NAME.fullmatch(name):
        left = ""
    return (left + expression).format(name=name, variable=variable)
