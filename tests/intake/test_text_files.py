"""Text files as clinics really send them: used, held back line by line, or refused with one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.intake import Limits, UnusableSource
from tests.intake.people import events_of, patients_of, read_csv

HEAD = "patient_id,name,sex,fever\n"


def _refusal(folder: Path, text: str | bytes, **options: object) -> str:
    with pytest.raises(UnusableSource) as refused:
        read_csv(folder, text, **options)
    message = str(refused.value)
    assert "\n" not in message
    assert message.startswith("list.csv")
    return message


@pytest.mark.parametrize("content", [b"", b"\n \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes, tmp_path: Path) -> None:
    assert "empty" in _refusal(tmp_path, content)


def test_a_header_alone_is_an_empty_list(tmp_path: Path) -> None:
    loaded = read_csv(tmp_path, HEAD)
    assert patients_of(loaded) == []
    assert loaded.report.identity() == "0 records read = 0 accepted + 0 held back + 0 blank"
    assert any("no rows" in notice for notice in loaded.report.notices)


@pytest.mark.parametrize("mark", ["|", ":", " "])
def test_an_unknown_delimiter_is_refused(mark: str, tmp_path: Path) -> None:
    assert "comma, semicolon or tab" in _refusal(tmp_path, HEAD.replace(",", mark) + mark.join("1afn") + "\n")


def test_a_title_above_the_header_is_pointed_at(tmp_path: Path) -> None:
    message = _refusal(tmp_path, "Panel of Dr Smith,,,\n\n" + HEAD + "1,A,f,no\n")
    assert "line 1" in message
    assert "line 3" in message


def test_a_file_without_ids_is_refused(tmp_path: Path) -> None:
    assert '"patient_id"' in _refusal(tmp_path, "id,name\n1,A\n")


@pytest.mark.parametrize("header", ["patient_id,name,NAME", "patient_id,Birth date,birth_date"])
def test_a_column_named_twice_is_refused(header: str, tmp_path: Path) -> None:
    assert "two columns" in _refusal(tmp_path, header + "\n1,a,b\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_survive_their_encoding(encoding: str, tmp_path: Path) -> None:
    loaded = read_csv(tmp_path, (HEAD + "1,Zoë Müller,f,no\n").encode(encoding))
    assert loaded.panel.patients.column("name").to_pylist() == ["Zoë Müller"]
    assert any("cp1252" in notice for notice in loaded.report.notices) == (encoding == "cp1252")


@pytest.mark.parametrize(
    "content", [HEAD.encode("utf-16-le"), b"\x81\x8d" + HEAD.encode(), bytes(range(256)) * 9]
)
def test_what_is_not_text_is_refused(content: bytes, tmp_path: Path) -> None:
    assert "save it as CSV" in _refusal(tmp_path, content)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_splits_rows_and_nothing_else_does(end: str, tmp_path: Path) -> None:
    name = "A\u2028B\x0bC\x85D"
    loaded = read_csv(tmp_path, (HEAD + f"1,{name},f,no\n2,B,m,yes").replace("\n", end))
    assert patients_of(loaded) == ["1", "2"]
    assert loaded.panel.patients.column("name").to_pylist()[0] == name


@pytest.mark.parametrize(
    ("row", "reason", "named"),
    [
        ("2,B,m", "3 fields", "2"),
        ("2,B,Jr,m,no", "5 fields", "2"),
        ("2,B\0,m,no", "NUL", "2"),
        ('2,"B"x,m,no', "quotes", "2"),
        ('2,"B,m,no', "swallows", "2"),
        ('"2"x,B,m,no', "quotes", None),
    ],
)
def test_a_broken_row_is_held_back_and_its_neighbours_are_not(
    row: str, reason: str, named: str | None, tmp_path: Path
) -> None:
    after = '3,"C, PhD",f,no\n4,D,f,no\n5,"E",f,no\n'
    loaded = read_csv(tmp_path, HEAD + "1,A,f,no\n" + row + "\n" + after)
    assert patients_of(loaded) == ["1", "3", "4", "5"]
    (held,) = loaded.report.held_back
    assert (held.table, held.line, held.raw, held.patient_id) == ("list.csv", 3, row, named)
    assert reason in held.reason


def test_a_quote_that_is_never_closed_names_its_line(tmp_path: Path) -> None:
    assert "line 3" in _refusal(tmp_path, HEAD + '1,A,f,no\n2,"B,m,no\n3,C,f,no\n')


def test_a_quote_that_swallows_a_row_is_held_back_alone(tmp_path: Path) -> None:
    loaded = read_csv(tmp_path, HEAD + '1,"A,m,no\n2,B"",m,no\n3,C",f,no\n4,D,f,no\n')
    assert [held.line for held in loaded.report.held_back] == [2]
    assert "swallows" in loaded.report.held_back[0].reason
    assert patients_of(loaded) == ["2", "3", "4"]


def test_a_note_of_several_lines_is_one_record(tmp_path: Path) -> None:
    loaded = read_csv(tmp_path, HEAD + '1,"A\nB ""x""\nC",f,no\n2,D,f,no\n')
    assert loaded.panel.patients.column("name").to_pylist() == ['A\nB "x"\nC', "D"]
    assert events_of(loaded, "fever")[1]["source_ref"] == "list.csv, line 5"


def test_blank_lines_are_counted_as_blank(tmp_path: Path) -> None:
    report = read_csv(tmp_path, HEAD + "\n1,A,f,no\n , ,,\n,,\n2,B,m,no\n\n").report
    assert report.identity() == "6 records read = 2 accepted + 0 held back + 4 blank"


def test_columns_nobody_reads_are_listed(tmp_path: Path) -> None:
    notices = read_csv(tmp_path, "patient_id,fever,shoe size,\n1,no,44,\n").report.notices
    assert any("shoe_size" in notice for notice in notices)


def test_two_million_columns_are_refused_before_they_are_split(tmp_path: Path) -> None:
    message = _refusal(tmp_path, "patient_id" + ",x" * 2_000_000 + "\n1" + "," * 2_000_000)
    assert "2000001 columns" in message


def test_a_field_without_end_is_held_back(tmp_path: Path) -> None:
    loaded = read_csv(tmp_path, HEAD + "1," + "A" * 200_000 + ",f,no\n2,B,f,no\n")
    assert patients_of(loaded) == ["2"]
    assert loaded.report.held_back[0].line == 2


def test_limits_refuse_before_reading(tmp_path: Path) -> None:
    text = HEAD + "1,A,f,no\n" * 20
    assert "more than the limit of 10 rows" in _refusal(tmp_path, text, limits=Limits(rows=10))
    assert "more than the limit of 0 MB" in _refusal(tmp_path, text, limits=Limits(bytes=100))


@pytest.mark.parametrize(
    "value", ["0012", "1E5", "00000000000000000000012", " 7", "ÅÄ/Ö#1", "NA", "null", "=1+1"]
)
def test_an_id_is_kept_character_for_character(value: str, tmp_path: Path) -> None:
    assert patients_of(read_csv(tmp_path, HEAD + f"{value},A,f,no\n")) == [value]


@pytest.mark.parametrize("value", ["a\u202eb", "a\u200bb", "a\x07b", "\ufeffa", "a\ufffdb", "  "])
def test_an_id_with_invisible_characters_is_held_back(value: str, tmp_path: Path) -> None:
    loaded = read_csv(tmp_path, HEAD + f"{value},A,f,no\n")
    assert [held.column for held in loaded.report.held_back] == ["patient_id"]
