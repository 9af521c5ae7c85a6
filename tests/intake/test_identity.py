"""Damaged files by the thousand: no crash, every record accounted for, nobody lost, nobody else changed."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from dashboard.intake import Loaded, UnusableSource
from tests.intake.people import read, said, text_of

WIDE = 1400
TABLES = 600
_ID = re.compile(r"ID\d{4}Q")
_BITS = [
    '"', ",", ";", "\t", "\n", "\r", "\r\n", "\0", "'", "\\", " ", "", "é", "\ufeff", "\u2028", "<", "-",
    "9", '""', '","', "nan", "2026-13-01",
]  # fmt: skip


def _wide_list() -> str:
    rows = [["patient_id", "name", "birth_date", "sex", "fever", "esr", "esr_date", "nsaid_start"]]
    for number in range(12):
        name = ["Ann", 'Bo "B" Li', "Cy, Jr", "Dé\nEve"][number % 4]
        rows.append(
            [f"ID{number:04}Q", name, f"19{50 + number}-03-0{number % 9 + 1}", "fm"[number % 2],
             ["yes", "no", ""][number % 3], f"{number * 7}", f"2026-05-{number + 10}", ""]
        )  # fmt: skip
    return text_of(rows)


def _patients() -> str:
    return text_of([["patient_id", "birth_date"], *([f"ID{number:04}Q", "1960"] for number in range(8))])


def _events() -> str:
    rows = [["patient_id", "concept", "date", "value", "note"]]
    for number in range(16):
        rows.append([f"ID{number % 8:04}Q", "esr", f"2026-05-{number + 10}", f"{number}", "a, b"])
    return text_of(rows)


def _damaged(text: str, rng: random.Random) -> str:
    for _ in range(rng.randint(1, 4)):
        lines = text.split("\n")
        match rng.randrange(6):
            case 0:
                at = rng.randrange(len(text) + 1)
                text = text[:at] + rng.choice(_BITS) + text[at:]
            case 1:
                at = rng.randrange(len(text) + 1)
                text = text[:at] + text[at + rng.randint(1, 3) :]
            case 2:
                text = (
                    text[: rng.randrange(len(text) + 1)] if rng.random() < 0.2 else text + rng.choice(_BITS)
                )
            case 3:
                lines.insert(rng.randrange(len(lines)), rng.choice(lines))
                text = "\n".join(lines)
            case 4:
                at = rng.randrange(len(text) + 1)
                text = text[:at] + rng.choice(_BITS) + text[at + 1 :]
            case _:
                lines[1:] = sorted(lines[1:], key=lambda _: rng.random())
                text = "\n".join(lines)
    return text


def _load(path: Path) -> Loaded | None:
    try:
        return read(path)
    except UnusableSource:
        return None


def _nobody_is_lost(content: bytes, loaded: Loaded) -> None:
    text = content.decode("utf-8-sig")
    seen = " ".join(loaded.panel.patients.column("patient_id").to_pylist())
    seen += " ".join(held.raw for held in loaded.report.held_back)
    for found in set(_ID.findall("\n".join(re.split("\r\n|\r|\n", text)[1:]))):
        assert found in seen, found


def _without(content: bytes, loaded: Loaded, table: str) -> bytes:
    """The file without its held-back records."""
    lines = re.findall("[^\r\n]*(?:\r\n|\r|\n|$)", content.decode("utf-8-sig"))
    for held in loaded.report.held_back:
        if held.table == table:
            length = len(re.findall("\r\n|\r|\n", held.raw)) + 1
            lines[held.line - 1 : held.line - 1 + length] = [""] * length
    return "".join(lines).encode()


@pytest.mark.parametrize("part", range(7))
def test_a_damaged_wide_list_loses_nobody(part: int, tmp_path: Path) -> None:
    path, intact = tmp_path / "list.csv", _wide_list()
    outcomes = {"refused": 0, "held": 0, "whole": 0}
    for seed in range(part * WIDE // 7, (part + 1) * WIDE // 7):
        content = _damaged(intact, random.Random(seed)).encode()
        path.write_bytes(content)
        loaded = _load(path)
        if loaded is None:
            outcomes["refused"] += 1
            continue
        outcomes["held" if loaded.report.held_back else "whole"] += 1
        _nobody_is_lost(content, loaded)
        if loaded.report.held_back:
            path.write_bytes(_without(content, loaded, "list.csv"))
            assert said(read(path).panel) == said(loaded.panel), seed
    assert min(outcomes.values()) > 5, outcomes


@pytest.mark.parametrize("part", range(3))
def test_damaged_tables_lose_nobody(part: int, tmp_path: Path) -> None:
    patients, events = tmp_path / "patients.csv", tmp_path / "events.csv"
    held = 0
    for seed in range(part * TABLES // 3, (part + 1) * TABLES // 3):
        rng = random.Random(seed)
        texts = {patients: _patients(), events: _events()}
        target = rng.choice([patients, events])
        texts[target] = _damaged(texts[target], rng)
        contents = {path: text.encode() for path, text in texts.items()}
        for path, content in contents.items():
            path.write_bytes(content)
        loaded = _load(tmp_path)
        if loaded is None:
            continue
        for content in contents.values():
            _nobody_is_lost(content, loaded)
        if loaded.report.held_back:
            held += 1
            for path, content in contents.items():
                path.write_bytes(_without(content, loaded, path.name))
            assert said(read(tmp_path).panel) == said(loaded.panel), seed
    assert held > 20


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_damaged_bytes_never_crash(encoding: str, tmp_path: Path) -> None:
    path, intact = tmp_path / "list.csv", _wide_list().encode(encoding)
    for seed in range(150):
        rng, content = random.Random(seed), bytearray(intact)
        for _ in range(rng.randint(1, 5)):
            at = rng.randrange(len(content))
            content[at : at + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
        path.write_bytes(bytes(content))
        _load(path)
