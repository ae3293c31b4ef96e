"""The command line answers at once, exits as promised, and says sentences, not tracebacks."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import typer

from adapters.cli import app
from engine.errors import BangVangError


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        app.main(list(arguments))
    code = stopped.value.code
    assert isinstance(code, int)
    return code


@pytest.fixture
def greet(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Put a command of our own into the table, in a module of its own."""
    module = ModuleType("adapters.cli.greet")

    def greet(name: str) -> None:
        """Greet NAME."""
        if name == "nobody":
            raise BangVangError("Không có ai để chào.")
        print(f"Chào {name}")

    module.greet = greet  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "adapters.cli.greet", module)
    monkeypatch.setitem(app.COMMANDS, "greet", "Say hello.")
    return module


def test_help_lists_every_command_without_loading_one() -> None:
    code = (
        "import sys; from adapters.cli.app import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "loaded = {n for n in sys.modules if n.startswith('adapters.cli.')}\n"
        "assert loaded == {'adapters.cli.app'}, loaded\n"
        "assert not {'fastapi', 'sqlalchemy', 'rich'} & set(sys.modules)\n"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stderr
    assert [name for name in app.COMMANDS if f"\n  {name} " not in result.stdout] == []


@pytest.mark.parametrize("name", app.COMMANDS)
def test_every_command_of_the_table_can_be_loaded(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(name, "--help") == 0

    assert f"Usage: bangvang {name}" in capsys.readouterr().out


def test_every_module_of_a_command_stands_in_the_table() -> None:
    """A module with a leading underscore is shared by commands; a trailing one avoids a keyword."""
    files = Path(app.__file__).parent.glob("[!_]*.py")
    modules = {path.stem.removesuffix("_") for path in files} - {"app"}

    assert modules - set(app.COMMANDS) == set()


def test_a_command_gets_its_arguments(
    greet: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("greet", "An") == 0

    assert capsys.readouterr().out == "Chào An\n"


def test_what_is_refused_is_said_in_its_own_sentence_with_exit_code_1(
    greet: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("greet", "nobody") == 1

    output = capsys.readouterr()
    assert (output.out, output.err) == ("", "Không có ai để chào.\n")


def test_a_group_keeps_the_name_of_its_command_even_when_it_has_only_one(
    greet: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    group = typer.Typer()
    group.command("aloud")(lambda: print("CHÀO"))
    greet.greet = group  # type: ignore[attr-defined]
    monkeypatch.setattr(app, "GROUPS", {"greet"})

    assert _run("greet", "aloud") == 0

    assert capsys.readouterr().out == "CHÀO\n"


@pytest.mark.parametrize("arguments", [["no-such-command"], ["greet"], ["greet", "An", "Bình"]])
def test_wrong_use_exits_with_2_and_says_what_was_wrong(
    arguments: list[str], greet: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(*arguments) == 2

    assert "Error:" in capsys.readouterr().err
