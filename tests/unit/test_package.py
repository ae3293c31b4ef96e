"""What is installed is the whole product: code, catalogue, letters, styles, font; and no tests."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "workflows", "procedures", "adapters")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """Build the wheel as an installer would."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return ZipFile(path)


def test_the_wheel_holds_every_file_of_the_four_packages(wheel: ZipFile) -> None:
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert {n for n in wheel.namelist() if ".dist-info/" not in n} == ours


@pytest.mark.parametrize("suffix", [".yaml", ".typ", ".css", ".html", ".typed"])
def test_the_wheel_holds_what_is_not_code_too(suffix: str, wheel: ZipFile) -> None:
    assert [name for name in wheel.namelist() if name.endswith(suffix)] != []


def test_the_wheel_holds_nothing_but_the_four_packages(wheel: ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}

    assert tops == {*PACKAGES, f"bangvang-{version('bangvang')}.dist-info"}


def test_the_command_and_the_licence_come_along(wheel: ZipFile) -> None:
    about = f"bangvang-{version('bangvang')}.dist-info"

    assert "bangvang = adapters.cli.app:main" in wheel.read(f"{about}/entry_points.txt").decode()
    assert "Apache License" in wheel.read(f"{about}/licenses/LICENSE").decode()
