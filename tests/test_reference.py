"""The reference is what the code says of itself; drawings of a day are those of the script."""

import pytest

import sim
from bench import kinds, reference
from sim.domain.pathway.kinds import KINDS


@pytest.mark.parametrize("page, made", [(reference.API, reference.api), (reference.SETTINGS, reference.settings)])
def test_the_reference_is_of_the_code_as_it_is(page, made):
    assert page.read_text(encoding="utf-8") == made(), "python -m bench.reference --write"


def test_every_public_name_says_what_it_is():
    said = {name: getattr(sim, name).__doc__ for name in sim.__all__ if not name.startswith("__")}
    assert not [name for name, text in said.items() if not text or text.startswith(f"{name}(")]


def test_every_kind_has_a_page_and_its_day_drawn():
    assert list(kinds.DAYS) == list(KINDS)
    for kind in KINDS:
        drawn = kinds.IMAGES / f"day_{kind}.svg"
        assert drawn.read_text(encoding="utf-8") == kinds.drawing(kind), "python -m bench.kinds --write"
        page = reference.DOCS / "kinds" / f"{kind}.md"
        assert f"(../images/day_{kind}.svg)" in page.read_text(encoding="utf-8")
