"""Reading obeys nothing, remembers every place, and never fails with a traceback."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.findings import MOST_FINDINGS, Place
from workflows.reader import DEEPEST, MOST_BYTES, Document, Node, read


def codes(source: bytes) -> list[str]:
    return [finding.code for finding in read(source, "f.yaml").findings]


def test_scalars_are_those_of_the_core_schema_and_dates_stay_text() -> None:
    document = read(
        b"a: 1\nb: [-2, 2.5, 1e3, on, no, 012x, 2025-07-01, '3', \"4\"]\n"
        b"c: {d: true, e: null, f: ~, g: , h: False}\n12: x\n",
        "f.yaml",
    )

    assert document.findings == ()
    assert document.root is not None
    assert document.root.plain() == {
        "a": 1,
        "b": [-2, 2.5, 1000.0, "on", "no", "012x", "2025-07-01", "3", "4"],
        "c": {"d": True, "e": None, "f": None, "g": None, "h": False},
        "12": "x",
    }


@pytest.mark.parametrize(
    ("source", "code", "line", "column"),
    [
        (b"a: 1\nb: &x 2", "BV005", 2, 4),
        (b"a: {b: *x}", "BV005", 1, 8),
        (b"a: &x {b: 1}", "BV005", 1, 4),
        (b"a: !!str 1", "BV006", 1, 4),
        (b"a: !own [1]", "BV006", 1, 4),
        (b"%YAML 1.1\n---\na: 1", "BV006", 2, 1),
        (b"%TAG ! tag:x,2000:\n---\na: 1", "BV006", 2, 1),
        (b"a: 1\nb: 2\na: 3", "BV007", 3, 1),
        (b"{a: 1, a: 2}", "BV007", 1, 8),
        (b"a: 1\n---\nb: 2", "BV008", 2, 1),
        (b"", "BV009", 1, 1),
        (b"# only words\n", "BV009", 1, 1),
        (b"\n- a", "BV009", 2, 1),
        (b"just text", "BV009", 1, 1),
        (b"a: " + b"[" * (DEEPEST + 1), "BV010", 1, 3 + DEEPEST),
        (b"? [a]\n: b", "BV011", 1, 3),
        (b"? {a: b}\n: c", "BV011", 1, 3),
        (b": b", "BV011", 1, 1),
        (b"'': b", "BV011", 1, 1),
        (b'a: "\\0"', "BV012", 1, 4),
        (b'a: "\\ud800"', "BV012", 1, 4),
        (b"a:\n\t- b", "BV003", 2, 1),
        (b"a: b: c", "BV004", 1, 5),
        (b"a: [1, 2", "BV004", 1, 9),
        (b"a: 'x", "BV004", 1, 6),
        (b"a: @x", "BV004", 1, 4),
        (b"a: \x00", "BV004", 1, 4),
        (b"a: 1\nb: \x07", "BV004", 2, 4),
        (b'a: "\\UFFFFFFFF"', "BV004", 1, 1),
        (b"%YAML 3.0\n---\na: 1", "BV004", 1, 1),
        (b"a: 1\nb: \xff", "BV002", 2, 4),
    ],
)
def test_what_is_not_allowed_is_a_finding_at_its_place(
    source: bytes, code: str, line: int, column: int
) -> None:
    finding = read(source, "f.yaml").findings[0]

    assert (finding.code, finding.line, finding.column) == (code, line, column)
    assert finding.message
    assert finding.message_en


def test_a_mark_of_the_byte_order_is_not_part_of_the_text() -> None:
    document = read(b"\xef\xbb\xbfa: 1", "f.yaml")

    assert document.root is not None
    assert document.root.plain() == {"a": 1}


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    start = b"a: 1 #"

    assert codes(start + b"x" * (MOST_BYTES - len(start))) == []
    assert codes(start + b"x" * (MOST_BYTES - len(start) + 1)) == ["BV001"]


def test_after_an_alias_the_rest_of_the_file_is_still_read() -> None:
    document = read(b"a: *x\nb: &y 1\nc: !z 2\n", "f.yaml")

    assert [finding.code for finding in document.findings] == ["BV005", "BV005", "BV006"]


def test_the_number_of_findings_is_bounded() -> None:
    source = b"".join(b"k%d: *x\n" % number for number in range(MOST_FINDINGS + 50))

    assert len(read(source, "f.yaml").findings) == MOST_FINDINGS


def test_a_value_is_found_at_its_place_and_a_mapping_at_its_key() -> None:
    document = read(b"a:\n  - {b: 1}\n  - c:\n      d: 2\n", "f.yaml")

    assert document.place(("a",)) == Place(line=1, column=1)
    assert document.place(("a", 0)) == Place(line=2, column=5)
    assert document.place(("a", 0, "b")) == Place(line=2, column=9)
    assert document.place(("a", 1, "c")) == Place(line=3, column=5)
    assert document.place(("a", 1, "c", "d")) == Place(line=4, column=10)
    assert document.place(("a", 1, "c", "nothing", 7)) == Place(line=3, column=5)
    assert document.key_place(("a", 0, "b")) == Place(line=2, column=6)
    assert document.key_place(("a", 0, "z")) == Place(line=2, column=5)
    assert document.place(("a", 9)) == Place(line=1, column=1)


def test_a_file_that_could_not_be_read_has_its_beginning_as_every_place() -> None:
    document = Document("f.yaml", None, ())

    assert document.place(("a", 1)) == Place()
    assert document.key_place(("a",)) == Place()
    assert document.node(("a",)) is None
    assert document.inside(("a",), 2, 3) == Place()


@pytest.mark.parametrize(
    ("source", "line", "column", "expected"),
    [
        (b"a: b == c", 1, 3, Place(line=1, column=6)),
        (b'a: "b == c"', 1, 3, Place(line=1, column=7)),
        (b"a: 'b == c'", 1, 3, Place(line=1, column=7)),
        (b"a: |\n  b ==\n  c\n", 2, 1, Place(line=3, column=1)),
        (b"a: >-\n  b ==\n  c\n", 1, 3, Place(line=1, column=4)),
        (b"a: b\n  == c", 1, 6, Place(line=1, column=4)),
        (b"a: 'it''s'", 1, 5, Place(line=1, column=4)),
        (b"a: {b: c}", 1, 1, Place(line=1, column=1)),
    ],
)
def test_a_place_inside_a_text_is_exact_where_that_can_be_known(
    source: bytes, line: int, column: int, expected: Place
) -> None:
    assert read(source, "f.yaml").inside(("a",), line, column) == expected


def test_a_node_of_a_list_has_no_child_by_name() -> None:
    assert Node([Node(1, Place())], Place()).child("a") is None


@given(st.binary(max_size=200))
def test_whatever_bytes_come_there_is_a_tree_or_a_finding(source: bytes) -> None:
    document = read(source, "f.yaml")

    assert document.root is not None or document.findings


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@`,? \n\t\\é", max_size=60))
def test_whatever_looks_like_yaml_comes_there_is_a_tree_or_a_finding(text: str) -> None:
    document = read(text.encode(), "f.yaml")

    assert document.root is not None or document.findings
    for finding in document.findings:
        assert finding.line >= 1
        assert finding.column >= 1
