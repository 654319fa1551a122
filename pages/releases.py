"""Releases: what the next one would change, an approval, and those that were made. For backbone staff."""

from pages.components.layout import opened_store, page_frame, page_state
from pages.components.sections import history_view, release_steps
from pages.components.tables.plain_table import Cell, facts, listing
from pages.components.wording.count_words import day
from pages.components.wording.releases import closing_words, release_words
from workflow.publishing import release_preview
from workflow.publishing.release_preview import Preview


def page() -> None:
    """Draw the page: one of a look not taken, a look or a release under way, or what a look found."""
    if page_state.viewer().role != "backbone":
        _not_for_you()
        return
    work = opened_store.release_work().progress
    store = page_state.store()
    planned = closing_words.planned(release_preview.planned(store), store.partnership.day)
    if work.doing != "nothing":
        release_steps.under_way(work, planned)
        return
    page_frame.title(
        release_words.title(work.preview) if work.preview else planned.rstrip("."),
        "Releases",
        planned if work.preview else release_steps.shown_now(),
    )
    release_steps.ended(work)
    release_steps.not_backed_up()
    if work.preview:
        _changes(work.preview)
        release_steps.approve(work.preview)
    else:
        release_steps.ask()
        release_steps.errata()
    _past()


def _not_for_you() -> None:
    page_frame.title("Backbone staff make the releases", "Releases")
    store = page_state.store()
    page_frame.notice(
        "A release is looked at before everyone sees it",
        closing_words.planned(release_preview.planned(store), store.partnership.day),
        page_frame.other_role("If that is your task, choose backbone staff under “Look as” in the sidebar."),
    )


def _changes(seen: Preview) -> None:
    facts(release_words.facts(seen, page_state.names_now()))
    page_frame.section("Which headline figures move?", "The partnership's years, as the scorecard shows them.")
    listing(release_words.HEADLINES, [release_words.headline_row(h) for h in seen.headlines], "Headline figures")
    page_frame.section(
        "Which figures are newly hidden or shown?",
        "How many figures, as everyone sees them. One that is no longer rounded counts as changed.",
    )
    listing(release_words.CELLS, [release_words.cells_row(c) for c in seen.cells], "Figures by kind")


def _past() -> None:
    """The releases that were made, the newest first."""
    made = release_preview.past_releases(page_state.store(), page_state.viewer())
    if not made:
        return
    page_frame.section("Which releases were made?", "Older ones are kept without their research edition, then removed.")
    rows: list[list[Cell]] = [
        [f"{p.release}", day(p.made_at.date()), history_view.who(p.actor), release_words.closed_with(p),
         release_words.kept(p)]
        for p in made
    ]  # fmt: skip
    listing(["Release", "Made", "By", "What closed", "Kept"], rows, "Past releases")
