"""`tokentape completion`: the script that teaches a shell to complete our commands, flags and cassettes."""

import click
from click.shell_completion import get_completion_class

from gateway.cli.console import OK, examples, result

__all__ = ["COMPLETE_VARIABLE", "completion"]

COMPLETE_VARIABLE = "_TOKENTAPE_COMPLETE"
"""Set by a shell that asks for completions; click answers it before any command is run."""

_EXAMPLES = examples(
    'eval "$(tokentape completion bash)"                                     # in ~/.bashrc',
    'eval "$(tokentape completion zsh)"                                      # in ~/.zshrc, after compinit',
    "tokentape completion fish > ~/.config/fish/completions/tokentape.fish",
)


@click.command(epilog=_EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, *, shell: str) -> int:
    """Print what makes SHELL complete commands, options and the names of cassettes."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click cannot complete in {shell}.")
    result([kind(context.find_root().command, {}, "tokentape", COMPLETE_VARIABLE).source()])
    return OK
