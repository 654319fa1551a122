"""What was read differently from how it was written: listed with counts and examples, and open to refusal."""

import streamlit as st

from pages.components.forms.steps import choose_step
from pages.components.forms.upload_draft import Draft
from pages.components.wording.count_words import many
from schemas.datasets.file_profile import ALWAYS_MADE, REPAIRS, FileProfile, RepairKind


def receipt(at: Draft) -> None:
    """Draw the receipt, with a way to have a repair undone."""
    made = at.report.receipt.made
    if not made:
        return
    cells = many(sum(made.values()), "cell")
    with st.expander(f"{cells} read differently from how they are written", icon=":material/healing:", key="receipt"):
        st.caption("Only what can be read in one way is changed. Untick a line to leave its cells as they are.")
        refused = [f"{kind}/{column}" for kind, column in _ordered(made) if not _line(at, kind, column)]
        if (
            refused
            and at.sent
            and st.button("Check again without these", key="without_repairs", icon=":material/fact_check:")
        ):
            before = at.sent.said or FileProfile()
            choose_step.again(at, said=before.merged(FileProfile(unrepaired=tuple({*before.unrepaired, *refused}))))
    _refused_before(at)


def _ordered(made: dict[tuple[RepairKind, str], int]) -> list[tuple[RepairKind, str]]:
    return sorted(made, key=lambda key: (list(REPAIRS).index(key[0]), key[1]))


def _line(at: Draft, kind: RepairKind, column: str) -> bool:
    """One repair of one column; whether it may stay."""
    report, (title, covers) = at.report.receipt, REPAIRS[kind]
    with st.container(key=f"repair_{kind}_{column}"):
        stays = True
        label = f"**{title}** in {column.replace('_', ' ')}: {many(report.made[kind, column], 'cell')}"
        if kind not in ALWAYS_MADE and at.sent:
            stays = st.checkbox(
                label, value=True, key=f"keep_{kind}_{column}_{report.made[kind, column]}", help=covers or None
            )
        else:
            st.markdown(label, help=covers or None)
        shown = [f"{before.strip()[:40]} → {after[:40]}" for before, after in report.examples[kind, column].items()]
        st.text("   ".join(shown))
    return stays


def _refused_before(at: Draft) -> None:
    said = at.sent.said if at.sent else None
    if said and said.unrepaired:
        names = [f"{REPAIRS[k][0].lower()} in {c.replace('_', ' ')}" for k, c in map(_parts, said.unrepaired)]
        st.caption(f"Not made, as you said: {'; '.join(names)}.")
        if st.button("Make these repairs after all", key="repair_again", type="tertiary"):
            choose_step.again(at, said=said.model_copy(update={"unrepaired": ()}))


def _parts(text: str) -> tuple[RepairKind, str]:
    kind, column = text.split("/", 1)
    return kind, column  # type: ignore[return-value]
