"""Age and duration criteria: decided only where every possible birth date agrees."""

from __future__ import annotations

from sqlglot import exp

from pathways.definition import Age
from pathways.loading import ProfiledPathway
from pathways.steps import as_of_day, plus, sql, when

Columns = dict[str, exp.Expr]


def completed_years(birth: str, on: exp.Expr) -> exp.Expr:
    """Whole years from a birth date column to a day; born on 29 February, the birthday is 1 March."""
    return sql(
        """DATE_PART('year', :day) - DATE_PART('year', :birth)
           - CASE WHEN DATE_PART('month', :day) * 100 + DATE_PART('day', :day)
                       < DATE_PART('month', :birth) * 100 + DATE_PART('day', :birth) THEN 1 ELSE 0 END""",
        day=on,
        birth=exp.column(birth),
    )


def birthday(birth: str, years: int) -> exp.Expr:
    """The day on which somebody completes so many years."""
    return sql(
        """CASE WHEN DATE_PART('month', :birth) = 2 AND DATE_PART('day', :birth) = 29
                 AND DATE_PART('day', :moved) = 28 THEN :day_after ELSE :moved END""",
        birth=exp.column(birth),
        moved=sql("CAST(:birth + INTERVAL :years YEAR AS DATE)", birth=exp.column(birth), years=str(years)),
        day_after=plus(
            sql("CAST(:birth + INTERVAL :years YEAR AS DATE)", birth=exp.column(birth), years=str(years)), 1
        ),
    )


def _from_age(years: int, on: exp.Expr) -> exp.Expr:
    """At least so many years old on a day, for the earliest and the latest possible birth date."""
    oldest, youngest = completed_years("birth_first", on), completed_years("birth_last", on)
    return sql(
        "CASE WHEN :youngest >= :years THEN TRUE WHEN :oldest < :years THEN FALSE END",
        youngest=exp.paren(youngest, copy=False),
        oldest=exp.paren(oldest, copy=False),
        years=years,
    )


def age_columns(pathway: ProfiledPathway) -> Columns:
    """``<name>`` and ``<name>__since`` of every age and duration criterion."""
    columns: Columns = {}
    for name, age in pathway.rules.ages.items():
        columns |= _age(pathway, name, age)
    for name, duration in pathway.rules.durations.items():
        least = pathway.days(duration.at_least) if duration.at_least else pathway.days(duration.above or "") + 1
        met = sql("DATE_DIFF('day', onset, :as_of) >= :least", as_of=as_of_day(), least=least)
        columns[name] = met
        columns[f"{name}__since"] = when(met, plus("onset", least))
    return columns


def _age(pathway: ProfiledPathway, name: str, age: Age) -> Columns:
    if age.at_onset_below is not None:
        reached = _from_age(pathway.days(age.at_onset_below), exp.column("onset"))
        met: exp.Expr = exp.Not(this=exp.paren(reached, copy=False))
        return {name: met, f"{name}__since": when(met, exp.column("onset"))}
    years = pathway.days(age.at_least) if age.at_least else pathway.days(age.above or "") + 1
    met = _from_age(years, as_of_day())
    return {name: met, f"{name}__since": when(met, birthday("birth_last", years))}


def adult(pathway: ProfiledPathway) -> exp.Expr:
    """Old enough for the pathway; unknown where the birth date leaves it open."""
    return _from_age(pathway.days(pathway.rules.eligibility.adult_from), as_of_day())
