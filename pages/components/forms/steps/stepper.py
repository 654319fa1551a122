"""The four steps of sending a file: where am I, what comes next."""

import streamlit as st

STEPS = ("Choose", "Fix", "Preview", "Accept")


def stepper(here: int, *, finished: bool = False) -> None:
    """Draw the steps, `here` (1 to 4) as the present one; `finished` ticks the last as well."""
    items = "".join(_step(n, name, here, finished) for n, name in enumerate(STEPS, 1))
    st.html(f'<ol class="s-steps" aria-label="Steps of sending a file">{items}</ol>')


def _step(n: int, name: str, here: int, finished: bool) -> str:
    done = n < here or finished
    present = n == here and not finished
    kind = "s-here" if present else "s-done" if done else ""
    said = ", done" if done else ""
    current = ' aria-current="step"' if present else ""
    return (
        f'<li class="{kind}"{current}><b aria-hidden="true">{"✓" if done else n}</b><span>{name}'
        f'<i class="s-hide">{said}</i></span></li>'
    )
