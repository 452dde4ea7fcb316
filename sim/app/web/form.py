"""The form in its order: first what planners change, then what was searched for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.app.configuration.described import block_label, label_of
from sim.app.web.field import Field, Form, paths_of

MOST_FOUND = 60


@dataclass(frozen=True)
class Part:
    """`fields` in sight, `folded` under words of their own; `note` says what the block is for."""

    title: str
    fields: tuple[Field, ...]
    folded: tuple[tuple[str, tuple[Field, ...]], ...] = ()
    note: str = ""

    @property
    def every(self) -> tuple[Field, ...]:
        return (*self.fields, *(one for _, fields in self.folded for one in fields))


@dataclass(frozen=True)
class WholeForm:
    """The whole form. `found`: settings with the searched words in them, of which `more` are not shown;
    `others`: what is changed and stands nowhere else."""

    parts: tuple[Part, ...]
    found: tuple[Field, ...] = ()
    others: tuple[Field, ...] = ()
    more: int = 0


def sheet(
    base: dict[str, Any], values: Mapping[str, str], faults: Mapping[str, list[str]], words: str = ""
) -> WholeForm:
    """The form of a scenario's values `base` with what is typed over them; `faults`: path -> what is wrong there;
    `words`: what else is looked for."""
    form = Form(base, values, faults)
    parts = tuple(part for part in (make(form) for make in _PARTS) if part.fields or part.folded or part.note)
    there = {one.path for part in parts for one in part.every}
    others = tuple(form.fields(path for path in values if path not in there))
    there |= {one.path for one in others}
    found = [path for path in _search(form, words) if path not in there] if words.strip() else []
    return WholeForm(parts, tuple(form.fields(found[:MOST_FOUND])), others, max(len(found) - MOST_FOUND, 0))


def _staff(form: Form) -> Part:
    groups = form.base.get("workforce") or {}
    names = {name: block_label(form.base, ["workforce", name]) for name in groups}
    in_post = [form.field(f"workforce.{name}.wte", label) for name, label in names.items()]
    folded = []
    for name, label in names.items():
        at = f"workforce.{name}"
        keys = [f"{at}.sessions_a_week", f"{at}.patient_facing_share", f"{at}.cost_per_hour_gbp"]
        moved = [
            form.field(f"{at}.{block}.{entry}.{key}", words)
            for block, entry, key, words in (
                ("joins", "new", "wte", "Who join (WTE)"),
                ("joins", "new", "date", "They join on (date: 2025-09-01)"),
                ("leaves", "gone", "wte", "Who leave (WTE)"),
                ("leaves", "gone", "date", "They leave on (date: 2025-09-01)"),
            )
        ]
        folded.append((label, tuple(filter(None, [*map(_short(form), keys), *moved]))))
    note = "WTE are of the whole place. Under each name: sessions, cost, and people who join or leave on a date."
    return Part("Staff", tuple(filter(None, in_post)), tuple(folded), note)


def _short(form: Form):
    """Makes a field that says only what, since its block says of whom."""
    return lambda path: form.field(path, label_of(path.rpartition(".")[2], {}))


_BY_ITSELF = "Where a role is paid for in parts, they add to 1, and the payers' WTE go down by themselves."
_ONLY_TOLD = (
    "Under each name: the WTE that were given up to pay for it. They are told, and not taken off once more: "
    "take them off under Staff."
)


def _who_pays(form: Form) -> Part:
    """`paid_by` takes WTE off the payers by itself; `moved_from` only tells of WTE that were given up."""
    names = {name: block_label(form.base, ["workforce", name]) for name in form.base.get("workforce") or {}}
    fields, folded = [], []
    for name, group in (form.base.get("workforce") or {}).items():
        paid, moved = (group or {}).get("paid_by") or {}, (group or {}).get("moved_from") or {}
        fields += [
            form.field(f"workforce.{name}.paid_by.{payer}", f"{names[name]}: part paid by {names.get(payer, payer)}")
            for payer in paid
        ]
        given = [form.field(f"workforce.{name}.moved_from.{p}", f"WTE given up by {names.get(p, p)}") for p in moved]
        folded += [(names[name], tuple(filter(None, given)))] if moved else []
    told = (_BY_ITSELF if fields else "", _ONLY_TOLD if folded else "")
    return Part("Who pays", tuple(filter(None, fields)), tuple(folded), " ".join(filter(None, told)))


_OF_SERVICE = ("open_days", "new_minutes", "follow_up_minutes", "session_minutes", "size", "sessions", "places")
_EXTRA = ("slots", "weekdays", "first_day", "last_day", "cost_per_slot_gbp")


def _services(form: Form) -> Part:
    folded = []
    for name, service in ((form.base.get("pathway") or {}).get("services") or {}).items():
        capacity = service.get("capacity")
        if not capacity:
            continue
        at = f"pathway.services.{name}"
        given = [f"{at}.capacity.{key}" for key in capacity if not isinstance(capacity[key], dict)]
        staff = [
            form.field(
                f"{at}.capacity.staff.{group}",
                f"Part of the sessions of {block_label(form.base, ['workforce', group])}",
            )
            for group in capacity.get("staff") or {}
        ]
        own = [*map(_short(form), [*given, *(f"{at}.{key}" for key in _OF_SERVICE)])]
        extra = [form.field(f"{at}.extra_clinics.extra.{key}", f"Extra clinics: {label_of(key, {})}") for key in _EXTRA]
        label = block_label(form.base, ["pathway", "services", name])
        folded.append((label, tuple(filter(None, [*own, *staff, *extra]))))
    note = "Opening days, minutes of a visit, slots, groups, and extra clinics of each service."
    return Part("Clinics, groups and opening days", (), tuple(folded), note)


def _rooms(form: Form) -> Part:
    paths = [f"rooms.{name}.{key}" for name in form.base.get("rooms") or {} for key in ("rooms", "sessions_a_day")]
    note = "" if paths else "This scenario counts no rooms. 'few_rooms' does: begin there to change them."
    return Part("Rooms", tuple(form.fields(paths)), (), note)


def _place(form: Form) -> Part:
    paths = ("demand.population", "demand.presenting_per_1000_a_year", "place.scale")
    note = "What is changed here holds for everything that is compared."
    return Part("The place", tuple(map(_short(form), paths)), (), note)


_PARTS = (_staff, _who_pays, _services, _rooms, _place)


def _search(form: Form, words: str) -> list[str]:
    """Settings whose key or label has all the words in it."""
    wanted = words.lower().replace("_", " ").split()
    found = []
    for path in paths_of(form.base):
        text = f"{path.replace('_', ' ').replace('.', ' ')} {label_of(path, form.base)}".lower()
        if all(word in text for word in wanted):
            found.append(path)
    return found
