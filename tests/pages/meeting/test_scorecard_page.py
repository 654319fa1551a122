"""The scorecard without a browser: what it sends to whom."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from metrics.indicators import indicators
from metrics.judging import sentences
from pages.components.layout import page_state
from pages.components.meeting import agenda, row_words
from tests.support.new_partnerships import rename_as_released
from tests.support.partnerships import usual

MOST_BYTES = 250_000
HOSTILE = "<img src=x onerror=alert(1)>"


def the_scorecard() -> None:
    """What the router runs: the page alone."""
    from pages import scorecard

    scorecard.page()


@pytest.fixture
def folder(demo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CONCORD_DATA", str(demo.folder))
    st.cache_data.clear()
    st.cache_resource.clear()
    yield demo.folder
    page_state.store().close()
    st.cache_resource.clear()


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(the_scorecard, default_timeout=60)
    app.query_params.update(query)
    app.run()
    assert not app.exception, app.exception
    return app


def sent(app: AppTest) -> dict[str, Any]:
    """What the component is given."""
    (one,) = app.get("bidi_component")
    assert len(one.proto.bytes) < MOST_BYTES
    return json.loads(one.proto.bytes)


def title(app: AppTest) -> str:
    (found,) = re.findall(r"<h1[^>]*>([^<]*)</h1>", "".join(str(e.proto.body) for e in app.get("html")))
    return found


def test_the_headline_counts_what_the_rows_say_and_nothing_is_drawn_by_plotly(folder):
    app = opened()
    page = sent(app)["page"]
    assert title(app) == sentences.headline([(s.indicator.title, s.facts) for s in page_state.situations()])
    assert not app.get("plotly_chart")
    improved = re.match(r"(\d+) of 7 measures improved", title(app))
    assert page.count('"m-verdict m-text-better"') == (int(improved[1]) if improved else 0)


def test_every_measure_has_a_row_a_number_a_line_and_evidence_in_the_order_of_the_rule(folder):
    found = sent(opened())
    rows = re.findall(r'data-measure="(\w+)"', found["page"])
    assert sorted(rows) == sorted(usual()) == sorted(found["evidence"])
    assert found["page"].count('class="m-years"') == found["page"].count('class="m-number"') == len(rows)
    assert agenda.RULE in found["page"]
    for name, panel in found["evidence"].items():
        assert f'href="measure?indicator={name}&amp;by=' in panel
        assert "Month by month" in panel and "Which partners differ?" in panel and "Who is left behind" in panel


def test_a_table_is_a_table_to_those_who_do_not_see_it(folder):
    page = sent(opened())["page"]
    for role in ("table", "rowgroup", "row", "rowheader", "columnheader", "cell"):
        assert f'role="{role}"' in page
    assert page.count('scope="row"') == page.count('aria-expanded="false"') == len(usual())
    controlled = re.findall(r'aria-controls="([\w-]+)"', page)
    assert len(controlled) == 7 and all(f'id="{name}"' in page for name in controlled)
    assert set(re.findall(r'popovertarget="([\w-]+)"', page)) <= set(re.findall(r'id="([\w-]+)"', page))


def test_pictures_stand_above_words_and_a_phone_names_what_it_adds_to_an_open_row(folder):
    found = sent(opened())
    for panel in found["evidence"].values():
        assert panel.index('class="m-panels"') < panel.index('class="m-words"')
    rows = found["page"].count('class="m-row"')
    for head in ("Widest gap", "Partner to talk to", "Who does what"):
        assert found["page"].count(f'data-label="{head}"') == rows


def test_who_looks_goes_along_with_every_link(folder):
    for panel in sent(opened(**{"as": "fenwick_flats"}))["evidence"].values():
        links = re.findall(r'href="([^"]+)"', panel)
        assert links and all("as=fenwick_flats" in link for link in links)


def test_a_partner_is_told_that_its_own_figures_are_not_to_be_passed_on(folder):
    for who, told in (("fenwick_flats", True), ("leader", False)):
        panel = sent(opened(**{"as": who}))["evidence"]["bp_control"]
        assert ("(you)" in panel) == ("do not pass them on" in panel) == told


def test_a_column_that_the_partnership_leaves_out_is_not_there(folder):
    settings = folder / "concord.toml"
    settings.write_text(settings.read_text().replace("[scorecard]\n", '[scorecard]\nleave_out = ["gap", "partner"]\n'))
    page = sent(opened())["page"]
    assert "Widest gap</button>" not in page and "m-of-partner" not in page
    assert "m-of-target" in page and 'colspan="6"' in page


@pytest.mark.parametrize("name", ["bp_control", "connected_to_help"])
def test_a_measure_that_has_its_own_page_alone_has_no_row_and_is_in_no_headline(folder, name):
    """Also where its groups have a gap: the scorecard was drawn no more."""
    settings = folder / "concord.toml"
    settings.write_text(settings.read_text().replace("own_pages = [\n", f'own_pages = [\n    "{name}",\n'))
    app = opened()
    assert sent(app)["evidence"].keys() == set(usual()) - {name}
    assert indicators()[name].title not in title(app) + sent(app)["page"]
    if name == "connected_to_help":  # the trap: it has a gap
        assert name in {g.indicator for g in page_state.judged_groups() if g.main and g.gap}


def test_who_does_what_is_as_the_release_carries_it(folder):
    """A trap: the settings of now say something else. The names that a decision is offered are of the release too."""
    settings = folder / "concord.toml"
    settings.write_text(settings.read_text().replace("Dr. Lena Ortiz", "Somebody Else"))
    found = sent(opened())
    page, meeting = found["page"], found["meeting"]
    assert "Dr. Lena Ortiz" in page and "A call within two days of going home" in page
    assert "Somebody Else" not in page and '<option value="Dr. Lena Ortiz">' in meeting["room"]
    assert "Somebody Else" not in str(meeting)
    assert page.count(row_words.NO_OWNER) == len(usual()) - len(page_state.settings().owners) == 2


def test_a_hostile_name_of_a_partner_stays_text(folder):
    rename_as_released(folder, "Fenwick Flats Family Clinic", HOSTILE)
    app = opened()
    found = sent(app)
    everything = found["page"] + "".join(found["evidence"].values()) + "".join(str(e.proto) for e in app.get("html"))
    assert "&lt;img src=x" in everything
    assert "<img" not in everything


def test_what_is_sent_is_made_once_for_each_viewer(folder, monkeypatch):
    first = sent(opened())
    monkeypatch.setattr(agenda, "in_order", lambda those: pytest.fail("made again"))
    assert sent(opened())["version"] == first["version"]
