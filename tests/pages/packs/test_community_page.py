"""The community pages: the same in both languages, every word translated, nobody named in them."""

import dataclasses
import io
import re
import string
import zipfile
from pathlib import Path

import pytest

from metrics.counting import strata
from metrics.indicators import indicators
from pages.components.layout import cards, page_state
from pages.components.packs import community_page, pictures
from schemas.policy.viewer import EVERYONE
from tests.pages.packs.test_pack_files import Gather, gather  # noqa: F401

SOURCE = Path(community_page.__file__).read_text()
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def said() -> set[str]:
    """Every English text that a page can ask to be said: its own words, the measures', the verdicts', the groups'."""
    own = set(re.findall(r'say\(\s*"((?:[^"\\]|\\.)*)"', SOURCE)) | {"goal {value}", "all {value}", "not known"}
    measures = {words for one in indicators().values() for words in (one.title, one.plain, *one.own_strata.values())}
    verdicts = {words for told in (cards._CHANGED, cards._WARNED) for _, _, words in told.values()} | {
        "Too early to judge"
    }
    groups = {
        strata.category_label(name, group)
        for name in (
            "race_ethnicity",
            "sex",
            "language",
            "payer",
            *(n for i in indicators().values() for n in i.own_strata),
        )
        for group in strata.known_groups(name)
    }
    return (
        own
        | measures
        | verdicts
        | groups
        | set(strata.STRATA.values())
        | set(strata._WORDS.values()) - {"Everyone"}
        | {*MONTHS}
    )


def test_every_word_has_a_translation_with_the_same_places_in_it():
    spanish = community_page.words("es")
    assert sorted(said() - spanish.keys()) == []
    for english, words in spanish.items():
        assert words.strip() == words and words, english
        assert fields(words) == fields(english), english


def test_its_pictures_fit_a_phone_and_need_no_moving(gather: Gather):  # noqa: F811
    """A trap: of pictures made for a page a phone shows the older half."""
    page = community_page.files(gather(EVERYONE))["index.html"].decode()
    wide = {int(w) for w in re.findall(r'viewBox="0 0 (\d+) ', page)}
    assert wide == {pictures.PHONE.wide} and max(wide) <= 400
    for x, words in re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="start"[^>]*>([^<]+)<', page):
        assert float(x) + 7 * len(words) <= pictures.PHONE.wide + 7, words


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_pages_name_no_partner_and_lead_to_each_other(gather: Gather):  # noqa: F811
    pack = gather(EVERYONE)
    with zipfile.ZipFile(io.BytesIO(community_page.site(pack))) as site:
        assert sorted(site.namelist()) == ["README.txt", "es.html", "index.html"]
        pages = {name: site.read(name).decode() for name in ("index.html", "es.html")}
    assert 'href="es.html"' in pages["index.html"] and 'href="index.html"' in pages["es.html"]
    assert '<html lang="es">' in pages["es.html"] and "Presión arterial bajo control" in pages["es.html"]
    for text in pages.values():
        assert [name for name in page_state.partner_names(EVERYONE).values() if name in text] == []
        assert not re.search(r"https?://|src=|@import|<script", text.replace('xmlns="http://www.w3.org/2000/svg"', ""))
    numbers = [re.findall(r"\d+\.\d%", text) for text in pages.values()]
    assert numbers[0] == numbers[1] and len(numbers[0]) > 50
    assert community_page.site(gather(EVERYONE)) == community_page.site(pack)


def test_a_measure_of_the_partnerships_own_stays_in_its_words(gather: Gather):  # noqa: F811
    pack = gather(EVERYONE)
    own = dataclasses.replace(pack.sheets[0], title="Seen {by} a clinic")
    assert "<h2>Seen {by} a clinic</h2>" in community_page.page(dataclasses.replace(pack, sheets=(own,)), "es").decode()
    with pytest.raises(KeyError):
        community_page.says("fr")
