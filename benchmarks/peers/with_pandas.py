"""The questions as a straightforward program in pandas 3, as an analyst would write it for this one list.

    python -m benchmarks.peers.with_pandas SOURCE ANSWERS

Reads the two Parquet files. No load report, no held-back rows, no other profile: dates and numbers are converted and
what cannot be is taken as missing. The nullable "boolean" type is three-valued.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.panels import AS_OF
from benchmarks.peers.questions import QUESTIONS

TODAY = pd.Timestamp(AS_OF)
NERVES = ["limb_weakness", "gait_disturbance", "sensory_loss", "radicular_pain"]
RISKS = ["iv_drug_use", "recent_bacterial_infection", "immunosuppressed"]
VALID_DAYS = dict.fromkeys(NERVES, 90) | dict.fromkeys(RISKS, 365) | {"cancer_history": 365_000, "fever": 90}
VALID_DAYS |= {"weight_loss_reported": 90, "weight_loss_intentional": 90}
THERAPIES = ["physiotherapy", "exercise", "manual_therapy", "heat_cold", "nsaid", "analgesic", "muscle_relaxant",
             "opioid", "injection"]  # fmt: skip
FACTORS = {("haemoglobin", "g/dL"): 10.0, ("calcium_adjusted", "mg/dL"): 0.2495, ("weight", "lb"): 0.45359237}
FINAL = ["final", "amended", "corrected"]
Table, Column = pd.DataFrame, pd.Series


def ago(days: int) -> pd.Timestamp:
    return TODAY - pd.Timedelta(days=days)


def verdict(met: Column, not_met: Column) -> Column:
    """True, False or missing."""
    said = pd.Series(pd.NA, index=met.index, dtype="boolean")
    return said.mask(not_met.fillna(False).astype(bool), False).mask(met.fillna(False).astype(bool), True)


def read(folder: Path) -> tuple[Table, Table]:
    """Patients by their id, and what was known of them on the day."""
    people = pd.read_parquet(folder / "patients.parquet", columns=["patient_id", "birth_date", "sex"])
    columns = ["patient_id", "concept", "date", "end_date", "status", "value", "unit", "reference_high", "result"]
    events = pd.read_parquet(folder / "events.parquet", columns=columns)
    for name in ("date", "end_date"):
        events[name] = pd.to_datetime(events[name], format="ISO8601", errors="coerce")
    people["birth_date"] = pd.to_datetime(people["birth_date"], format="ISO8601", errors="coerce")
    for name in ("value", "reference_high"):
        events[name] = pd.to_numeric(events[name].str.lstrip("<>="), errors="coerce")
    for (concept, unit), factor in FACTORS.items():
        rows = (events["concept"] == concept) & (events["unit"] == unit)
        events.loc[rows, ["value", "reference_high"]] *= factor
    hot = (events["concept"] == "temperature") & (events["unit"] == "degF")
    events.loc[hot, "value"] = (events.loc[hot, "value"] - 32) / 1.8
    events = events[(events["date"] <= TODAY) | events["date"].isna()]
    return people.set_index("patient_id"), events


def findings(events: Table, people: pd.Index) -> Table:
    """The newest valid row of each finding speaks."""
    rows = events[events["concept"].isin(VALID_DAYS)]
    days = rows.groupby(["patient_id", "concept", "status"], observed=True)["date"].max().unstack("status")
    days = days.reindex(columns=["present", "absent", "unknown"])
    valid_from = TODAY - pd.to_timedelta(days.index.get_level_values("concept").map(VALID_DAYS), unit="D")
    since = pd.Series(valid_from, index=days.index)
    met = (days["present"] >= since) & (days["absent"].isna() | (days["present"] >= days["absent"]))
    no = (days["absent"] >= since) & ~(days["present"] > days["absent"]) & ~(days["unknown"] > days["absent"])
    found = verdict(met, no).unstack("concept").reindex(index=people, columns=list(VALID_DAYS)).astype("boolean")
    ever = days["present"].unstack("concept").reindex(people)["cancer_history"].notna()
    found["cancer_history"] = found["cancer_history"].mask(ever, True)
    high = events[(events["concept"] == "temperature") & (events["value"] > 37.999) & (events["date"] >= ago(14))]
    newest = high.groupby("patient_id")["date"].max().reindex(people)
    denied = days["absent"].unstack("concept").reindex(people)["fever"]
    found["fever"] = found["fever"].mask(newest.notna() & ~(denied > newest), True)
    found["weight_loss_intentional"] = found["weight_loss_intentional"].fillna(False)
    return found


def onsets(events: Table, people: pd.Index) -> Column:
    """The first day of the back pain that is not over."""
    pain = events[events["concept"] == "back_pain"]
    over = pain[pain["status"] == "absent"].groupby("patient_id")["date"].max()
    here = pain[pain["status"] == "present"]
    ended = here["end_date"].le(TODAY) | (here["patient_id"].map(over) > here["date"])
    return here[~ended].groupby("patient_id")["date"].min().reindex(people)


def newest_result(events: Table, test: str, people: pd.Index) -> Table:
    rows = events[(events["concept"] == test) & events["status"].isin(FINAL)]
    rows = rows[rows["value"].notna() | rows["result"].notna()].sort_values("date")
    return rows.groupby("patient_id").last().reindex(people)


def blood(row: Table, met: Column, onset: Column) -> Column:
    """Valid for 90 days; abnormal in this episode for a year."""
    fresh = row["date"] >= ago(90)
    kept = (row["date"] >= ago(365)) & (onset.isna() | (row["date"] >= onset))
    return verdict(met & (fresh | kept), ~met & fresh)


def results(events: Table, people: Table, onset: Column) -> Table:
    """What the newest counting result of each test says."""
    names = ("esr", "calcium_adjusted", "haemoglobin", "spep", "xray_spine")
    row = {name: newest_result(events, name, people.index) for name in names}
    limit = people["sex"].map({"male": 130.0, "female": 120.0}).fillna(120.0)
    image = row["xray_spine"]
    recent = image["date"] >= ago(365)
    return pd.DataFrame({
        "esr_raised": blood(row["esr"], row["esr"]["value"] >= 50, onset),
        "calcium_high": blood(row["calcium_adjusted"], row["calcium_adjusted"]["value"]
                              > row["calcium_adjusted"]["reference_high"].fillna(2.60), onset),
        "haemoglobin_low": blood(row["haemoglobin"], row["haemoglobin"]["value"] < limit, onset),
        "spep_abnormal": blood(row["spep"], row["spep"]["result"] == "abnormal", onset),
        "xray_spine_suspicious": verdict(recent & (image["result"] == "suspicious"),
                                         recent & (image["result"] == "negative")),
    })  # fmt: skip


def weight_loss(events: Table, people: pd.Index) -> Column:
    """The newest weight of the last year against each earlier one."""
    weights = events[(events["concept"] == "weight") & events["value"].notna()][["patient_id", "date", "value"]]
    newest = weights[weights["date"] >= ago(365)].sort_values("date").groupby("patient_id").last()
    pairs = weights.merge(newest, on="patient_id", suffixes=("", "_now"))
    pairs = pairs[pairs["date"] < pairs["date_now"]]
    apart, lost = (pairs["date_now"] - pairs["date"]).dt.days, pairs["value"] - pairs["value_now"]
    pairs["lost"] = ((lost > 4.5) & (apart <= 183)) | ((lost > 0.05 * pairs["value"]) & (apart <= 365))
    pairs["steady"] = apart.between(90, 365) & (pairs["date_now"] >= ago(90))
    said = pairs.groupby("patient_id")[["lost", "steady"]].any().reindex(people, fill_value=False)
    return verdict(said["lost"], said["steady"])


def trial(events: Table, onset: Column) -> Column:
    """Whether the newest run of treatments, without a gap of more than 28 days, has lasted 28 days."""
    rows = events[events["concept"].isin(THERAPIES) & events["status"].isin(["active", "completed", "stopped"])]
    rows = rows[~((rows["concept"] == "physiotherapy") & (rows["value"] < 1))].copy()
    begun = pd.to_datetime(rows["patient_id"].map(onset))
    counted = (rows["date"] >= (begun - pd.Timedelta(days=14)).fillna(ago(365))) & ~(rows["end_date"] < begun)
    active = (rows["status"] == "active") & ~(rows["end_date"] <= TODAY)
    rows["date"] = rows["date"].mask(rows["date"] < begun, begun)
    rows["last"] = rows["end_date"].fillna(rows["date"]).clip(lower=rows["date"], upper=TODAY).mask(active, TODAY)
    rows["unended"] = ~active & rows["end_date"].isna()
    rows = rows[counted].sort_values(["patient_id", "date"])
    before = rows.groupby("patient_id")["last"].cummax().groupby(rows["patient_id"]).shift()
    starts = rows[before.isna() | ((rows["date"] - before).dt.days > 28)]
    rows["trial"] = rows["patient_id"].map(starts.groupby("patient_id")["date"].max())
    run = rows[rows["date"] >= rows["trial"]].groupby("patient_id")
    begin, last, unended = run["trial"].max(), run["last"].max(), run["unended"].any()
    done = (last - begin).dt.days >= 28
    open_ended = ~done & unended & ((TODAY - begin).dt.days >= 28)
    said = verdict(done, ~done & ~open_ended).reindex(onset.index)
    return said.mask(~onset.index.isin(begin.index), False)


def answers(people: Table, events: Table) -> Table:
    """Every question, a column each."""
    found = findings(events, people.index)
    onset = onsets(events, people.index)
    born = people["birth_date"]
    months = (TODAY.year - born.dt.year) * 12 + TODAY.month - born.dt.month
    age = (months - (born.dt.day > TODAY.day)) // 12
    found["age_50"] = verdict(age >= 50, age < 50)
    lasted = (TODAY - onset).dt.days
    found["persistent"] = verdict(lasted >= 42, lasted < 42)
    found["neurology"] = found[NERVES[0]] | found[NERVES[1]] | found[NERVES[2]] | found[NERVES[3]]
    found["cancer_with_neurology"] = found["cancer_history"] & found["neurology"]
    found["infection_risk"] = found[RISKS[0]] | found[RISKS[1]] | found[RISKS[2]]
    found["fever_with_infection_risk"] = found["fever"] & found["infection_risk"]
    measured = found["weight_loss_measured"] = weight_loss(events, people.index)
    reported = found["weight_loss_reported"]
    either = (measured | reported).mask(measured.isna() ^ reported.isna(), measured.fillna(reported))
    found["weight_loss"] = either & ~found["weight_loss_intentional"]
    found["weight_loss_with_age_50"] = found["weight_loss"] & found["age_50"]
    found["trial_complete"] = trial(events, onset)
    return found.join(results(events, people, onset))


def main(arguments: Sequence[str]) -> None:
    started = time.process_time()
    people, events = read(Path(arguments[0]))
    loaded = time.process_time()
    found = answers(people, events)[list(QUESTIONS)]
    evaluated = time.process_time()
    found.astype("Int8").to_csv(arguments[1])
    print(json.dumps({"start": started, "load": loaded - started, "evaluate": evaluated - loaded}))


if __name__ == "__main__":
    main(sys.argv[1:])
