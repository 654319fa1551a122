"""The four steps of sending a file: where am I, what comes next."""

import streamlit as st

STEPS = ("Choose a file", "Mend findings", "See the effect", "Accept")

_STYLE = """<style>
ol.s-steps { display: flex; flex-wrap: wrap; gap: .5rem 1.75rem; list-style: none; margin: .75rem 0 .25rem;
  padding: 0; }
ol.s-steps li { display: inline-flex; align-items: center; gap: .55rem; margin: 0; padding: 0; color: var(--c-muted); }
.s-steps b { display: inline-grid; place-items: center; width: 1.75rem; height: 1.75rem; border-radius: 50%;
  border: 1.5px solid var(--c-usual); font-size: .875rem; font-weight: 650; flex: none; }
.s-steps .s-done b { border-color: var(--c-primary); color: var(--c-primary); }
.s-steps .s-here { color: var(--c-text); font-weight: 650; }
.s-steps .s-here b { background: var(--c-primary); border-color: var(--c-primary); color: var(--c-on-primary); }
.s-hide { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 640px) {
  .s-steps { gap: .75rem; } .s-steps li:not(.s-here) span { position: absolute; width: 1px; height: 1px; overflow:
  hidden;
    clip-path: inset(50%); white-space: nowrap; }
}
/* A button that cannot be pressed yet still has to be read. */
.stButton button:disabled, .stButton button:disabled * { color: var(--c-muted) !important; }
</style>"""


def stepper(here: int, *, finished: bool = False) -> None:
    """Draw the steps, `here` (1 to 4) as the present one; `finished` ticks the last as well."""
    items = "".join(_step(n, name, here, finished) for n, name in enumerate(STEPS, 1))
    st.html(f'{_STYLE}<ol class="s-steps" aria-label="Steps of sending a file">{items}</ol>')


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
