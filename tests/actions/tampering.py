"""Ways to change a log behind its back: with every right on the file, but without the key and the anchor."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from uuid import UUID

from dashboard.actions.audit import entries
from dashboard.actions.records import COLUMNS

Tamper = Callable[[Path, Random], None]


@contextmanager
def _unguarded(path: Path) -> Iterator[sqlite3.Connection]:
    """The file without its triggers, which are back afterwards as if nothing had been."""
    connection = sqlite3.connect(path, isolation_level=None)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    for _, sql in triggers:
        connection.execute(sql)
    connection.close()


def _some_row(connection: sqlite3.Connection, chance: Random) -> int:
    return int(chance.choice(connection.execute("SELECT rowid FROM actions").fetchall())[0])


def edit_one_cell(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        row, column = _some_row(connection, chance), chance.choice(COLUMNS)
        (value,) = connection.execute(f"SELECT {column} FROM actions WHERE rowid = ?", (row,)).fetchone()
        if column == "version":
            changed: object = value + 1000
        elif column == "action_id":
            changed = str(UUID(int=chance.getrandbits(128)))
        else:
            at = chance.randrange(len(value))
            changed = value[:at] + ("x" if value[at] != "x" else "y") + value[at + 1 :]
        connection.execute(f"UPDATE actions SET {column} = ? WHERE rowid = ?", (changed, row))


def add_a_blank(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        row, column = _some_row(connection, chance), chance.choice([c for c in COLUMNS if c != "version"])
        connection.execute(f"UPDATE actions SET {column} = {column} || ' ' WHERE rowid = ?", (row,))


def turn_into_bytes(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        row = _some_row(connection, chance)
        connection.execute("UPDATE actions SET content = CAST(content AS BLOB) WHERE rowid = ?", (row,))


def delete_one(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        connection.execute("DELETE FROM actions WHERE rowid = ?", (_some_row(connection, chance),))


def delete_one_and_close_the_gap(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        row = _some_row(connection, chance)
        at = connection.execute("SELECT patient_id, version, previous FROM actions WHERE rowid = ?", (row,)).fetchone()
        patient_id, version, previous = at
        connection.execute("DELETE FROM actions WHERE rowid = ?", (row,))
        after = "FROM actions WHERE patient_id = ? AND version > ?"
        rows = connection.execute(f"SELECT rowid {after} ORDER BY version", (patient_id, version)).fetchall()
        for (later,) in rows:
            connection.execute("UPDATE actions SET version = version - 1 WHERE rowid = ?", (later,))
        if rows:
            connection.execute("UPDATE actions SET previous = ? WHERE rowid = ?", (previous, rows[0][0]))


def cut_off_the_newest(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        connection.execute(
            "DELETE FROM actions WHERE rowid IN (SELECT rowid FROM actions ORDER BY recorded_at DESC LIMIT ?)",
            (chance.randint(1, 5),),
        )


def forget_a_person(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        row = _some_row(connection, chance)
        connection.execute(
            "DELETE FROM actions WHERE patient_id = (SELECT patient_id FROM actions WHERE rowid = ?)", (row,)
        )


def move_to_another_person(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        row = _some_row(connection, chance)
        of = connection.execute("SELECT patient_id FROM actions WHERE rowid = ?", (row,)).fetchone()
        connection.execute("UPDATE actions SET patient_id = 'somebody else' WHERE patient_id = ?", of)


def swap_two(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        rows = [row for (row,) in connection.execute("SELECT rowid FROM actions").fetchall()]
        one, other = chance.sample(rows, 2)
        said = [
            connection.execute("SELECT content FROM actions WHERE rowid = ?", (r,)).fetchone()[0] for r in (one, other)
        ]
        if said[0] == said[1]:
            said[0] += " "
        for row, content in zip((one, other), reversed(said), strict=True):
            connection.execute("UPDATE actions SET content = ? WHERE rowid = ?", (content, row))


def forge_one_more(path: Path, chance: Random) -> None:
    """The newest of a person once more, under a new id and with a seal made without the key."""
    with _unguarded(path) as connection:
        row = _some_row(connection, chance)
        of = connection.execute("SELECT patient_id FROM actions WHERE rowid = ?", (row,)).fetchone()
        newest = connection.execute("SELECT * FROM actions WHERE patient_id = ? ORDER BY version DESC LIMIT 1", of)
        names = [column[0] for column in newest.description]
        forged = dict(zip(names, newest.fetchone(), strict=True))
        forged |= {"version": forged["version"] + 1, "previous": forged["seal"]}
        forged |= {"action_id": str(UUID(int=chance.getrandbits(128))), "seal": f"{chance.getrandbits(256):064x}"}
        places = ", ".join("?" * len(names))
        connection.execute(f"INSERT INTO actions ({', '.join(names)}) VALUES ({places})", list(forged.values()))


def cut_the_file(path: Path, chance: Random) -> None:
    path.write_bytes(path.read_bytes()[: -4096 * chance.randint(1, 3)])


def empty_the_table(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        connection.execute("DELETE FROM actions")


def empty_the_file(path: Path, chance: Random) -> None:
    path.write_bytes(b"")


def remove_the_file(path: Path, chance: Random) -> None:
    path.unlink()


def take_the_guard_away(path: Path, chance: Random) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"DROP TRIGGER actions_are_not_{chance.choice(('changed', 'deleted'))}")
    connection.close()


def gut_a_guard(path: Path, chance: Random) -> None:
    """The same trigger by name, which lets everything pass."""
    _gut(path, chance, "actions", ("actions_are_not_changed", "UPDATE"), ("actions_are_not_deleted", "DELETE"))


def _gut(path: Path, chance: Random, table: str, *guards: tuple[str, str]) -> None:
    name, what = chance.choice(guards)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"DROP TRIGGER {name}")
    connection.execute(f"CREATE TRIGGER {name} BEFORE {what} ON {table} BEGIN SELECT 1; END")
    connection.close()


def _some_entry(connection: sqlite3.Connection, chance: Random) -> int:
    return int(chance.choice(connection.execute("SELECT rowid FROM audit").fetchall())[0])


def edit_an_entry(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        row, column = _some_entry(connection, chance), chance.choice(entries.COLUMNS)
        (value,) = connection.execute(f"SELECT {column} FROM audit WHERE rowid = ?", (row,)).fetchone()
        changed = value + 1000 if column == "number" else f"{value}x"
        connection.execute(f"UPDATE audit SET {column} = ? WHERE rowid = ?", (changed, row))


def delete_an_entry(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        connection.execute("DELETE FROM audit WHERE rowid = ?", (_some_entry(connection, chance),))


def delete_an_entry_and_close_the_gap(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        row = _some_entry(connection, chance)
        chain, number, previous = connection.execute(
            "SELECT chain, number, previous FROM audit WHERE rowid = ?", (row,)
        ).fetchone()
        connection.execute("DELETE FROM audit WHERE rowid = ?", (row,))
        after = "FROM audit WHERE chain = ? AND number > ?"
        rows = connection.execute(f"SELECT rowid {after} ORDER BY number", (chain, number)).fetchall()
        for (later,) in rows:
            connection.execute("UPDATE audit SET number = number - 1 WHERE rowid = ?", (later,))
        if rows:
            connection.execute("UPDATE audit SET previous = ? WHERE rowid = ?", (previous, rows[0][0]))


def cut_off_the_newest_entries(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        connection.execute(
            "DELETE FROM audit WHERE rowid IN (SELECT rowid FROM audit ORDER BY at DESC LIMIT ?)",
            (chance.randint(1, 5),),
        )


def forget_a_chain(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        row = _some_entry(connection, chance)
        connection.execute("DELETE FROM audit WHERE chain = (SELECT chain FROM audit WHERE rowid = ?)", (row,))


def say_that_it_was_somebody_else(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        row = _some_entry(connection, chance)
        connection.execute("UPDATE audit SET user_id = 'other', user_name = 'Other' WHERE rowid = ?", (row,))


def swap_two_entries(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        rows = [row for (row,) in connection.execute("SELECT rowid FROM audit").fetchall()]
        one, other = chance.sample(rows, 2)
        said = "(SELECT at FROM audit WHERE rowid = ?)"
        (first,) = connection.execute("SELECT at FROM audit WHERE rowid = ?", (one,)).fetchone()
        connection.execute(f"UPDATE audit SET at = {said} WHERE rowid = ?", (other, one))
        connection.execute("UPDATE audit SET at = ? WHERE rowid = ?", (first, other))


def forge_an_entry(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        found = connection.execute("SELECT * FROM audit ORDER BY at DESC LIMIT 1")
        names = [column[0] for column in found.description]
        forged = dict(zip(names, found.fetchone(), strict=True))
        forged |= {"number": forged["number"] + 1, "previous": forged["seal"]}
        forged |= {"entry_id": str(UUID(int=chance.getrandbits(128))), "seal": f"{chance.getrandbits(256):064x}"}
        places = ", ".join("?" * len(names))
        connection.execute(f"INSERT INTO audit ({', '.join(names)}) VALUES ({places})", list(forged.values()))


def empty_the_trail(path: Path, chance: Random) -> None:
    with _unguarded(path) as connection:
        connection.execute("DELETE FROM audit")


def drop_the_trail(path: Path, chance: Random) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DROP TABLE audit")
    connection.close()


def take_the_guard_of_the_trail_away(path: Path, chance: Random) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"DROP TRIGGER audit_is_not_{chance.choice(('changed', 'deleted'))}")
    connection.close()


def gut_a_guard_of_the_trail(path: Path, chance: Random) -> None:
    _gut(path, chance, "audit", ("audit_is_not_changed", "UPDATE"), ("audit_is_not_deleted", "DELETE"))


WAYS_WITH_THE_TRAIL: list[Tamper] = [
    edit_an_entry, edit_an_entry, delete_an_entry, delete_an_entry_and_close_the_gap, cut_off_the_newest_entries,
    forget_a_chain, say_that_it_was_somebody_else, swap_two_entries, forge_an_entry, empty_the_trail, drop_the_trail,
    take_the_guard_of_the_trail_away, gut_a_guard_of_the_trail, cut_the_file, remove_the_file,
]  # fmt: skip
WAYS: list[Tamper] = [
    edit_one_cell, edit_one_cell, edit_one_cell, add_a_blank, turn_into_bytes, delete_one,
    delete_one_and_close_the_gap, cut_off_the_newest, forget_a_person, move_to_another_person, swap_two,
    forge_one_more, cut_the_file, empty_the_table, empty_the_file, remove_the_file, take_the_guard_away,
    gut_a_guard,
]  # fmt: skip
