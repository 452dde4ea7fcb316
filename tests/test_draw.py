"""`mskflow draw`: every service is there once, nothing lies on anything else, the shares are those of the engine."""

import xml.etree.ElementTree as ElementTree
from collections import Counter
from functools import lru_cache
from pathlib import Path

import matplotlib
import pytest
from commands import mskflow, process
from worlds import clinic, delay, group, rule, way, world

import sim
from sim.analysis.figures.register import Drawer, drawing
from sim.analysis.pathway.moves import moves_of
from sim.analysis.pathway.picture import figure_of, label_of, png_of, svg_of
from sim.app.configuration.files.shipped import scenario_files
from sim.app.store.folder import CannotWrite
from sim.app.studies import draw
from sim.domain.words import EVENTS
from sim.engine.simulate import simulate

ROOT = Path(__file__).resolve().parent.parent
SVG = "{http://www.w3.org/2000/svg}"
SHIPPED = sorted(scenario_files())


@lru_cache
def shipped(name: str):
    return sim.load(name)


@lru_cache
def picture(name: str):
    """The figure of a shipped scenario: laid out once, whatever is asked of it."""
    return figure_of(shipped(name))


def svg_of_shipped(name: str) -> str:
    return drawing(Drawer("pathway", "The pathway", lambda _: picture(name)), shipped(name)).svg


def drawn(services, entry="", **sections):
    return sim.from_dict(world(services, entry=entry, **sections))


def labels(svg: str) -> list[str]:
    """The labels of the boxes, each put together from its lines."""
    found: dict[str, list] = {}
    for part in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        words = part.get("id", "").removeprefix("pathway-").split("-")
        if words[0] == "service":
            found.setdefault(words[1], []).append("".join(part.itertext()).strip())
    return [" ".join(lines) for lines in found.values()]


def texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_service_of_a_shipped_scenario_is_a_label_exactly_once(name):
    scenario = shipped(name)
    found = labels(svg_of_shipped(name))
    assert sorted(found) == sorted(label_of(scenario, service) for service in scenario.pathway.services)
    assert len(found) == len(scenario.pathway.services) >= 14


@pytest.mark.parametrize(
    "name", [name for name in SHIPPED if not name.startswith("integrated_")]
)  # they differ from it in staff alone
def test_no_words_lie_on_others_or_on_an_upright_line_or_off_the_page(name):
    fig = picture(name)
    fig.draw_without_rendering()
    ax, inch, page = fig.axes[0], fig.dpi, fig.bbox.extents.tolist()
    words = [
        (text.get_text(), text.get_window_extent().extents.tolist())
        for text in [*ax.texts, *fig.texts]
        if text.get_text()
    ]
    for i, (said, (x0, y0, x1, y1)) in enumerate(words):
        assert page[0] <= x0 and x1 <= page[2] and page[1] <= y0 and y1 <= page[3], said
        for other, (left, low, right, high) in words[i + 1 :]:
            across, down = min(x1, right) - max(x0, left), min(y1, high) - max(y0, low)
            assert across < 0.02 * inch or down < 0.03 * inch, (said, other)
    for line in ax.lines:
        (ax0, ay0), (ax1, ay1) = ax.transData.transform(line.get_xydata()).tolist()
        for said, (x0, y0, x1, y1) in words:
            upright = abs(ax0 - ax1) < 1 and x0 < ax0 < x1
            assert not (upright and min(y1, max(ay0, ay1)) - max(y0, min(ay0, ay1)) > 0.03 * inch), said


@pytest.mark.parametrize("name", ["gp_referral", "integrated"])
def test_whoever_can_come_to_a_service_finds_an_arrow_there(name):
    scenario = shipped(name)
    moves, fig = moves_of(scenario), picture(name)
    tips = [patch.get_xy()[0] for patch in fig.axes[0].patches if type(patch).__name__ == "Polygon"]
    assert len(tips) >= len(moves.reached & set(scenario.pathway.services))
    assert ("nobody is sent here" in texts(svg_of_shipped(name))) == (
        name == "integrated"
    )  # a place that stays for the ladder


def test_primary_care_s_referrals_go_through_the_single_point_of_access():
    scenario = shipped("integrated")
    said = " ".join(texts(svg_of_shipped("integrated")))
    assert "◆ single point of access" in said and "its arrow goes there" in said
    assert moves_of(scenario).ways["gp", "mdt_triage"].share > 0.2


# ---- shares


def test_typical_shares_are_those_of_the_engine():
    services = {
        "gp": clinic(
            10_000,
            setting="primary",
            follow_ups={"mean_visits": 1, "interval_days": 2},
            orders={"scan": {"service": "scan", "share": 0.3, "when": {"need": "surgery"}}},
            after_course=way({"hospital": 0.6, "resolved": 0.4}),
            routes=way(
                {"hospital": 0.2, "course": 0.3, "resolved": 0.5},
                back=rule({"group": 0.5, "resolved": 0.5}, {"came_from": "letter"}),
                ill=rule({"hospital": 0.7, "course": 0.2, "next": 0.1}, {"need": "surgery"}),
            ),
        ),
        "scan": delay(1, "return", setting="diagnostics"),
        "triage": clinic(10_000, {"hospital": 0.6, "letter": 0.4}, setting="triage"),
        "hospital": clinic(10_000, {"resolved": 0.5, "letter": 0.5}, setting="hospital", referrals_through="triage"),
        "letter": delay(2, "gp", setting="home"),
        "group": group(
            earliest_notice_days=0,
            attendance_share=0.8,
            drop_out_share_per_session=0.05,
            routes=way({"letter": 0.3, "resolved": 0.7}),
            after_dropping_out=way({"gp": 0.5, "resolved": 0.5}),
        ),
    }
    mix = {"facts": {"need": {"shares": {"physiotherapy": 0.7, "surgery": 0.3}}}}
    scenario = drawn(services, days=300, a_day=60, demand=mix)
    moves, names = moves_of(scenario), list(services)
    events = simulate(scenario, 0).events
    gone = Counter()
    for event, service, to in zip(events["event"].tolist(), events["service"].tolist(), events["to"].tolist()):
        if EVENTS[event] == "resolved":
            gone[names[service], "resolved"] += 1
        elif EVENTS[event] == "moved" and to != service:
            gone[names[service], names[to]] += 1
    assert gone["gp", "scan"] > 500 and gone["letter", "gp"] > 500
    for origin in set(names) - {"scan"}:
        ways = {b: n for (a, b), n in gone.items() if a == origin and b != "scan"}
        total = sum(ways.values())
        assert set(ways) == {b for a, b in moves.ways if a == origin}
        for place, count in ways.items():
            share = moves.ways[origin, place].share
            assert abs(count / total - share) < 0.004 + 5 * (share * (1 - share) / total) ** 0.5, (origin, place)
    came = int((events["event"] == EVENTS.index("presented")).sum()) + gone["letter", "gp"] + gone["group", "gp"]
    asked = moves.tests["gp", "scan"]
    assert (asked.low, asked.high) == (0, pytest.approx(0.3)) and asked.share == pytest.approx(
        gone["gp", "scan"] / came, rel=0.08
    )


def test_the_range_is_from_the_least_to_the_most_that_a_rule_gives():
    services = {
        "gp": clinic(
            1,
            setting="primary",
            routes=way(
                {"hospital": 0.05, "resolved": 0.95}, ill=rule({"hospital": 0.6, "resolved": 0.4}, {"need": "surgery"})
            ),
        ),
        "hospital": clinic(1, setting="hospital"),
    }
    scenario = drawn(services, demand={"facts": {"need": {"shares": {"physiotherapy": 0.8, "surgery": 0.2}}}})
    assert "16% (5–60)" in texts(svg_of(scenario))


def test_a_rule_that_holds_while_a_list_is_long_counts_in_the_range_alone():
    busy = rule({"private": 0.3, "next": 0.7}, only_while={"condition": "list_over", "service": "gp", "threshold": 5})
    scenario = drawn(
        {"gp": clinic(5, setting="primary", routes=way(busy=busy)), "private": delay(3, setting="hospital")}
    )
    said = texts(svg_of(scenario))
    assert "0% (0–30)" in said and any(words.startswith("Some rules hold only while") for words in said)


def test_what_few_take_is_not_drawn_unless_a_service_would_hang_in_the_air():
    few = {
        "gp": clinic(9, {"lost": 0.01, "pain": 0.01, "physio": 0.98}, setting="primary"),
        "physio": clinic(9, {"lost": 0.2, "resolved": 0.8}),
        "pain": clinic(9, setting="hospital"),
        "lost": delay(9, setting="home"),
    }
    said = texts(svg_of(drawn(few)))
    assert Counter(words for words in said if words in ("1%", "20%", "98%")) == {"1%": 1, "20%": 1, "98%": 1}
    assert any("Not drawn: 1 way that under 3% of those who leave a service take" in words for words in said)


# ---- any pathway


def test_a_pathway_of_one_service():
    said = texts(svg_of(drawn({"clinic": clinic(5)})))
    assert [
        words for words in said if words in ("Clinic", "5 slots a day", "✓ 100% resolved", "100%", "COMMUNITY")
    ] == ["COMMUNITY", "100%", "Clinic", "5 slots a day", "✓ 100% resolved"]


def test_nobody_who_presents_and_a_service_without_slots():
    assert labels(svg_of(drawn({"clinic": clinic(0)}, demand={"presenting_per_1000_a_year": 0}))) == ["Clinic"]


def test_a_door_may_have_the_name_of_a_service():
    stream = {"service": "presented", "per_1000_a_year": 100, "needs": {"surgery": 1.0}}
    scenario = drawn(
        {"gp": clinic(to={"presented": 0.5, "resolved": 0.5}), "presented": clinic()},
        demand={"elsewhere": {"gp": stream, "presented": stream}},
    )
    said = texts(svg_of(scenario))
    assert sorted(labels(svg_of(scenario))) == ["GP", "Presented"]
    assert {"From gp", "From presented", "50%"} <= set(said) and said.count("27 for 100 who present") == 2


def test_kinds_capacity_and_marks_in_plain_words():
    services = {
        "gp": clinic(
            2.5, {"classes": 0.5, "gp": 0.1, "course": 0.4}, setting="primary", follow_ups={"mean_visits": 2.4}
        ),
        "classes": group(24, label="Classes", rtt="provisional", max_size=12, min_size=8),
        "letter": delay(14, "gp", spread="exponential"),
    }
    said = texts(svg_of(drawn(services)))
    for words in (
        "2.5 slots a day",
        "↻ 2.4 follow-ups · ✓ 40% resolved",
        "↺ 10% join again",
        "24 seats a week",
        "8–12 people, 4 sessions",
        "RTT if sent on",
        "about 14 days",
        "nobody is sent here",
        "group: starts together",
        "clinic: slots",
        "time passes, no capacity",
    ):
        assert words in said, words


def test_hostile_labels_are_words_and_nothing_else():
    bad = "</text><script>alert('x')</script> & \"q\" ]]> $\\frac{1}{2}$ %s {0} \u202e\x07 漢字"
    scenario = drawn({'a"><b': clinic(5, label=bad), "w": clinic(5, label="W" * 300)}, title="<b>&amp; ${x} $x^2$")
    svg = svg_of(scenario)
    root = ElementTree.fromstring(svg)
    assert {part.tag for part in root.iter()} <= {
        SVG + name for name in ("svg", "g", "path", "text", "tspan", "use", "defs", "clipPath", "rect")
    }
    assert "<script" not in svg and "\x07" not in svg and "\u202e" not in svg
    assert labels(svg)[0].startswith("</text><script>") and labels(svg)[1].endswith("W…")
    assert "<b>&amp; ${x} $x^2$: who goes where" in texts(svg)


def test_a_hundred_services_that_lead_anywhere():
    names = [f"service_{i}" for i in range(100)]
    settings = ("primary", "triage", "community", "hospital", "diagnostics", "home")
    services = {
        name: clinic(
            1,
            {names[(7 * i + 3) % 100]: 0.3, names[(31 * i + 12) % 100]: 0.3, "resolved": 0.4},
            setting=settings[i % 6],
        )
        for i, name in enumerate(names)
    }
    assert len(labels(svg_of(drawn(services)))) == 100


# ---- bytes and files


def test_the_same_scenario_gives_the_same_bytes_whatever_the_users_own_settings():
    scenario = shipped("gp_referral")
    first = svg_of(scenario), png_of(scenario, 40)
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": "other", "text.parse_math": True, "axes.grid": True}):
        assert (svg_of(sim.load("gp_referral", "run.seed=5")), png_of(scenario, 40)) == first
    assert "dc:date" not in first[0] and first[1].startswith(b"\x89PNG")


def test_the_command_writes_the_picture_and_says_where(tmp_path):
    done = process("draw", "gp_referral", "out=my pictures é", cwd=tmp_path, PYTHONHASHSEED="1")
    file = tmp_path / "my pictures é" / "gp_referral" / "pathway.svg"
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.strip() == str(file.relative_to(tmp_path))
    assert file.read_bytes() == svg_of(shipped("gp_referral")).encode()
    assert [path.name for path in file.parent.iterdir()] == ["pathway.svg"]


def test_a_bad_scenario_writes_nothing(tmp_path):
    done = mskflow(
        "draw", "gp_referral", "pathway.services.gp.routes.otherwise.to.physiotherapy=0.5", "out=here", cwd=tmp_path
    )
    assert done.returncode == 2 and "the shares add to" in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def _made(services: dict, out):
    return sim.from_dict(world(services, out=out))


def test_a_name_that_ends_in_png_is_the_file(tmp_path):
    path = tmp_path / "slides" / "old.png"
    assert draw.drawn(_made({"clinic": clinic()}, out=str(path))) == path
    assert path.read_bytes().startswith(b"\x89PNG") and [one.name for one in path.parent.iterdir()] == ["old.png"]
    draw.drawn(_made({"gp": clinic()}, out=str(path.with_suffix(".SVG"))))
    assert labels(path.with_suffix(".SVG").read_text("utf-8")) == ["GP"]


def test_what_is_in_the_way_is_said_and_nothing_is_left(tmp_path):
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "folder.svg").mkdir()
    for out in ("mine", "folder.svg", "new/folder/mine/x.svg/" + "y" * 300 + ".svg"):
        with pytest.raises(CannotWrite):
            draw.drawn(_made({"clinic": clinic()}, out=str(tmp_path / out)))
    assert (
        sorted(path.name for path in tmp_path.iterdir()) == ["folder.svg", "mine"]
        and (tmp_path / "mine").read_text() == "mine"
    )
    with pytest.raises(sim.ScenarioError, match="out: "):
        draw.drawn(_made({"clinic": clinic()}, out=["a"]))
