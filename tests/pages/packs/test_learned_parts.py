"""What was learned goes along: what an action changed as its page says it, the stories, and voices through disclosure."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pptx
import pytest
import streamlit as st
from python_calamine import CalamineWorkbook

from data.demo import demo_actions, demo_stories
from data.ledger.store import transaction
from pages.components.layout import page_state
from pages.components.packs import community_page, document, pack_files, slides, standalone_page, workbook
from pages.components.packs.contents import EFFECTS, Pack
from pages.components.wording.evaluating import impact_words
from schemas.policy.viewer import BACKBONE, EVERYONE
from tests.conftest import Demo, copied
from workflow.evaluating import reading_impact

NOT_NAMED_FOR_ALL = ("Good Furrow", "Aldermoor", "six helpers")


@pytest.fixture(scope="module")
def packs(made_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Pack]]:
    """What everyone and what staff may take along, of the demo with all that it tells."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_DATA", str(copied(made_demo, tmp_path_factory.mktemp("learned") / "var").folder))
        patch.setattr(page_state, "link", lambda *where, **selection: None)
        st.cache_data.clear()
        st.cache_resource.clear()
        store = page_state.store()
        with transaction(store.cursor()) as cur:
            demo_actions.record(cur, 0)
            demo_stories.record(cur, 0)
        policy = store.partnership.policy.model_copy(update={"smallest_cell": 11})
        store.partnership = store.partnership.model_copy(update={"policy": policy})
        found = {"all": pack_files.pack(EVERYONE), "staff": pack_files.pack(BACKBONE)}
        assert found["all"] and found["staff"]
        yield {name: one for name, one in found.items() if one}
        store.close()
        st.cache_resource.clear()


def words_of(pack: Pack) -> dict[str, str]:
    """Form -> its words, where they can be read."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.workbook(pack)))
    show = pptx.Presentation(io.BytesIO(slides.slides(pack)))
    shapes = [shape for slide in show.slides for shape in slide.shapes]
    cells = [c.text for s in shapes if s.has_table for r in s.table.rows for c in r.cells]
    return {
        "html": re.sub(r"&amp;", "&", standalone_page.page(pack).decode()),
        "xlsx": " ".join(str(c) for n in book.sheet_names for r in book.get_sheet_by_name(n).to_python() for c in r),
        "pptx": " ".join([*(s.text_frame.text for s in shapes if s.has_text_frame), *cells]),
    }


@pytest.mark.heavy
def test_an_effect_says_what_its_page_says_with_the_same_numbers(packs):
    recorded = {r.name: r for r in reading_impact.read_recorded(page_state.store(), viewer=EVERYONE) if r.action}
    known = page_state.definitions()
    assert packs["all"].effects
    for one in packs["all"].effects:
        action = recorded[one.action].action
        assert action
        beside = reading_impact.read_beside(page_state.store(), action, viewer=EVERYONE)
        said = reading_impact.read_impact(page_state.store(), action, beside, viewer=EVERYONE)
        assert said.picture
        assert one.headline == impact_words.headline(said, known[one.about])
        assert one.found == tuple(impact_words.found(said, known[one.about]))
        assert one.sides[0].values == tuple(map(float, said.picture.taking)) and one.before == said.before
        for form, words in words_of(packs["all"]).items():
            assert one.headline in words and one.found[1] in words, form
    text = words_of(packs["all"])["html"]
    assert EFFECTS in text and text.count("<svg") > 3


@pytest.mark.heavy
def test_what_cannot_be_judged_is_in_no_pack_whatever_the_day(packs):
    told = [e.headline for one in packs.values() for e in one.effects]
    assert told and not any("not enough data" in headline for headline in told)
    store, settings = page_state.store(), page_state.store().partnership
    later = settings.model_copy(update={"today": settings.day.replace(year=settings.day.year + 1)})
    store.partnership = later
    again = pack_files.pack(EVERYONE)
    store.partnership = settings
    assert again and (again.effects, again.stories) == (packs["all"].effects, packs["all"].stories)


def test_stories_and_voices_are_in_every_form_through_disclosure(packs):
    for name, pack in packs.items():
        assert [t.title for t in pack.stories] == ["What is behind it", "What people say", "You said, we did"]
        for form, words in words_of(pack).items():
            assert "People who speak Spanish got few of them" in words, (name, form)
            assert "Hidden to protect privacy: too few people gave an answer" in words, (name, form)
            assert not re.search(r"\b(?:Of 14 people|3 agree|2 unsure|9 do not agree|4 unsure)\b", words), (name, form)
            assert "No answer yet" in words and "open for" not in words, "days so far depend on the day"


def test_no_partner_that_is_not_named_is_in_what_may_be_handed_on(packs):
    for form, words in words_of(packs["all"]).items():
        assert not any(name in words for name in NOT_NAMED_FOR_ALL), form
    assert "six helpers" in words_of(packs["staff"])["html"]


@pytest.mark.heavy
def test_the_same_contents_give_the_same_bytes_and_community_pages_hold_none_of_it(packs):
    pack, again = packs["all"], pack_files.pack(EVERYONE)
    assert again and again == pack
    for make in (document.pdf, slides.slides, workbook.workbook, standalone_page.page):
        assert make(pack) == make(again), make
    bare = replace(pack, effects=(), stories=(), doing=(), minutes=())
    assert community_page.site(pack) == community_page.site(bare)
    assert len(document.pdf(pack)) > len(document.pdf(bare))


def test_a_long_story_takes_slides_of_its_own(packs):
    """A trap: six rows fit a slide where each has its usual words; a story may have 400 letters and roles besides."""
    (told, *_) = packs["all"].stories
    long = replace(told, rows=tuple((m, a, "word " * 150, w) for m, a, _, w in (*told.rows, *told.rows)))
    show = pptx.Presentation(io.BytesIO(slides.slides(replace(packs["all"], stories=(long,)))))
    tables = [s.table for slide in show.slides if slide.shapes.title.text == told.title for s in slide.shapes
              if s.has_table]  # fmt: skip
    held = [len(table.rows) - 1 for table in tables]
    assert sum(held) == len(long.rows) and max(held) <= 2
