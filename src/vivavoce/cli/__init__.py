"""The command line: `vivavoce COMMAND`. Each command lives in a file of its own, loaded only when it is called."""

import gc
import importlib
import sys
from types import ModuleType

import click

from vivavoce.errors import VivavoceError

# command: (module, object). A command's module may be heavy (a server, a database driver); help should not be.
COMMANDS = {
    "serve": ("vivavoce.cli.serve", "serve"),
    "worker": ("vivavoce.cli.worker", "worker"),
    "demo": ("vivavoce.cli.demo", "demo"),
    "merchant": ("vivavoce.cli.add", "merchant"),
    "member": ("vivavoce.cli.members", "member"),
    "template": ("vivavoce.cli.add", "template"),
    "store": ("vivavoce.cli.store", "store"),
    "token": ("vivavoce.cli.secrets", "token"),
    "service-key": ("vivavoce.cli.secrets", "service_key"),
    "mail": ("vivavoce.cli.mail", "mail"),
    "webhook": ("vivavoce.cli.webhook", "webhook"),
    "embed": ("vivavoce.cli.embed", "embed"),
    "revoke": ("vivavoce.cli.secrets", "revoke"),
    "link": ("vivavoce.cli.link", "link"),
    "erase": ("vivavoce.cli.erase", "erase"),
    "export": ("vivavoce.cli.export", "export"),
    "seal": ("vivavoce.cli.seal", "seal"),
    "wrapping-key": ("vivavoce.cli.wrapping_key", "wrapping_key"),
    "translate": ("vivavoce.cli.translate", "translate"),
    "wordings": ("vivavoce.cli.wordings", "wordings"),
    "calibrate": ("vivavoce.cli.calibrate", "calibrate"),
    "judge": ("vivavoce.cli.judge", "judge"),
    "judge-again": ("vivavoce.cli.judge_again", "judge_again"),
    "receipt": ("vivavoce.cli.receipt", "receipt"),
    "verify-receipt": ("vivavoce.cli.receipt", "verify_receipt"),
    "audit-folder": ("vivavoce.cli.audit_folder", "audit_folder"),
    "say": ("vivavoce.cli.say", "say"),
    "hear": ("vivavoce.cli.hear", "hear"),
    "doctor": ("vivavoce.cli.doctor", "doctor"),
    "db": ("vivavoce.cli.database", "db"),
}


class _Lazy(click.Group):
    """A group that imports a command's module when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(_load(module), name)
        return command


def _load(module: str) -> ModuleType:
    """The module. What it brings stays, so the collector need not walk it, at loading or ever after.

    That is a quarter of what loading `serve` takes of a processor, and most of what the first calls would take.
    """
    if module in sys.modules:
        return sys.modules[module]
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        gc.freeze()
        gc.enable()


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vivavoce")
def vivavoce() -> None:
    """Vivavoce, a self-hosted interview server: questions in, a spoken or typed interview out."""


def main() -> None:
    """Runs the command; what we refuse is one sentence on standard error and exit code 1."""
    try:
        vivavoce(prog_name="vivavoce")
    except VivavoceError as error:
        click.echo(f"vivavoce: {error.message}", err=True)
        sys.exit(1)
