"""How partners are called in the room Settings: by name, and by their letter once they have left."""

from pages.components.layout import page_state
from pages.components.wording.settings.change_words import OF_BEFORE
from schemas.policy.partner import Partner
from schemas.policy.partnership import Partnership
from workflow import reading


def names(*more: Partnership) -> dict[str, str]:
    """Partner id -> name, of the members; and of those that a change (`more`) adds."""
    held = page_state.store().partnership
    known = {p.id for p in held.partners}
    added = {p.id: p.name for settings in more for p in settings.partners if p.id not in known}
    return {**{p.id: p.name for p in held.members}, **added}


def letters() -> dict[str, str]:
    """Partner id -> the letter under which its figures stand, of those that left: nobody reads their names any more."""
    store = page_state.store()
    naming = reading.read_naming(store, page_state.viewer())
    left = {p.id for p in store.partnership.partners} - {p.id for p in store.partnership.members}
    return {one: naming.names.get(naming.shown(one), OF_BEFORE) for one in left}


def called(settings: Partnership) -> Partnership:
    """The same settings, in which those that left are called by their letters."""
    by_letter = letters()
    return settings.model_copy(update={"partners": tuple(_called(p, by_letter) for p in settings.partners)})


def _called(partner: Partner, by_letter: dict[str, str]) -> Partner:
    letter = by_letter.get(partner.id)
    return partner.model_copy(update={"name": letter, "hospitals": (), "contacts": ()}) if letter else partner
