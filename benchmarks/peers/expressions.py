"""Expressions of Clinical Quality Language, each in both its forms: the text, and the ELM that an engine runs.

The translator from the one to the other is a Java program; here each operator writes both, so that an engine that
reads text and one that reads ELM are asked the very same thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Elm = dict[str, Any]
_TYPES = "{urn:hl7-org:elm-types:r1}"
_FHIR = "{http://hl7.org/fhir}"
_CHOICES = {"onset": "dateTime", "abatement": "dateTime", "effective": "dateTime", "performed": "Period"}
"""The type in which the panel has an element of several."""


@dataclass(frozen=True)
class Expression:
    """``text`` can stand inside another text: it is one term, or in brackets."""

    text: str
    elm: Elm


def literal(value: bool | int | float | str) -> Expression:
    """A constant."""
    kind = {bool: "Boolean", int: "Integer", float: "Decimal", str: "String"}[type(value)]
    text = f"'{value}'" if isinstance(value, str) else str(value).lower()
    plain = str(value).lower() if isinstance(value, bool) else str(value)
    return Expression(text, {"type": "Literal", "valueType": f"{_TYPES}{kind}", "value": plain})


def day(value: date) -> Expression:
    """A constant day."""
    parts = {"year": value.year, "month": value.month, "day": value.day}
    return Expression(f"@{value}", {"type": "Date", **{name: literal(part).elm for name, part in parts.items()}})


def unknown() -> Expression:
    """Neither true nor false."""
    kind = {"type": "NamedTypeSpecifier", "name": f"{_TYPES}Boolean"}
    return Expression("(null as Boolean)", {"type": "As", "operand": {"type": "Null"}, "asTypeSpecifier": kind})


def defined(name: str) -> Expression:
    """Another definition of the library."""
    return Expression(f'"{name}"', {"type": "ExpressionRef", "name": name})


def patient(path: str) -> Expression:
    """An element of the patient."""
    source = {"type": "ExpressionRef", "name": "Patient"}
    return Expression(f"Patient.{path}", {"type": "Property", "path": f"{path}.value", "source": source})


def recorded(kind: str, code: str) -> Expression:
    """The patient's resources of a type with one of the library's codes."""
    code_path = "medication" if kind == "MedicationStatement" else "code"
    codes = {"type": "ToList", "operand": {"type": "CodeRef", "name": code}}
    elm = everybody(kind) | {"codeProperty": code_path, "codes": codes, "codeComparator": "in"}
    return Expression(f'[{kind}: "{code}"]', elm)


def everybody(kind: str) -> Elm:
    """All resources of a type, as ELM."""
    profile = f"http://hl7.org/fhir/StructureDefinition/{kind}"
    return {"type": "Retrieve", "dataType": f"{_FHIR}{kind}", "templateId": profile}


def element(alias: str, path: str) -> Expression:
    """A plain value inside the resource that the query calls ``alias``; of a choice, in the panel's type."""
    first, _, rest = path.partition(".")
    text = f"{alias}.{first}"
    if first in _CHOICES:
        text = f"({text} as FHIR.{_CHOICES[first]})"
    text += f".{rest}" if rest else ""
    return Expression(text, {"type": "Property", "scope": alias, "path": f"{path}.value"})


def stated(alias: str, kind: str, path: str = "") -> Expression:
    """The plain value of an observation that is of this type; of a quantity one of its parts."""
    inner = f".{path}" if path else ""
    text = f"({alias}.value as FHIR.{kind}){inner}"
    value = {"type": "Property", "scope": alias, "path": "value"}
    of_kind = {"type": "As", "operand": value, "asType": f"{_FHIR}{kind}"}
    return Expression(text, {"type": "Property", "source": of_kind, "path": f"{path}.value" if path else "value"})


def has_code(alias: str, path: str, code: str) -> Expression:
    """Whether the codes of a repeated element, flattened, have this one."""
    coding = {"type": "Flatten", "operand": {"type": "Query", "source": [
        {"alias": "X", "expression": {"type": "Property", "scope": alias, "path": path}}], "relationship": [],
        "return": {"distinct": False, "expression": {"type": "Property", "scope": "X", "path": "coding"}}}}  # fmt: skip
    same = {"type": "Equal", "operand": [{"type": "Property", "scope": "K", "path": "code.value"}, literal(code).elm]}
    found = {"type": "Query", "source": [{"alias": "K", "expression": coding}], "relationship": [], "where": same}
    text = f"exists ({alias}.{path} X where exists (X.coding K where K.code = '{code}'))"
    return Expression(f"({text})", {"type": "Exists", "operand": found})


def has_extension(alias: str, url: str, text: str) -> Expression:
    """Whether a resource has an extension with this text."""
    inside = {"type": "As", "operand": {"type": "Property", "scope": "E", "path": "value"}, "asType": f"{_FHIR}string"}
    where = [
        {"type": "Equal", "operand": [{"type": "Property", "scope": "E", "path": "url.value"}, literal(url).elm]},
        {"type": "Equal", "operand": [{"type": "Property", "source": inside, "path": "value"}, literal(text).elm]},
    ]
    source = {"alias": "E", "expression": {"type": "Property", "scope": alias, "path": "extension"}}
    found = {"type": "Query", "source": [source], "relationship": [], "where": {"type": "And", "operand": where}}
    said = f"E.url = '{url}' and (E.value as FHIR.string) = '{text}'"
    return Expression(f"(exists ({alias}.extension E where {said}))", {"type": "Exists", "operand": found})


def element_exists(alias: str, path: str) -> Expression:
    """Whether a resource has an element at all."""
    has = {"type": "IsNull", "operand": {"type": "Property", "scope": alias, "path": path}}
    return Expression(f"({alias}.{path} is not null)", {"type": "Not", "operand": has})


def on_day(moment: Expression) -> Expression:
    """The day of a moment."""
    return Expression(f"ToDate({moment.text})", {"type": "DateFrom", "operand": moment.elm})


def those(
    source: Expression, alias: str, where: Expression | None = None, give: Expression | None = None
) -> Expression:
    """The elements of a list for which ``where`` holds, or what ``give`` makes of each."""
    text, elm = f"{source.text} {alias}", {"type": "Query", "relationship": []}
    elm["source"] = [{"alias": alias, "expression": source.elm}]
    if where is not None:
        text += f" where {where.text}"
        elm["where"] = where.elm
    if give is not None:
        text += f" return all {give.text}"
        elm["return"] = {"distinct": False, "expression": give.elm}
    return Expression(f"({text})", elm)


def joined(*lists: Expression) -> Expression:
    """The elements of all of these lists, those that are alike once."""
    found = lists[0]
    for one in lists[1:]:
        found = _infix("union", "Union", found, one)
    return found


def row(**columns: Expression) -> Expression:
    """Named values side by side."""
    elements = [{"name": name, "value": value.elm} for name, value in columns.items()]
    text = ", ".join(f"{name}: {value.text}" for name, value in columns.items())
    return Expression(f"Tuple {{ {text} }}", {"type": "Tuple", "element": elements})


def column(alias: str, name: str) -> Expression:
    """A value of a ``row``."""
    return Expression(f"{alias}.{name}", {"type": "Property", "scope": alias, "path": name})


def _of_list(word: str, kind: str, values: Expression) -> Expression:
    operand = "operand" if kind == "Exists" else "source"
    text = f"(exists {values.text})" if kind == "Exists" else f"{word}({values.text})"
    return Expression(text, {"type": kind, operand: values.elm})


def latest(values: Expression) -> Expression:
    return _of_list("Max", "Max", values)


def first(values: Expression) -> Expression:
    return _of_list("Min", "Min", values)


def any_of_them(values: Expression) -> Expression:
    return _of_list("exists", "Exists", values)


def _infix(word: str, kind: str, a: Expression, b: Expression) -> Expression:
    return Expression(f"({a.text} {word} {b.text})", {"type": kind, "operand": [a.elm, b.elm]})


_WORDS: Mapping[str, str] = {
    "=": "Equal", "<": "Less", "<=": "LessOrEqual", ">": "Greater", ">=": "GreaterOrEqual",
    "*": "Multiply", "-": "Subtract",
}  # fmt: skip


def compare(a: Expression, sign: str, b: Expression) -> Expression:
    """Two values beside a sign."""
    return _infix(sign, _WORDS[sign], a, b)


def all_of(*parts: Expression) -> Expression:
    """Three-valued: unknown only where no part is false."""
    found = parts[0]
    for part in parts[1:]:
        found = _infix("and", "And", found, part)
    return found


def any_of(*parts: Expression) -> Expression:
    """Three-valued: unknown only where no part is true."""
    found = parts[0]
    for part in parts[1:]:
        found = _infix("or", "Or", found, part)
    return found


def negated(part: Expression) -> Expression:
    return Expression(f"(not {part.text})", {"type": "Not", "operand": part.elm})


def is_unknown(part: Expression) -> Expression:
    return Expression(f"({part.text} is null)", {"type": "IsNull", "operand": part.elm})


def is_true(part: Expression) -> Expression:
    return Expression(f"({part.text} is true)", {"type": "IsTrue", "operand": part.elm})


def case(*whens: tuple[Expression, Expression], otherwise: Expression) -> Expression:
    """The value beside the first condition that is true."""
    text, elm = otherwise.text, otherwise.elm
    for condition, value in reversed(whens):
        text = f"(if {condition.text} then {value.text} else {text})"
        elm = {"type": "If", "condition": condition.elm, "then": value.elm, "else": elm}
    return Expression(text, elm)


def coalesced(*parts: Expression) -> Expression:
    text = f"Coalesce({', '.join(part.text for part in parts)})"
    return Expression(text, {"type": "Coalesce", "operand": [part.elm for part in parts]})


def days_before(when: Expression, days: int) -> Expression:
    amount = {"type": "Quantity", "value": days, "unit": "days"}
    return Expression(f"({when.text} - {days} days)", {"type": "Subtract", "operand": [when.elm, amount]})


def days_between(begin: Expression, end: Expression) -> Expression:
    text = f"(difference in days between {begin.text} and {end.text})"
    return Expression(text, {"type": "DifferenceBetween", "precision": "Day", "operand": [begin.elm, end.elm]})


def age_at(when: Expression) -> Expression:
    """Completed years."""
    operands = [patient("birthDate").elm, when.elm]
    return Expression(
        f"AgeInYearsAt({when.text})", {"type": "CalculateAgeAt", "precision": "Year", "operand": operands}
    )
