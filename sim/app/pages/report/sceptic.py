"""What a sceptical board member asks, and what the study answers."""

import math
from dataclasses import dataclass

from sim.analysis.figures.values import (
    Difference,
    differences,
    labels,
    levels,
    longer_than,
    number_rows,
    shown_group,
    title,
)
from sim.analysis.reading.tables import Study
from sim.analysis.words.amounts import amount, interval, number, size, with_unit
from sim.analysis.words.groups import group_words
from sim.analysis.words.indicator import BY_SERVICE, HEADLINE, WAITS, about
from sim.analysis.words.plain import tidy
from sim.analysis.words.side import SETTLES
from sim.app.pages.document import Block, CommandLine, Heading, bullets, sentences
from sim.app.pages.report.believed import EARLIER
from sim.app.pages.report.sentences import change, names, shown_indicators, whole

SAME_MONEY = 0.001
MOST_LONGER = 6
"""Of those who wait longer so many are told one by one."""
_DEMAND = "demand"  # so begin the names of variants in which more people come
_FIFTHS = tuple(f"imd_{n}" for n in range(1, 6))
_WAITED = {
    "days_to_first_contact_median": "half are first seen within {now}",
    "days_to_first_contact_p92": "92 in 100 are first seen within {now}",
    "days_to_definitive_care_median": "half have their need met, or settle for less, within {now}",
    "days_to_definitive_care_p92": "92 in 100 have their need met, or settle for less, within {now}",
    "wait_weeks_median": "half of those seen waited under {now}",
    "wait_weeks_p92": "92 in 100 of those seen waited under {now}",
    "weeks_on_list_median": "half of those still waiting have waited under {now}",
}
COUNTED = "Counted: those who need more than self-management and have the care they need within 18 weeks."
_NEEDS = ("self_management", "group_programme", "physiotherapy", "specialist", "rheumatology", "surgery", "urgent")


@dataclass(frozen=True)
class BoardQuestion:
    """`answers`: sentences; `points`: of a list under them; `command`: what would answer it, "" for none."""

    question: str
    answers: tuple[str, ...]
    points: tuple[str, ...] = ()
    command: str = ""

    def blocks(self) -> tuple[Block, ...]:
        command = (CommandLine(self.command),) if self.command else ()
        return Heading(self.question), *sentences(*self.answers), *bullets(self.points), *command


def box(study: Study) -> list[BoardQuestion]:
    """What is asked, in its order. One scenario alone has but the last."""
    command = "" if study.meta.get("overturns") else tidy(study.meta.get("uncertainty_command") or "")
    asked = {"Which assumption would overturn it?": _overturn(study)}
    if study.baseline:
        asked = {
            "Is it the same staff and the same money?": _same_staff(study),
            "Who waits longer?": _longer(study),
            "Who gains least?": _least(study),
            "What else gets worse?": _worse(study),
            "What if demand rises 5%?": _variants(study, demand=True),
            "Does it matter who pays?": _variants(study, demand=False),
            **({"What is each part worth, alone or left out?": _parts(study)} if study.meta.get("parts") else {}),
            **({"What if it works otherwise?": _otherwise(study)} if study.meta.get("otherwise") else {}),
            **asked,
        }
    last = list(asked)[-1]
    return [
        BoardQuestion(question, tuple(answers), tuple(points), command if question == last else "")
        for question, (answers, points) in asked.items()
    ]


def _same_staff(study):
    gaps = differences(study, ("staff_wte", "staff_cost", "gp_appointments_per_1000"))
    wte, cost = (
        _staff_gap(study, gaps, kpi, column)
        for kpi, column in (("staff_wte", "wte"), ("staff_cost", "cost_gbp_a_year"))
    )
    if cost is None:
        return ["The study does not say what the staff cost."], []
    share = abs(cost.difference) / cost.baseline if cost.baseline else math.inf
    same = share <= SAME_MONEY
    words = f"{number('staff_cost', cost.scenario)} a year on staff instead of {number('staff_cost', cost.baseline)}"
    way = "less" if cost.difference < 0 else "more"
    if cost.difference == 0:
        words = f"{number('staff_cost', cost.scenario)} a year on staff in both"
    elif math.isfinite(share):
        words += (
            f" ({share:.2%} {way})" if same else f" ({number('staff_cost', abs(cost.difference))} or {share:.1%} {way})"
        )
    answer = ("Yes, the same money: " if same else "No: ") + words + "."
    if wte is not None:
        answer += (
            f" {number('staff_wte', wte.scenario)} WTE instead of {number('staff_wte', wte.baseline)} "
            f"({size('staff_wte', wte.stated)})."
            if wte.difference
            else f" {number('staff_wte', wte.scenario)} WTE in both."
        )
    return [answer, *_gp_time(study, gaps.get(("gp_appointments_per_1000", "all")))], []


def _staff_gap(study, gaps, kpi, column):
    if (kpi, "all") in gaps and math.isfinite(gaps[kpi, "all"].difference):
        return gaps[kpi, "all"]
    sums = number_rows(study.workforce, column).groupby("scenario")[column].sum()
    if study.name not in sums or study.baseline not in sums:
        return None
    old, new = float(sums[study.baseline]), float(sums[study.name])
    return Difference(kpi, "all", old, new, new - old, new - old, new - old)


def _gp_time(study, gap):
    if gap is None or not gap.known or gap.side >= 0:
        return []
    gps = (
        number_rows(study.workforce[study.workforce["staff_group"].isin(("gp", "gps"))], "wte")
        .groupby("scenario")["wte"]
        .sum()
    )
    freed = f"{size(gap.kpi, gap.difference)} GP appointments are used for every 1,000 residents in a year"
    if gps.get(study.name) is not None and gps.get(study.name) == gps.get(study.baseline):
        return [
            f"{freed}. The GPs stay in post: that time goes to their other patients, and no saving is counted for it."
        ]
    if (
        gps.get(study.name) is not None
        and gps.get(study.baseline) is not None
        and gps[study.name] < gps[study.baseline]
    ):
        return [
            f"{freed}, and GP time in post is {number('staff_wte', gps[study.name])} WTE instead of "
            f"{number('staff_wte', gps[study.baseline])}: only what falls by more than that time is free for "
            "their other patients, and no saving is counted for it."
        ]
    if gps.get(study.name) is not None and gps.get(study.baseline) is not None:
        return [
            f"{freed}. GP time in post is {number('staff_wte', gps[study.name])} WTE instead of "
            f"{number('staff_wte', gps[study.baseline])}; the rest of the time goes to their other patients."
        ]
    return [f"{freed}. No saving is counted for it."]


def longer_waits(study: Study) -> dict[str, list[Difference]]:
    """Who waits longer by intervals wholly above zero -> their waits, the most longer first."""
    services, groups = labels(study), {}
    for gap in _known_waits(study):
        if gap.side > 0:
            groups.setdefault(_who(gap, services), []).append(gap)
    return {who: groups[who] for who in sorted(groups, key=lambda w: (-max(map(_share, groups[w])), w))}


def waited(study: Study, gap: Difference, brief: bool = False) -> str:
    """`half of those seen waited under 12 weeks instead of 10 (2 weeks longer, ...)`; `brief`: without the brackets."""
    long = longer_than(study).get((study.name, gap.kpi, gap.group))
    now = change(gap, long)
    words = _WAITED[gap.kpi] if long is None else _WAITED[gap.kpi].replace("within {now}", "after {now}")
    return words.format(now=now.partition(" (")[0] if brief else now)


def _known_waits(study: Study) -> list[Difference]:
    apart = ("year_", "needs_more_imd_", "needs_more_ethnicity_")
    return [g for (_, group), g in differences(study, WAITS).items() if g.told and not group.startswith(apart)]


def _longer(study):
    known, longer = _known_waits(study), longer_waits(study)
    if not known:
        return ["The study has no wait with an interval."], []
    chance = (
        f"{len(known)} wait intervals were looked at (everyone, services, needs, deprivation fifths, ethnic groups); "
        f"if nothing had changed, about {_about(0.025 * len(known))} of them would be wholly longer by chance."
    )
    points = [
        f"{who[:1].upper()}{who[1:]}: " + "; ".join(waited(study, gap) for gap in gaps) + "."
        for who, gaps in longer.items()
    ]
    if len(longer) > MOST_LONGER:
        others = list(longer)[MOST_LONGER:]
        points[MOST_LONGER:] = [f"And {len(others)} more: {'; '.join(others)}. Their waits are in comparison.csv."]
    new = _new_waits(study, labels(study))
    answer = (
        "These wait longer, by 95% intervals wholly above zero:" if longer else "Nobody, that we can tell from chance."
    )
    return [answer], [*points, *([f"Waits that only {title(study, study.name)} has: {new}."] if new else []), chance]


def _share(gap):
    """How much longer, in parts of what it was; of a time that too few come to, the least that it is."""
    size = gap.difference if math.isfinite(gap.difference) else gap.low
    return size / gap.baseline if gap.baseline else math.inf


def _who(gap, services):
    return group_words(gap.group, services if gap.kpi in BY_SERVICE else None)


def _new_waits(study, services):
    found = levels(study, ("wait_weeks_median",))
    new = [
        f"{services.get(g, g)} ({amount(k, level.mean)} for half of those seen)"
        for (s, k, g), level in found.items()
        if s == study.name and g != "all" and (study.baseline, k, g) not in found
    ]
    return names(new)


def _about(count) -> str:
    return "one" if 0.75 <= count < 1.5 else f"{count:.0f}" if count >= 1.5 else "less than one"


def extremes(study: Study) -> list[tuple[str, Difference, Difference]]:
    """(kind of groups, which of them gains least, which most), of those who have the care they need."""
    gaps, found = differences(study, (HEADLINE,)), []
    for groups, kind in ((_FIFTHS, "deprivation fifths"), (_NEEDS, "needs")):
        known = [gaps[HEADLINE, g] for g in groups if (HEADLINE, g) in gaps and gaps[HEADLINE, g].known]
        if len(known) > 1:
            in_order = sorted(known, key=lambda gap: gap.difference)
            found.append((kind, in_order[0], in_order[-1]))
    return found


def least_words(kind: str, worst: Difference, best: Difference) -> str:
    """`the most deprived fifth gains least`, or loses; the most, where everybody does."""
    s, most = "s" * (kind != "needs"), " most" * (best.verdict() == "worse")
    verb = {"worse": f"lose{s}{most}", "better": f"gain{s} least"}.get(
        worst.verdict(), f"gain{s} nothing that is clear"
    )
    return f"{group_words(worst.group)} {verb}"


def most_words(kind: str, best: Difference) -> str:
    if best.verdict() == "worse":
        return "nobody gains"
    if best.verdict() != "better":
        return "nobody clearly gains"
    return f"{group_words(best.group)} gain{'s' * (kind != 'needs')} most"


def _least(study):
    answers = []
    for kind, worst, best in extremes(study):
        inside = f": {interval(HEADLINE, best.stated, best.low, best.high)}" if best.verdict() == "better" else ""
        told = f"{least_words(kind, worst, best)}: {change(worst)}; {most_words(kind, best)}{inside}"
        answers.append(f"By {kind}, {told}.")
    if not answers:
        return ["The study does not split who has the care they need by need or by deprivation."], []
    return [f"{COUNTED} {answers[0]}", *answers[1:]], []


def _worse(study):
    gaps = differences(study)
    judged = {
        k: (gaps[k, "all"], gaps[k, "all"].verdict())
        for k in shown_indicators(study)
        if (k, "all") in gaps and gaps[k, "all"].told and about(k).better
    }
    worse = [gap for gap, word in judged.values() if word == "worse"]
    unclear = [about(gap.kpi).words for gap, word in judged.values() if word == "no clear difference"]
    if not judged:
        return ["The study has no headline indicator with an interval."], []
    points = [whole(study, gap) for gap in worse]
    if unclear:
        points.append("No clear difference, better or worse: " + "; ".join(unclear) + ".")
    many = f"the {with_unit(str(len(judged)), 'headline indicators')} for all patients where lower or higher is better"
    return [
        f"Of {many}, {len(worse)} {'is' if len(worse) == 1 else 'are'} worse." if worse else f"None of {many} is worse."
    ], points


def _variants(study, demand):
    rows = study.variants
    rows = rows[~rows["variant"].isin([*(study.meta.get("parts") or ()), *(study.meta.get("otherwise") or ())])]
    return _again(study, rows[rows["variant"].astype(str).str.startswith(_DEMAND) == demand])


def _parts(study):
    answers, points = _again(study, _of(study, "parts"))
    return answers[-1:], points  # a part is not the whole asked again: whether it gives the same answer says little


def _otherwise(study):
    return _again(study, _of(study, "otherwise"))


def _of(study, kind):
    rows = study.variants
    return rows[rows["variant"].isin(study.meta[kind])]


def _again(study, rows):
    rows = rows[rows["kpi"] == HEADLINE] if (rows["kpi"] == HEADLINE).any() else rows
    if not rows["difference"].notna().any():
        return ["This was not run, so this report cannot say."], []
    kpi = rows["kpi"].iloc[0]
    asked = differences(study, (kpi,)).get((kpi, study.meta.get("variants_group") or shown_group(study, kpi)))
    points, gaps = [], []
    for row in rows.itertuples():
        numbers = (float(getattr(row, c)) for c in ("baseline", "scenario", "difference", "ci_low", "ci_high"))
        gap = Difference(row.kpi, "all", *numbers, int(row.replications))
        shown = f"{change(gap)}. {gap.verdict().capitalize()}" if math.isfinite(gap.difference) else "not known"
        points.append(f"{tidy(row.title or row.variant, 120)}: {shown}.")
        gaps.append(gap)
    beside = f" As compared here: {change(asked)}." if asked is not None and asked.known else ""
    counted = COUNTED if kpi == HEADLINE else f"{about(kpi).words}."
    return [*_holds(gaps, asked), f"{counted} {_each(max(gap.replications for gap in gaps))}{beside}"], points


def _each(count: int) -> str:
    return f"{count} replication{'s' * (count != 1)} of each."


def _holds(gaps, asked):
    """Whether the answer is another one: only where the intervals exclude each other."""
    if asked is None or not asked.known:
        return []
    before, count = asked.verdict(), min(gap.replications for gap in (asked, *gaps))
    if count < SETTLES:
        few = f"{count} replication{'s' * (count != 1)}"
        return [f"Whether another answer comes of it cannot be told of {few}: it takes {SETTLES} at least."]
    other = [gap for gap in gaps if gap.verdict() != before]
    changed = sum(gap.high < asked.low or gap.low > asked.high for gap in other)
    if changed:
        return [f"The answer changes: {before} as compared here, but not in {changed} of {len(gaps)} below."]
    if other:
        return [f"No answer below is clearly another one: {before} as compared here, and the intervals overlap."]
    return [f"The answer is the same: {before}."]


def _overturn(study):
    told = [tidy(s, 600) for s in study.meta.get("overturns") or ()]
    if not told:
        few = int(study.meta.get("replications") or SETTLES) < SETTLES
        why = f": it takes {SETTLES} replications at least" if few else ", so this report cannot say"
        return [f"No assumption was moved in this run{why}."], []
    count = int(study.meta.get("times_moved") or 0)
    each = f" {_each(count)}" if count else ""
    kept = tidy(study.meta.get("moved_on") or "", 20)
    where = (
        f"in the whole of the place, on {kept}{'' if study.meta.get('moved_by_this_model', True) else EARLIER}. "
        if kept
        else "in a quarter of the place, to save time: "
        "a quarter has other rounding, groups and lists than the whole, so only what a move changes is of use here. "
    )
    return [
        f"Each was moved alone to either end of its range, with the same luck, {where}"
        f"{COUNTED}{each} It would be another answer only where the 95% intervals exclude each other:"
    ], told
