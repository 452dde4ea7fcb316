"""A day of each kind of service as a drawing: `python -m bench.kinds --write` draws docs/images/day_KIND.svg.

A day goes from left to right: what happens in the morning, at noon when clinics act, and in the evening. A bar is what
somebody does in that time; its colour says whether people come, are seen, or go.
"""

import sys
from html import escape
from pathlib import Path
from typing import NamedTuple

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
WIDE, ROW, TOP, LEFT = 940, 46, 64, 20
PARTS = {"morning": (0, 300), "noon": (300, 660), "evening": (660, 900)}
COLOURS = {"come": "#d7e6f5", "seen": "#d9efd9", "go": "#fbe3c8", "kept": "#ece7f6"}


class Step(NamedTuple):
    """What happens, in two lines at most, from where to where of the day (0 to 900), and what it is."""

    what: str
    first: int
    last: int
    colour: str


CALLED = "leaves: recovery, private care, removal;|joins: who presents or is referred"
DAYS: dict[str, list[Step]] = {
    "clinic": [
        Step(CALLED, 0, 300, "come"),
        Step("follow-ups that are due,|up to their share of the minutes", 300, 520, "seen"),
        Step("first visits from the list,|in its order, as many as fit", 380, 600, "seen"),
        Step("follow-ups again, with|what is left", 460, 660, "seen"),
        Step("missed or cancelled: the slot is|lost, or given to the next", 300, 560, "kept"),
        Step("whoever was seen: home, a course,|a test, another list", 520, 780, "go"),
        Step("less than a visit is left:|kept for the next day", 660, 900, "kept"),
    ],
    "group": [
        Step(CALLED, 0, 300, "come"),
        Step(
            "first session day of the week: enough wait,|a room and all staff are free: a cohort starts",
            240,
            560,
            "come",
        ),
        Step("running cohorts meet, if it|is one of their session days", 300, 560, "seen"),
        Step("some miss a session; some|drop out for good", 400, 640, "kept"),
        Step("after the last session: completed go by|routes, others by after_dropping_out", 560, 860, "go"),
    ],
    "caseload": [
        Step(CALLED, 0, 300, "come"),
        Step("stays that are over end:|their places are free", 180, 400, "go"),
        Step("contacts that are due, or were asked|for, are held; some are missed", 300, 580, "seen"),
        Step("on open days: as many are taken on|from the list as places are free", 380, 640, "come"),
        Step("first contact of whoever|is taken on", 480, 660, "seen"),
        Step("places stay held overnight|until the stay ends", 660, 900, "kept"),
    ],
    "drop_in": [
        Step("who joined comes today, at a minute|of the opening hours", 0, 300, "come"),
        Step(
            "the doors open: whoever comes is seen by|the next free clinician, or waits some minutes", 180, 520, "seen"
        ),
        Step("patience ends: gives up;|no room: turns back", 320, 540, "go"),
        Step("referred at noon by clinics:|comes in the afternoon", 360, 600, "come"),
        Step("seen: goes on at the minute|the visit ends", 440, 660, "go"),
        Step("closing time: nobody else is let in,|who is inside is seen", 640, 900, "seen"),
    ],
    "delay": [
        Step("whose time is up goes on by routes,|and can be seen the same day", 0, 300, "go"),
        Step("who is sent here during|the day begins to wait", 300, 660, "come"),
        Step("at least one night; nobody|is needed, nobody is seen", 660, 900, "kept"),
    ],
}


def drawing(kind: str) -> str:
    """The day of a kind of service, as SVG."""
    steps = DAYS[kind]
    high = TOP + ROW * len(steps) + 16
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" font-family="sans-serif" role="img">',
        f"<title>A day at a service of the kind {kind}</title>",
        f'<rect width="{WIDE}" height="{high}" fill="#fff"/>',
    ]
    for name, (first, last) in PARTS.items():
        middle = LEFT + (first + last) / 2
        lines += [
            f'<text x="{middle:g}" y="26" font-size="15" text-anchor="middle" fill="#16181d">{name}</text>',
            f'<path d="M{LEFT + first} 40V{high - 8}M{LEFT + last} 40V{high - 8}" stroke="#9fb3c2"'
            ' stroke-dasharray="3 4"/>',
        ]
    lines.append(f'<path d="M{LEFT} 40H{LEFT + 900}" stroke="#4c6272" stroke-width="2"/>')
    for number, step in enumerate(steps):
        y, wide = TOP + ROW * number, step.last - step.first
        lines.append(
            f'<rect x="{LEFT + step.first}" y="{y}" width="{wide}" height="{ROW - 6}" rx="5"'
            f' fill="{COLOURS[step.colour]}" stroke="#4c6272"/>'
        )
        for n, line in enumerate(f"{number + 1}. {step.what}".split("|")):
            lines.append(
                f'<text x="{LEFT + step.first + 8}" y="{y + 16 + 16 * n}" font-size="12.5" fill="#16181d">'
                f"{escape(line)}</text>"
            )
    return "\n".join([*lines, "</svg>", ""])


if __name__ == "__main__":
    for one in DAYS:
        path = IMAGES / f"day_{one}.svg"
        path.write_text(drawing(one), encoding="utf-8") if "--write" in sys.argv else print(drawing(one))
