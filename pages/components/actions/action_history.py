"""One action whole: who gives and gets what, and each step with who took it, when and why."""

from data.ledger.actions.action_steps import Action
from pages.components.actions import action_log, action_words
from pages.components.actions.action_words import Names, dollars
from pages.components.deciding import decision_words
from pages.components.sections import history_view
from pages.components.tables.plain_table import Cell, facts, listing
from schemas.policy.status_words import ACTION


def draw(one: Action, names: Names) -> None:
    """Its money, its partners, and its steps."""
    deed = one.deed
    facts([("Budget", dollars(deed.budget) if deed.budget else ""), ("In kind", deed.in_kind)])
    if deed.parts:
        rows: list[list[Cell]] = [
            [names.get(p.partner_id, "A partner that is not named"), p.money, p.in_kind, p.gets] for p in deed.parts
        ]
        listing(action_log.GIVES, rows, "Partners of the action")
    steps = [
        [action_log.KINDS[s.kind], f"{ACTION[s.state]}: {s.deed.name}, {s.deed.owner}", s.so_far or "–",
         action_words.next_step(s.deed) or "–", s.reason or "–",
         f"{history_view.who(s.actor)}, {history_view.moment(s.at)}, {decision_words.on_release(s.release)}"]
        for s in one.steps
    ]  # fmt: skip
    listing(("Step", "Action", "Done so far", "Next step", "Why", "Recorded"), steps, "Steps of the action")
