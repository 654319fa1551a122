"""A page that makes no release asks for it once, and no part of it is of an older one."""

import pytest

from data.ledger.store import Store
from pages.components.layout import one_release, page_frame, page_state
from tests.conftest import Demo
from workflow import reading
from workflow.reading import ReleaseInfo


def test_within_a_page_the_release_is_asked_for_once_and_after_it_anew(hiding_demo: Demo, monkeypatch):
    import streamlit as st

    monkeypatch.setenv("CONCORD_DATA", str(hiding_demo.folder))
    st.cache_resource.clear()
    asked: list[Store] = []
    ask = reading.current_release

    def told(store: Store) -> ReleaseInfo | None:
        asked.append(store)
        return ask(store)

    monkeypatch.setattr(reading, "current_release", told)
    seen: list[ReleaseInfo | None] = []

    @page_frame.of_one_release
    def part(times: int) -> None:
        seen.extend(page_state.release() for _ in range(times))

    part(5)
    assert len(asked) == 1 and len({one.number for one in seen if one}) == 1
    assert one_release.kept() is None
    page_state.release()
    assert len(asked) == 2
    with pytest.raises(ZeroDivisionError), one_release.throughout(seen[0]):
        _ = 1 / 0
    assert one_release.kept() is None, "also where the page failed"
    page_state.store().close()
    st.cache_resource.clear()
