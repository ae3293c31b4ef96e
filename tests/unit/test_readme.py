"""What the README promises is tried as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from procedures.catalogue import national_calendar
from workflows.loader import load

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def example(name: str) -> bytes:
    """Return the fenced block that begins with this file name."""
    found = re.search(rf"```yaml\n# {re.escape(name)}\n(.*?)```", README, re.DOTALL)
    assert found is not None, name
    return found[1].encode()


SCENARIOS = ("scenarios/awarded.yaml", "scenarios/declined.yaml")


def test_the_readme_s_procedure_may_be_published_with_its_scenarios() -> None:
    scenarios = [(name, example(name)) for name in SCENARIOS]

    report = load(
        example("definition.yaml"),
        "definition.yaml",
        letters={},
        scenarios=scenarios,
        calendar=national_calendar(),
    )

    assert [f for f in report.findings if f.severity != "not_checked"] == []
    assert report.ok


def test_every_file_that_the_readme_points_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)

    missing = [link for link in links if "://" not in link and not (ROOT / link).exists()]

    assert missing == []


@pytest.mark.parametrize("target", ["run", "test", "check", "bench", "help"])
def test_the_readme_names_the_verbs_that_the_makefile_has(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert f"make {target}" in README
