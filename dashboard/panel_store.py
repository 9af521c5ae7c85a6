"""A panel in memory with its answers: read once, evaluated once per profile and date, then only read.

The opening panel is shared by everyone in the process; an uploaded one belongs to the session that
uploaded it and must never be put where another session can reach it.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pyarrow as pa

import pathways
from dashboard import answers_beside, earlier_answers, intake, open_orders, settings, wording
from dashboard.actions.models import Course
from dashboard.earlier_answers import EarlierAnswers
from dashboard.intake import prepared
from dashboard.intake.report import LoadReport
from dashboard.people import People, Told, each_part, untold
from dashboard.session_answers import Answer, Answers, courses
from dashboard.supposing import Supposed, Suppositions
from dashboard.working import Work, Works
from dashboard.worklist import Worklist
from pathways.panel import Panel
from pathways.vocabulary import concepts

if TYPE_CHECKING:
    from pathways import Pathway

SAMPLE = settings.ROOT / "sample_data"
MOST_LISTS = 6
"""Lists kept per panel; the one used longest ago goes first."""

MOST_LARGE_LISTS = 3
"""Where the events are on disk: there a list takes much memory, and its answers are kept beside the panel."""

MOST_TRACES = 200
MOST_TRACED = 20_000
"""Up to so many people every column behind an answer is kept, so that a patient's page runs nothing."""

Part = Callable[[Collection[str]], Panel]
"""A panel of these people alone."""


@cache
def the_pathway() -> Pathway:
    return pathways.load_pathway()


@dataclass(frozen=True)
class Evaluated:
    """A panel's list under a profile on a day; ``columns`` is kept where the panel is not too large."""

    worklist: Worklist
    columns: pathways.Traced | None = None


@dataclass
class HeldPanel:
    """``as_of`` is the date at which the source was read, and the first date shown. ``silent`` says of each flag
    that fell silent with this load what was counted before."""

    name: str
    panel: People
    report: LoadReport
    as_of: date
    sample: bool = False
    _lists: OrderedDict[tuple[str, date], Evaluated] = field(default_factory=OrderedDict, repr=False)
    _traces: OrderedDict[tuple[str, str, date], dict[str, Any]] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _supposed: Suppositions | None = field(default=None, repr=False)
    _with_recorded: HeldPanel | None = field(default=None, repr=False)
    _scopes: OrderedDict[Any, HeldPanel] = field(default_factory=OrderedDict, repr=False)
    works: Works = field(default_factory=Works, repr=False)
    silent: tuple[str, ...] = ()
    earlier: EarlierAnswers | None = None
    when_listed: dict[tuple[str, date], Callable[[], None]] = field(default_factory=dict, repr=False)
    """What is to be done once the list of a profile and day stands, where that takes a while."""

    @property
    def root(self) -> HeldPanel:
        """The panel that everything else is a view of."""
        return self

    @property
    def unanswered(self) -> HeldPanel:
        """The panel that all share, without what a reader has answered since."""
        return self

    @property
    def as_read(self) -> HeldPanel:
        """The panel as it was read, without what the team recorded since."""
        return self

    @property
    def changed(self) -> frozenset[str]:
        """Of whom more is known here than in ``root``."""
        return frozenset()

    @property
    def people(self) -> int:
        return int(self.panel.patients.num_rows)

    @cached_property
    def ids(self) -> frozenset[str]:
        """Everybody on it."""
        return frozenset(self.panel.patients["patient_id"].to_pylist())

    def worklist(self, profile: str, as_of: date) -> Worklist:
        """The answers under a profile on a day; a second caller waits for the first one's."""
        with self._lock:
            key = (profile, as_of)
            if key not in self._lists:
                self._keep(key, self._evaluated(profile, as_of))
            self._lists.move_to_end(key)
            return self._lists[key].worklist

    def stands(self, profile: str, as_of: date) -> bool:
        """Whether ``worklist`` gives the answers without a long wait."""
        return isinstance(self.root.panel, Panel) or (profile, as_of) in self.root._lists

    def evaluation(self, profile: str, as_of: date) -> Work[None]:
        """The work after which the answers stand, the same for whoever asks."""

        def todo(told: Told) -> None:
            found = self._evaluated(profile, as_of, told)
            with self._lock:
                self._keep((profile, as_of), found)
            self.when_listed.pop((profile, as_of), lambda: None)()
            self.works.forget(("answers", profile, as_of))
            self._plan_a_trace(profile, as_of)

        return self.works.ask(("answers", profile, as_of), self.people, todo)

    def _evaluated(self, profile: str, as_of: date, *told: Told) -> Evaluated:
        """From the answers that came with the panel, where they are of this profile and day."""
        known = self.earlier.of(profile, as_of) if self.earlier else None
        if known is None:
            return _evaluate(self.panel, profile, as_of, *told)
        return _listed(self.panel, known, None, profile, as_of)

    def _plan_a_trace(self, profile: str, as_of: date) -> None:
        """Explains anybody in the background: the first page of a patient does not wait for the statement's plan."""
        somebody = self.panel.patients["patient_id"].slice(0, 1).to_pylist()
        if somebody:
            self.works.ask(("plan", profile, as_of), 1, lambda _told: self.trace(*somebody, profile, as_of))

    def ordered(self, profile: str, as_of: date) -> Work[pa.Table]:
        """The work that gives who has anything open on a large panel, the same for whoever asks."""

        def todo(told: Told) -> pa.Table:
            return _orders_beside(self.panel, profile, as_of, told)

        return self.works.ask(("orders", profile, as_of), self.people, todo)

    def _keep(self, key: tuple[str, date], found: Evaluated) -> None:
        if not isinstance(self.panel, Panel):
            found.worklist.orders = lambda: self.ordered(*key).result()
        self._lists[key] = found
        if len(self._lists) > (MOST_LISTS if isinstance(self.panel, Panel) else MOST_LARGE_LISTS):
            self._lists.popitem(last=False)

    def suppose(self, more: Iterable[Answer], profile: str, as_of: date) -> dict[Answer, Supposed]:
        """What the answer of its person would be with each of these alone, worked out in one batch."""
        wanted = {answer: self.known_of(answer) for answer in more}
        found = self.suppositions().of(wanted.values(), profile, as_of)
        return {answer: found[answers] for answer, answers in wanted.items()}

    def supposed(self, more: Iterable[Answer], profile: str, as_of: date) -> bool:
        """Whether all of these are worked out already."""
        wanted = {self.known_of(answer) for answer in more}
        return len(self.suppositions().kept(wanted, profile, as_of)) == len(wanted)

    def known_of(self, answer: Answer) -> Answers:
        """All that is answered of a person once this is."""
        return frozenset({answer})

    def suppositions(self) -> Suppositions:
        with self._lock:
            if self._supposed is None:
                self._supposed = Suppositions(self.panel, the_pathway())
            return self._supposed

    def courses_of(self, patient_id: str) -> tuple[Course, ...]:
        """Their treatments that are over without a recorded end, the newest first."""
        found = self._courses if isinstance(self.panel, Panel) else over_without_end(self.alone(patient_id))
        return found.get(patient_id, ())

    @cached_property
    def _courses(self) -> dict[str, tuple[Course, ...]]:
        return over_without_end(self.panel) if isinstance(self.panel, Panel) else {}

    def alone(self, patient_id: str) -> Panel:
        """A panel of one person: an answer depends on nobody else."""
        return self.part([patient_id])

    def part(self, patient_ids: Collection[str]) -> Panel:
        """A panel of these people."""
        return self.panel.part(patient_ids)

    def still_open(self, profile: str, as_of: date, patient_ids: Collection[str]) -> Mapping[str, pathways.StillOpen]:
        """Everybody of these of whom anything can be open, with what the pathway still looks at."""
        with self._lock:
            evaluated = self._lists.get((profile, as_of))
        columns = evaluated.columns if evaluated is not None else None
        return still_open_of(self.part, columns, profile, as_of, patient_ids)

    def trace(self, patient_id: str, profile: str, as_of: date) -> dict[str, Any]:
        """Why one patient's answer is what it is; kept for a while, because a page is drawn many times."""
        key = (patient_id, profile, as_of)
        with self._lock:
            if key in self._traces:
                self._traces.move_to_end(key)
                return self._traces[key]
            evaluated = self._lists.get((profile, as_of))
        if evaluated is not None and evaluated.columns is not None:
            found = evaluated.columns.explain(patient_id)
        else:
            found = trace(self.alone(patient_id), profile, as_of, patient_id)
        with self._lock:
            self._traces[key] = found
            if len(self._traces) > MOST_TRACES:
                self._traces.popitem(last=False)
        return found


def _evaluate(panel: People, profile: str, as_of: date, told: Told = untold) -> Evaluated:
    pathway, columns = the_pathway(), None
    if isinstance(panel, Panel) and panel.patients.num_rows <= MOST_TRACED:
        columns = pathways.trace(panel, pathway, profile, as_of=as_of)
        answers = columns.answers
    elif isinstance(panel, prepared.OnDisk):
        answers = _answers_beside(panel, pathway, profile, as_of, told)
    else:
        answers = answers_of(panel, pathway, profile, as_of)
    return _listed(panel, answers, columns, profile, as_of)


def _listed(
    panel: People, answers: pa.Table, columns: pathways.Traced | None, profile: str, as_of: date
) -> Evaluated:
    version = the_pathway().version
    orders = partial(open_orders_of, panel, profile, as_of, partial(still_open_of, panel.part, columns, profile, as_of))
    listed = Worklist(answers, panel.patients, disposition_order(), profile, as_of, version, orders=orders)
    return Evaluated(listed, columns)


def _answers_beside(panel: prepared.OnDisk, pathway: Pathway, profile: str, as_of: date, told: Told) -> pa.Table:
    """Those that were kept, else everybody is evaluated and they are kept."""
    found = answers_beside.find(panel, pathway, profile, as_of)
    if found is None:
        found = answers_of(panel, pathway, profile, as_of, told)
        answers_beside.keep(panel, pathway, profile, as_of, answers_beside.ANSWERED, found)
    return found


def _orders_beside(panel: People, profile: str, as_of: date, told: Told) -> pa.Table:
    """The same of who has anything open."""
    asked = (the_pathway(), profile, as_of, answers_beside.ORDERED)
    found = answers_beside.find(panel, *asked) if isinstance(panel, prepared.OnDisk) else None
    if found is None:
        windows = partial(still_open_of, panel.part, None, profile, as_of)
        found = open_orders_of(panel, profile, as_of, windows, told)
        if isinstance(panel, prepared.OnDisk):
            answers_beside.keep(panel, *asked, found)
    return found


def answers_of(
    panel: People, pathway: Pathway, profile: str, as_of: date, told: Told = untold
) -> pa.Table:
    """Everybody's, some people at a time where their events are not in memory. ``told`` hears of how many."""
    again = not isinstance(panel, Panel)
    parts = each_part(panel, told)
    found = [pathways.evaluate(part, pathway, profile, as_of=as_of, again=again) for part in parts]
    return pa.concat_tables([*found, pathways.ANSWERS.empty_table()])


def over_without_end(panel: Panel) -> dict[str, tuple[Course, ...]]:
    """By person, the treatments of a trial that are over without a recorded end."""
    therapy = the_pathway().rules.therapy
    return courses(panel, (*therapy.physical, *therapy.medication))


def open_orders_of(
    panel: People, profile: str, as_of: date, windows: open_orders.Windows, told: Told = untold
) -> pa.Table:
    """Who has anything open."""
    return open_orders.table(panel, as_of, core_bloods(profile, as_of), windows, told)


def still_open_of(
    part: Part, columns: pathways.Traced | None, profile: str, as_of: date, patient_ids: Collection[str]
) -> Mapping[str, pathways.StillOpen]:
    """What the pathway still looks at of these people; without their columns the engine is asked again of ``part``."""
    if columns is not None:
        return columns.still_open(patient_ids)
    if not patient_ids:
        return {}
    return pathways.still_open(part(patient_ids), the_pathway(), profile, as_of=as_of)


def core_bloods(profile: str, as_of: date) -> dict[str, tuple[str, ...]]:
    """The tests of the profile by the group that stands for them."""
    tests = the_pathway().in_profile(profile, as_of).core_bloods
    return {name: tests for name, one in concepts().items() if one.stands_for_core}


def trace(panel: Panel, profile: str, as_of: date, patient_id: str) -> dict[str, Any]:
    """Why one patient's answer is what it is."""
    return pathways.explain(panel, the_pathway(), profile, as_of, patient_id)


def read(
    path: Path, name: str, as_of: date, *, date_order: str | None = None, mended: Sequence[Path] = ()
) -> HeldPanel:
    """Load a source. Raises ``UnusableSource`` with one line when it cannot be read as a whole."""
    loaded = intake.load(path, as_of=as_of, date_order=date_order, mended=mended)
    return HeldPanel(name, loaded.panel, loaded.report, as_of)


def opening() -> HeldPanel:
    """The panel that the settings name, else the sample panel at the date it was made for."""
    chosen = settings.opening_panel()
    if chosen is not None and (prepared.is_prepared(chosen) or settings.opening_answers()):
        return _prepared(chosen)
    if chosen is not None:
        return read(chosen, chosen.name, settings.today())
    about = json.loads((SAMPLE / "panel.json").read_text(encoding="utf-8"))
    held = read(SAMPLE / "panel_tables", wording.screen().sample_name, date.fromisoformat(about["as_of"]))
    held.sample = True
    return held


def _prepared(folder: Path) -> HeldPanel:
    """Where they are more than a few the events stay on disk."""
    given = settings.opening_answers()
    earlier = earlier_answers.opened(given, folder, the_pathway()) if given else None
    as_of = prepared.day_of(folder) or settings.today()
    found = prepared.opened(folder, as_of)
    panel = found.whole().panel if found.people <= MOST_TRACED else prepared.OnDisk(folder)
    return HeldPanel(folder.name, panel, found.report(), as_of, earlier=earlier)


def disposition_order() -> list[str]:
    """Most pressing first."""
    return list(the_pathway().rules.dispositions)


def profiles() -> dict[str, str]:
    """Id and title of each profile, the default first."""
    numbers = the_pathway().numbers
    names = [numbers.default, *(name for name in numbers.profiles if name != numbers.default)]
    return {name: wording.profile(name) for name in names}


@dataclass(frozen=True)
class Figures:
    """What the trajectory shows of a profile."""

    needed_percent: Decimal
    trial_days: int


def figures(profile: str, as_of: date) -> Figures:
    profiled = the_pathway().in_profile(profile, as_of)
    rules = profiled.rules
    return Figures(profiled.number(rules.response.improvement), profiled.days(rules.therapy.length))
