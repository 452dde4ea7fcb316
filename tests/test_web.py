"""The planners' page without a browser: who may ask, what is refused, and that nothing asked is lost."""

import json
import os
import re
import signal
import time
from importlib import metadata
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml
from web_page import SMALL, children, filled, served, told

from bench.made_up_files import write_all
from sim.app.configuration.check import build
from sim.app.configuration.compose import compose, configuration_of
from sim.app.configuration.schema import kind_of, read, schema_at, shown
from sim.app.pages.printed import printer
from sim.app.studies.load import loads
from sim.app.web.errand import ErrandFiles
from sim.app.web.errands import Errands
from sim.app.web.known import KnownScenarios
from sim.app.web.option import Option, changed, config_of, file_of_option, option_of
from sim.app.web.work import Ready
from sim.domain.faults import ScenarioError

WTE = "workforce.fcp_band_7.wte"
OPTION = f"scenario=integrated&name=More+FCPs&{WTE}=8&{SMALL}"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    pytest.importorskip("starlette")
    pytest.importorskip("uvicorn")
    with served(tmp_path_factory.mktemp("web")) as running:
        yield running


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    return KnownScenarios(tmp_path_factory.mktemp("known"))


# --- who may ask --------------------------------------------------------------------------------------------


def test_only_this_machine_is_answered_and_another_host_is_refused(page):
    listening = Path("/proc/net/tcp")
    if listening.exists():
        ours = [line.split()[1] for line in listening.read_text().splitlines() if f":{page.port:04X} " in line]
        assert ours and all(one.startswith("0100007F:") for one in ours if one.endswith(f":{page.port:04X}"))
    assert page.ask("/").status == 200
    for host in ("evil.example", f"evil.example:{page.port}", "127.0.0.1", f"127.0.0.1.evil.example:{page.port}", ""):
        assert page.ask("/", Host=host).status == 400, host
    assert page.ask("/", Host=f"localhost:{page.port}").status == 200


def test_what_another_site_sends_is_not_done(page):
    ours = page.address.rstrip("/")
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ours, "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {},
    ):
        said = page.ask("/work", urlencode({"option": OPTION}).encode(), **headers)
        assert said.status == 403, headers
    assert page.ask("/", b"", method="PUT").status == 405
    assert "Nothing has been asked for yet" in page.ask("/work").text


def test_what_is_too_long_is_refused_before_it_is_read(page):
    ours = page.address.rstrip("/")
    assert page.ask("/upload", b"x", Origin=ours, Content_Length="999999999").status == 413
    assert page.ask("/option?scenario=integrated&q=" + "x" * 40_000).status == 414


def test_every_page_forbids_scripts_and_requests_from_elsewhere(page):
    for path in ("/", f"/option?{OPTION}", f"/compare?{urlencode({'option': OPTION, 'today': 'scenario=integrated'})}"):
        said = page.ask(path)
        policy = said.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "*" not in policy
        assert said.headers["x-content-type-options"] == "nosniff" and said.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?! src=\"/page\.js\")|<style| style=|\son\w+=|javascript:", said.text), path
        assert not re.search(r"(?:src|href|action)=\"(?!/|#)", said.text), path


def test_the_extra_is_small():
    """Starlette, uvicorn and what they stand on, as installed: 5 MB at most."""
    names = ("starlette", "uvicorn", "python-multipart", "anyio", "idna", "h11", "click")
    files = [file.locate() for name in names for file in metadata.files(name) or ()]
    assert sum(os.path.getsize(file) for file in files if os.path.isfile(file)) < 5_000_000


# --- the form -----------------------------------------------------------------------------------------------


def test_every_setting_that_is_shown_is_read_back_as_it_is(known):
    from sim.app.configuration.leaves import leaves
    from sim.app.web.field import paths_of

    for name in ("integrated", "few_rooms", "sussex_could_be", "cardiff_four_tier"):
        config = known.config(name)
        before = leaves(config)
        asked = paths_of(config)
        assert len(asked) > 800
        for path in asked:
            schema = schema_at(config, path)
            assert kind_of(schema), path
            if before[path] is not None:
                assert read(shown(before[path]), schema) == before[path], path


def test_an_option_is_its_address_and_its_file(known, tmp_path):
    base = known.config("integrated")
    option = Option("integrated", "More FCPs, 50%", ((WTE, "8"), ("pathway.services.fcp.open_days", "mon, tue, sat")))
    assert option_of(option.query) == option
    same = Option("integrated", "", ((WTE, "4.75"), ("demand.population", "345,300"), ("rooms.new.rooms", "")))
    assert changed(same, base).values == ()
    config = config_of(option, base)
    assert config["workforce"]["fcp_band_7"]["wte"] == 8
    assert config["pathway"]["services"]["fcp"]["open_days"] == ["mon", "tue", "sat"]
    file = tmp_path / "option.yaml"
    file.write_text(file_of_option(option, base, "gp_referral"), encoding="utf-8")
    made = compose(str(file))
    assert made.workforce == build(config).workforce and made.pathway == build(config).pathway
    assert made.compare_with == "gp_referral"


def test_shipped_scenarios_are_composed_as_the_command_line_composes_them(known):
    for name in ("integrated", "more_fcps", "seven_day_opening"):
        assert known.config(name) == configuration_of(name)


def test_faults_stand_at_their_field_and_on_top_in_the_words_of_check(page):
    said = page.ask(f"/option?scenario=integrated&{WTE}=eight&pathway.services.gp.new_minutes=-4").text
    with pytest.raises(ScenarioError) as wrong:
        compose("integrated", [f"{WTE}=eight", "pathway.services.gp.new_minutes=-4"])
    summary = told(re.search(r'id="faults">(.*?)</div>', said, re.DOTALL)[1])
    for fault in wrong.value.faults:
        assert f"{fault.what}; {fault.right}" in summary
        field = re.search(rf'<div class="field wrong">(?:(?!</div>).)*id="{re.escape(fault.where)}"', said, re.DOTALL)
        assert field and fault.what in told(field[0])
        assert f'href="#{fault.where}"' in said
    assert "Numbers in seconds" not in said


def test_what_planners_change_comes_first_and_everything_else_is_found(page):
    said = page.ask(f"/option?scenario=integrated&{WTE}=8").text
    order = [
        said.index(f">{words}</h2>") for words in ("Staff", "Who pays", "Clinics, groups and opening days", "Rooms")
    ]
    assert order == sorted(order)
    for path in (
        WTE,
        "workforce.fcp_band_7.moved_from.gp",
        "pathway.services.gp.open_days",
        "workforce.gp.joins.new.date",
    ):
        assert f'name="{path}"' in said
    assert "pathway.services.physiotherapy.missed.new_share" not in said
    assert "was 4.75" in said and "fcp_population_covered" in said
    found = page.ask("/option?scenario=integrated&q=physiotherapy+missed+new").text
    assert 'name="pathway.services.physiotherapy.missed.new_share"' in found


def test_load_is_what_check_says_and_needs_no_run(page):
    said = told(page.ask(f"/load?{OPTION}").text)
    rows, _ = loads(compose("integrated", [f"{WTE}=8", SMALL]))
    for row in rows:
        shown_as = f"{row.label} {row.load_a_week:,.0f} {row.capacity_a_week:,.0f} {row.load_share:.0%} {row.verdict}"
        assert shown_as in said


# --- numbers ------------------------------------------------------------------------------------------------


def test_numbers_come_and_narrow(page):
    sent = page.post("/work", [("option", OPTION), ("replications", "1")])
    assert sent.status == 303
    said = page.until(sent.headers["location"], r"<strong>Done\.</strong>")
    assert "From one replication of each" in said and "First contact: half of patients" in said
    more = page.post("/work", [("option", OPTION), ("replications", "3")])
    assert "From 3 replications of each" in page.until(more.headers["location"], r"<strong>Done\.</strong>")
    assert "progress" not in page.ask(more.headers["location"]).text


def test_a_full_report_is_what_run_would_make(page, tmp_path_factory):
    option = f"scenario=gp_referral&name=More+GPs&workforce.gp.wte=30&{SMALL}&run.years=1&run.replications=1"
    place = page.post("/work", [("kind", "report"), ("option", option)]).headers["location"]
    said = page.until(place, r"<strong>Done\.</strong>|did not work")
    report = re.search(r'href="(/results/[^"]*/report\.html)"', said)
    assert report, told(said)
    shown_as = page.ask(report[1])
    assert shown_as.status == 200 and "More GPs" in shown_as.text
    assert "sandbox" in shown_as.headers["content-security-policy"]
    tables = [link for link in re.findall(r'href="(/results/[^"]*\.csv)"', said) if page.ask(link).status != 200]
    assert tables == []
    assert "/report.html" in page.ask("/").text
    (folder,) = tmp_path_factory.getbasetemp().glob(f"web0/{report[1].split('/')[2]}/*")
    assert ("/report.pdf" in said) == bool(printer()) == (folder / "report.pdf").is_file()
    (folder / "report.pdf").unlink(missing_ok=True)
    assert "neither Chromium nor WeasyPrint is here" in page.ask(place).text


def test_workers_load_what_a_large_place_needs_while_a_form_is_filled_in(tmp_path):
    errands = Errands(tmp_path, ErrandFiles(tmp_path / "errands"), lambda one: None)
    errands.expect(345_300)
    errands.expect(7_000)
    assert errands._next(7_000) == ("", Ready(345_300))


def test_stopping_takes_seconds_and_leaves_nobody_behind(page):
    before = children(page.process.pid)
    big = f"scenario=gp_referral&{WTE.replace('fcp_band_7', 'gp')}=30"
    place = page.post("/work", [("option", big), ("replications", "40")]).headers["location"]
    page.until(place, r"runs are done")
    began = time.monotonic()
    page.post(f"{place}/stop", [])
    page.until(place, "Stopped", 5)
    while len(children(page.process.pid)) > len(before) and time.monotonic() < began + 5:
        time.sleep(0.1)
    assert len(children(page.process.pid)) <= len(before)


def test_killed_and_started_again_it_goes_on_and_two_people_have_their_own(tmp_path):
    pytest.importorskip("uvicorn")
    with served(tmp_path, stop=signal.SIGKILL) as first:
        options = [f"scenario=gp_referral&workforce.gp.wte={wte}&{SMALL}" for wte in (20, 30)]
        places = [first.post("/work", [("option", one), ("replications", "3")]).headers["location"] for one in options]
        assert len(set(places)) == 2
        for place in places:
            first.until(place, r"<strong>[1-9]\d* of 6</strong>")
        below = children(first.process.pid)
    kept = json.loads(next((tmp_path / ".web" / "errands").glob("*.json")).read_text())
    assert kept["state"] in ("running", "waiting")
    end = time.monotonic() + 5
    while any(_lives(pid) for pid in below) and time.monotonic() < end:
        time.sleep(0.1)
    assert not any(_lives(pid) for pid in below)
    with served(tmp_path) as second:
        for place in places:
            assert "From 3 replications" in second.until(place, r"<strong>Done\.</strong>")


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_it_ends_when_it_is_told_to(tmp_path):
    pytest.importorskip("uvicorn")
    with served(tmp_path) as running:
        pid = running.process.pid
        running.ask("/")
    assert running.process.returncode in (143, -signal.SIGTERM) and not os.path.exists(f"/proc/{pid}/task")


# --- what is sent -------------------------------------------------------------------------------------------


def test_a_place_comes_in_from_published_files(page, tmp_path):
    write_all(tmp_path)
    files = {path.name: path.read_bytes() for path in sorted(tmp_path.iterdir())}
    sent = page.send("/place", {"place": "hilltown", "what": "RXY,RHC,11Z", "population": "210,000"}, files)
    assert sent.status == 200, told(sent.text)
    assert "hilltown: 210,000 residents" in told(sent.text)
    said = page.ask("/option?scenario=hilltown").text
    assert re.search(r'name="demand.population" value="210000"', said)
    assert "hilltown" in page.ask("/").text
    assert page.ask("/place.xlsx").status == 200
    again = page.send("/place", {"place": "hilltown", "what": "RXY,RHC,11Z"}, files)
    assert again.status == 422 and "there is a place of this name" in told(again.text)
    for wrong in ({"place": "x", "what": "--from /etc/passwd"}, {"place": "--from"}, {"place": "../x"}, {"place": "y"}):
        refused = page.send("/place", wrong, {"a.csv": b"1,2\n"})
        assert refused.status == 422 and "root:" not in refused.text and "Traceback" not in refused.text, wrong


def test_my_place_comes_in_as_a_workbook_and_its_cells_are_told(page):
    cells = {WTE: 8, "demand.population": "210,000", "start.lists.spinal.waiting.10": 55}
    book = filled(cells)
    sent = page.send("/upload", {}, {"../my place.xlsx": book})
    assert sent.status == 303 and sent.headers["location"] == "/understood?scenario=my_place"
    said = told(page.ask("/understood?scenario=my_place").text)
    assert "4 settings are yours" in said  # the fourth is the part that it was written for
    assert "Residents people 345,300 210,000" in said and "First contact practitioner WTE 4.75 8" in said
    assert "same money, as it was (my_place)" in said  # the same people, with the staff of before
    form = page.ask("/option?scenario=my_place").text
    assert re.search(r'name="demand.population" value="210000"', form) and "still the scenario" not in said
    assert page.post("/work", [("option", "scenario=my_place"), ("replications", "1")]).status == 303
    wrong = page.send("/upload", {}, {"mine.xlsx": filled({WTE: "eight", "demand.population": -1})})
    assert wrong.status == 422 and "eight" not in wrong.text
    assert re.search(r"mine.xlsx, sheet Staff, cell C\d+ : is not a number", told(wrong.text))
    assert re.search(r"mine.xlsx, sheet Demand, cell C\d+ : ", told(wrong.text))
    assert page.ask(f"/my_place.xlsx?{OPTION}").status == 200
    assert "choose it under" in page.send("/place", {"place": "y"}, {"mine.xlsx": book}).text


def test_a_scenario_file_comes_in_as_yaml_and_as_json(page):
    values = {"defaults": ["integrated", "_self_"], "title": "Mine", "workforce": {"fcp_band_7": {"wte": 9}}}
    for name, text in (("mine.yaml", yaml.safe_dump(values)), ("mine too.json", json.dumps(values))):
        sent = page.send("/upload", {}, {name: text.encode()})
        assert sent.status == 303, told(sent.text)
        said = page.ask(sent.headers["location"]).text
        assert "<h1>Mine</h1>" in said and re.search(r'name="workforce.fcp_band_7.wte" value="9"', said)
    assert "Mine" in page.ask("/").text


FILES = {
    "code.yaml": b"defaults: [integrated, _self_]\nrun: {_target_: os.system}\n",
    "tag.yaml": b"title: !!python/object/apply:os.system [ls]\n",
    "interpolation.yaml": b"title: ${oc.env:HOME}\n",
    "hydra.yaml": b"hydra: {run: {dir: /etc}}\n",
    "searchpath.yaml": b"defaults: [hydra/launcher: joblib]\n",
    "above.yaml": b"defaults: [../../etc/passwd]\n",
    "package.yaml": b"# @package hydra\ntitle: x\n",
    "bomb.yaml": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(9)),
    "deep.yaml": b"a: " + b"[" * 5_000 + b"]" * 5_000,
    "large.yaml": b"title: " + b"x" * 250_000,
    "binary.yaml": bytes(range(256)),
    "empty.yaml": b"\n",
    "list.yaml": b"- 1\n- 2\n",
    "twice.yaml": b"title: a\ntitle: b\n",
    "../../escape.yaml": b"out: /etc\n",
    "script.html": b"<script>alert(1)</script>",
    "macro.xlsm": b"PK\x03\x04",
    "": b"title: x\n",
    "unknown.yaml": b"defaults: [integrated, _self_]\nnonsense: 1\n",
    "broken.json": b'{"title": ',
}
ADDRESSES = (
    "/option",
    "/option?scenario=",
    "/option?scenario=../../etc/passwd",
    "/option?scenario=%00",
    "/option?scenario=integrated&workforce.fcp_band_7.wte=nan",
    "/option?scenario=integrated&workforce.fcp_band_7.wte=1e999",
    "/option?scenario=integrated&workforce.fcp_band_7.wte=-1",
    "/option?scenario=integrated&workforce.fcp_band_7.wte=%3Cscript%3Ealert(1)%3C/script%3E",
    "/option?scenario=integrated&name=%3Cimg%20src=x%20onerror=alert(1)%3E",
    "/option?scenario=integrated&workforce.nobody.wte=1",
    "/option?scenario=integrated&hydra.run.dir=/etc",
    "/option?scenario=integrated&start.lists=1",
    "/option?scenario=integrated&out.x=/etc",
    "/option?scenario=integrated&workforce.__class__.x=1",
    "/option?scenario=integrated&workforce.fcp_band_7=1",
    "/option?scenario=integrated&place.scale=1000&demand.population=1000000000",
    "/option?scenario=integrated&demand.population=${oc.env:HOME}",
    "/option?scenario=integrated&" + "&".join(f"a{i}.b=1" for i in range(1_200)),
    "/option?scenario=integrated&calendar.start_date=9999-99-99",
    "/option?scenario=integrated&q=%27%22%3E%3Cscript%3E",
    "/option?%ff%fe=%ff",
    "/compare",
    "/compare?option=%3Cscript%3E",
    "/compare?" + "&".join(f"option=scenario%3Dintegrated%26name%3D{i}" for i in range(9)),
    "/compare?option=scenario%3Dintegrated&today=scenario%3Dsussex_as_is",
    "/work/0000",
    "/work/..%2f..%2fetc%2fpasswd",
    "/results/..%2f..%2fetc/passwd",
    "/results/.web/options.json",
    "/results/x/report.html%00",
    "/scenario.yaml?scenario=nobody",
    "/load?scenario=integrated&run.years=900",
)


def test_fifty_hostile_inputs_are_refused_in_words(page):
    assert len(FILES) + len(ADDRESSES) >= 50
    ours = page.address.rstrip("/")
    answers = {path: page.ask(path) for path in ADDRESSES}
    answers |= {f"upload {name}": page.send("/upload", {}, {name: data}) for name, data in FILES.items()}
    answers |= {
        f"{path}, seen": page.ask(said.headers["location"]) for path, said in answers.items() if said.status == 303
    }
    answers["no form"] = page.ask("/upload", b"\x00\xff", Origin=ours, Content_Type="multipart/form-data; boundary=x")
    answers["no option"] = page.post("/work", [("kind", "report")])
    answers["no name"] = page.post("/keep", [("option", "scenario=integrated")])
    for what, said in answers.items():
        assert said.status in (200, 303, 400, 404, 405, 413, 414, 422), (what, said.status, told(said.text)[:300])
        assert "Traceback" not in said.text and "a defect of mskflow" not in said.text, (what, told(said.text)[:300])
        assert "<script>" not in said.text and "<img" not in said.text, what
        assert "root:" not in said.text, what
        assert said.status != 303 or what.startswith("/compare"), what
        if what.startswith("upload"):
            assert said.status == 422, what
    assert page.ask("/").status == 200
