"""The door: what people see who are not in. It says nothing about the partnership but its name and whom to ask."""

import streamlit as st

from pages.components.access import who_looks
from pages.components.layout import page_frame
from schemas.policy.partnership import Partnership

ENDED = "Your sign-in has ended", "You were away for a while, or signed out. Sign in again. Nothing is lost."
REASONS = {
    "unknown": ("You are not on the list yet", "Concord does not know this account. An invitation goes to your "
                "e-mail address, and you sign in with that address."),
    "unverified": ("Your e-mail address is not verified", "Verify it where your account is kept. Then sign in again."),
    "second-factor": ("A second step is needed", "This partnership asks for more than a password, such as a code from "
                      "your phone. Turn it on in your account. Then sign in again."),
    "failed": ("The sign-in did not work", "What came back could not be believed, so nothing was opened. Try again."),
    "out": ("You are signed out", "Nobody can go on from this browser without signing in again."),
}  # fmt: skip
"""The word in the address with which the way back from a provider ends -> a heading, and what to do."""


def draw(partnership: Partnership) -> None:
    """Draw the door, in place of every page."""
    if who_looks.way(partnership) == "shut":
        _not_set_up(partnership)
        return
    page_frame.title(f"Sign in to {partnership.name}", "Shared measures of a health partnership")
    settings = partnership.sign_in
    contact = f"Ask for access: {settings.contact.rstrip('.')}." if settings.contact else ""
    said = REASONS.get(st.query_params.get("door", "")) or (ENDED if who_looks.claims().get("is_logged_in") else None)
    if said:
        page_frame.notice(*said, *filter(None, [contact]))
    with st.container(key="providers"):
        for provider in settings.providers:
            pressed = st.button(
                f"Sign in with {provider.name}", key=f"sign_in_{provider.id}", type="primary", icon=":material/login:"
            )
            if pressed:
                st.login(provider.id)
    st.caption("Concord sees your name and e-mail address, and never your password.")
    if not said:
        st.caption(contact or "Ask the backbone staff of your partnership for access.")


def _not_set_up(partnership: Partnership) -> None:
    page_frame.title("Nobody can sign in yet")
    page_frame.notice(
        "Concord shows nothing until people can sign in",
        "Whoever runs this server names a provider under “sign_in” in concord.toml, and starts Concord again.",
        "The steps are in the guide “Let people sign in”. To look around with made-up data, run “concord demo”.",
    )
