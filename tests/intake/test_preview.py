"""A list looked at before it is loaded, and the suggestions for its strange columns."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from dashboard import intake
from dashboard.intake.preview import HEAD, preview
from dashboard.intake.report import UnusableSource
from dashboard.intake.suggestions import suggest, suggestions
from dashboard.intake.wide_columns import known_columns, stems

D = date(2026, 6, 15)

OURS = sorted(known_columns())


def one(theirs: str) -> str | None:
    return suggest([theirs], OURS, ()).get(theirs)


def test_every_suggestion_is_for_a_column_there_is() -> None:
    assert suggestions().columns.keys() <= known_columns()
    assert suggestions().stems.keys() <= stems().keys()


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("mrn", "patient_id"),
        ("date_of_birth", "birth_date"),
        ("dateofbirth", "birth_date"),
        ("hb", "haemoglobin"),
        ("hb_taken_on", "haemoglobin_date"),
        ("hgb_units", "haemoglobin_unit"),
        ("lumbar_mri_requested", "mri_spine_ordered"),
        ("history_of_cancer", "cancer_history"),
        ("saddle_anesthesia", "saddle_anaesthesia"),
        ("haemoglobine", "haemoglobin"),
        ("physio_start_date", "physiotherapy_start"),
    ],
)
def test_a_near_name_is_suggested(theirs: str, ours: str) -> None:
    assert one(theirs) == ours


@pytest.mark.parametrize(
    "theirs",
    ["no_fever", "denies_night_pain", "family_history_of_cancer_in_mother", "fh_cancer_history", "fever_absent",
     "postcode", "shoe_size", "x", "notes", "mri_declined"],
)  # fmt: skip
def test_what_says_otherwise_or_nothing_is_not_suggested(theirs: str) -> None:
    assert one(theirs) is None


def test_a_column_is_suggested_once_and_never_when_it_is_there() -> None:
    found = suggest(["patient_number", "mrn", "dob"], OURS, ["birth_date"])
    assert found == {"patient_number": "patient_id"}


def test_a_list_shows_its_strange_columns_and_what_it_lacks(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("Number;Sex;Fever\n007;female;yes\n008;;yes\n009;;no\n", encoding="utf-8")
    seen = preview(source)
    assert seen is not None
    assert dict(seen.unknown) == {"number": ("007", "008", "009")}
    assert seen.present == {"sex", "fever"}
    assert seen.lacking == ("patient_id",)


def test_only_the_first_rows_of_a_long_list_are_read(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    rows = "".join(f"{number},{'late' if number > HEAD else ''}\n" for number in range(200))
    source.write_text(f"patient_id,strange\n{rows}", encoding="utf-8")
    seen = preview(source)
    assert seen is not None
    assert dict(seen.unknown) == {"strange": ()}


def test_a_quote_that_crosses_the_end_of_the_first_rows_is_no_trouble(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    rows = "".join(f"{number},a\n" for number in range(HEAD - 2))
    source.write_text(f'patient_id,strange\n{rows}x,"two\nlines"\n', encoding="utf-8")
    seen = preview(source)
    assert seen is not None
    assert dict(seen.unknown) == {"strange": ("a", "two\nlines")}


def test_patients_and_events_share_a_mapping(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("patients.csv", "mrn,dob\n1,1960-01-01\n")
        archive.writestr("events.csv", "mrn,concept,date\n1,back_pain,2026-05-01\n")
    seen = preview(tmp_path / "both.zip")
    assert seen is not None
    assert seen.lacking == ("patient_id",)
    assert suggest(seen.unknown, seen.offered, seen.present) == {"mrn": "patient_id", "dob": "birth_date"}
    loaded = intake.load(tmp_path / "both.zip", as_of=D, mapping={"mrn": "patient_id", "dob": "birth_date"})
    assert loaded.report.accepted == 2


def test_a_form_with_columns_of_its_own_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_text('{"resourceType": "Bundle", "type": "collection", "entry": []}')
    assert preview(tmp_path / "bundle.json") is None
    folder = tmp_path / "synthea"
    folder.mkdir()
    (folder / "patients.csv").write_text("Id,BIRTHDATE\n1,1960-01-01\n")
    (folder / "conditions.csv").write_text("START,PATIENT,CODE\n")
    assert preview(folder) is None


def test_a_damaged_file_is_refused_as_the_load_would(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("a,a\n1,2\n", encoding="utf-8")
    with pytest.raises(UnusableSource, match='two columns are named "a"'):
        preview(source)


def test_a_load_tells_how_far_it_has_come(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("patient_id\n" + "".join(f"{number}\n" for number in range(12_000)), encoding="utf-8")
    heard: list[int] = []
    report = intake.load(source, as_of=D, tell=heard.append).report
    assert heard == [5000, 10_000]
    assert report.records_read == 12_000
