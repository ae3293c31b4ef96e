"""The house stands as drawn: arrows point inwards, names are ours, no machine shows through."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "workflows", "procedures", "adapters")
TEXT = {".py", ".toml", ".md", ".yaml", ".yml", ".json", ".html", ".css", ".js", ".typ", ".lock"}
TEXT |= {".jinja", ".j2", ".txt", ".csv", ".svg", ""}


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold the tree in `folder`, and no other, to the contracts of its pyproject.toml."""
    code = "import sys; from importlinter.cli import lint_imports; "
    code += "sys.exit(lint_imports(no_cache=True, no_logo=True))"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_import_points_inwards() -> None:
    result = _lint_imports(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 broken" in result.stdout


# What would break each contract, if somebody wrote it.
VIOLATIONS = {
    "Imports point inwards": ("workflows", "import procedures"),
    "Only adapters speak to the world": ("procedures", "import sqlalchemy"),
    "One door to transitions": ("adapters", "import transitions"),
    "One door to CEL": ("engine", "import cel_expr_python"),
    "The engine is pure": ("engine", "import random"),
    "Pages ask services, not the database": ("adapters/web", "import sqlalchemy"),
    "Adapters do not know each other": ("adapters/documents", "import adapters.cli"),
}


@pytest.fixture(scope="module")
def verdict_on_intruders(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, folder / package, ignore=lambda at, names: _not_python(Path(at), names)
        )
    for package, line in VIOLATIONS.values():
        with (folder / package / "__init__.py").open("a") as module:
            module.write(f"{line}\n")
    return _lint_imports(folder).stdout


def _not_python(at: Path, names: Iterable[str]) -> list[str]:
    return [n for n in names if not n.endswith(".py") and not (at / n).is_dir()]


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_an_import_against_the_arrows_breaks_its_contract(
    contract: str, verdict_on_intruders: str
) -> None:
    assert f"{contract} BROKEN" in verdict_on_intruders


CALLS_TO_THE_WORLD = {"open", "print", "input", "eval", "exec", "breakpoint"}
CALLS_TO_THE_CLOCK = {
    (kind, call) for kind in ("datetime", "date") for call in ("now", "utcnow", "today")
}


def _impure_calls(source: str) -> list[str]:
    """Return the calls by which a pure module would reach for the world or for the clock.

    What stands under `if __name__ == "__main__"` is not the module but a command of its own.
    """
    tree = ast.parse(source)
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and "__name__" in ast.unparse(node.test))
    ]
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in CALLS_TO_THE_WORLD:
                found.append(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=kind), attr=call)) if (
                kind,
                call,
            ) in CALLS_TO_THE_CLOCK:
                found.append(f"{kind}.{call}")
    return found


def test_the_engine_and_the_language_call_neither_the_world_nor_the_clock() -> None:
    found = {
        str(path.relative_to(ROOT)): calls
        for package in ("engine", "workflows")
        for path in (ROOT / package).rglob("*.py")
        if (calls := _impure_calls(path.read_text(encoding="utf-8")))
    }

    assert found == {}


def test_a_look_at_the_clock_is_noticed() -> None:
    assert _impure_calls("x = datetime.now(tz)\nprint(clock.now())") == ["datetime.now", "print"]


def _claims(distribution: Distribution) -> Iterator[str]:
    """Yield the names of this house that a distribution puts on the path."""
    for file in distribution.files or ():
        name = file.parts[0].removesuffix(".py")
        if name in PACKAGES:
            yield name


def test_no_stranger_claims_a_name_of_the_house() -> None:
    strangers = {d.name: sorted(set(_claims(d))) for d in distributions() if d.name != "bangvang"}

    assert {name: claims for name, claims in strangers.items() if claims} == {}


def test_a_stranger_who_claims_a_name_is_noticed(tmp_path: Path) -> None:
    stranger = tmp_path / "stranger-1.0.dist-info"
    stranger.mkdir()
    (stranger / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (stranger / "RECORD").write_text("engine/__init__.py,,\nstranger-1.0.dist-info/METADATA,,\n")

    (found,) = distributions(path=[str(tmp_path)])

    assert list(_claims(found)) == ["engine"]


def _files_of_the_house() -> Iterator[Path]:
    tops = [ROOT / name for name in (*PACKAGES, "tests", ".ci")]
    for top in tops:
        yield from (p for p in top.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    yield from (p for p in ROOT.iterdir() if p.is_file() and not p.name.startswith(".git"))


def _machine_paths() -> list[str]:
    """Return what would show on which machine, and from where, the house was built.

    Put together here, so that this file does not name what it forbids.
    """
    homes = [str(Path.home()), "/".join(("", "home", ""))]
    places = [str(ROOT), str(ROOT.parent / "shared"), tempfile.gettempdir() + "/", *homes]
    registries = [".".join(("pypi", "org")), ".".join(("pythonhosted", "org"))]
    registries += [".".join(("registry", "npmjs", "org"))]
    return [place for place in places if len(place) > 4] + registries


def _mentions(text: str) -> list[str]:
    return [place for place in _machine_paths() if place in text]


def test_no_file_mentions_a_path_of_this_machine_or_a_package_registry() -> None:
    found = {
        str(path.relative_to(ROOT)): mentions
        for path in _files_of_the_house()
        if path.suffix in TEXT and (mentions := _mentions(path.read_text(encoding="utf-8")))
    }

    assert found == {}


def test_a_path_of_this_machine_is_noticed() -> None:
    assert str(ROOT) in _mentions(f"see {ROOT}/notes")


def test_the_lock_holds_versions_and_hashes_and_nothing_else() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()

    strange = [
        line
        for line in lines
        if not re.fullmatch(
            r"[a-z0-9.-]+==[\w.+!-]+( ; .+)? \\| {4}--hash=sha256:[0-9a-f]{64}( \\)?", line
        )
    ]
    assert strange == []


def test_the_lock_pins_every_declared_requirement_within_its_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["dev"]
    lock = (ROOT / "requirements.lock").read_text()
    pins = dict(re.findall(r"^([a-z0-9.-]+)==([\w.+!-]+)", lock, re.MULTILINE))

    requirements = [Requirement(line) for line in declared]
    unmet = [
        str(r) for r in requirements if pins.get(canonicalize_name(r.name), "0") not in r.specifier
    ]
    assert unmet == []


def test_the_top_level_holds_what_was_agreed() -> None:
    agreed = {*PACKAGES, "tests", "pyproject.toml", "requirements.lock", "Makefile", "LICENSE"}
    agreed |= {"README.md", "CHANGELOG.md", "build", "dist"}

    tops = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}

    assert tops - agreed == set()


def test_no_test_folder_is_a_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []
