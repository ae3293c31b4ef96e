"""The command `bangvang`: lists its commands at once, and loads one only when it is asked for."""

import sys
from importlib import import_module
from keyword import iskeyword
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from engine.errors import BangVangError

DONE, REFUSED, WRONG_USE = 0, 1, 2

# Name and help of each command stand here, so that `bangvang --help` imports none of them. The
# command `name` is the function `name` in adapters/cli/name.py, or the Typer app of that name.
COMMANDS = {
    "serve": "Run pages, API and worker in one process (--demo: a province at work).",
    "worker": "Fire due rungs and deliver notices.",
    "check": "Say everything that is wrong with procedures.",
    "simulate": "Run a procedure through a scenario on a virtual clock.",
    "chart": "Draw a procedure as SVG.",
    "publish": "Put a checked edition in force, as the second person.",
    "due": "Derive a due date from a start and a limit, day by day.",
    "trail": "Verify the trail of what happened.",
    "metrics": "Count what was resolved early, on time and late, and what is open.",
    "nominate": "Make one submission of a list of nominees (.xlsx).",
    "import": "Enter old lists of awards into the register.",
    "user": "Manage accounts, roles and tokens.",
    "backup": "Write database and files into one archive.",
    "restore": "Bring a backup back and verify the trail.",
}

# These have commands of their own, even where it is only one: `bangvang trail verify`.
GROUPS = {"import", "trail", "user"}


class _Deferred(TyperCommand):
    """A command of which only name and help are known until its arguments are to be read."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Hand over to the real command, which reads the arguments itself."""
        return _load(str(self.name)).make_context(*args, **kwargs)


class _Commands(TyperGroup):
    """The table above as a group of commands."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a stand-in that knows its help, or `None` for a name that is not in the table."""
        if cmd_name not in COMMANDS:
            return None
        return _Deferred(name=cmd_name, callback=None, help=COMMANDS[cmd_name])


def _load(name: str) -> Any:
    """Import the module of a command and return the command itself."""
    # What Python reserves cannot name a module's function.
    own = f"{name}_" if iskeyword(name) else name
    found = getattr(import_module(f"adapters.cli.{own}"), own)
    if isinstance(found, typer.Typer):
        found.info.help = found.info.help or COMMANDS[name]
        return (typer.main.get_group if name in GROUPS else typer.main.get_command)(found)
    single = typer.Typer(add_completion=False)
    single.command(name, help=found.__doc__ or COMMANDS[name])(found)
    return typer.main.get_command(single)


app = typer.Typer(
    name="bangvang",
    cls=_Commands,
    help="Bảng Vàng: procedures of emulation and commendation, with legal time and a trail.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: drawing boxes would double the time to the answer
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _bangvang() -> None:
    """Hold the commands together; there is nothing to do before one of them is named."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 refused or findings, 2 wrong use.

    What is refused is printed as its own sentence on standard error;
    anything else is a fault of the program and shows its traceback.
    """
    try:
        app(arguments, prog_name="bangvang", standalone_mode=True)
    except BangVangError as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(REFUSED)
    sys.exit(DONE)
