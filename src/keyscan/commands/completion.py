"""``keyscan completion``: the script that makes a shell complete keyscan's words."""

import click

from keyscan.commands._options import lang_option
from keyscan.errors import ExitCode


@click.command(name="completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="bash|zsh|fish")
@lang_option
@click.pass_context
def command(context: click.Context, shell: str) -> ExitCode:
    """Print the script that completes commands, options, providers, formats and paths.

    \b
    bash: eval "$(keyscan completion bash)"                   in ~/.bashrc
    zsh:  eval "$(keyscan completion zsh)"                    in ~/.zshrc, after compinit
    fish: keyscan completion fish > ~/.config/fish/completions/keyscan.fish
    """
    from keyscan.commands._completing import script  # late: not for --help

    click.echo(script(shell, context.find_root().command).encode(), nl=False)
    return ExitCode.CLEAN
