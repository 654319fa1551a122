"""Who may see and change the settings, by the table of permissions."""

from schemas.policy.access.permissions import may
from schemas.policy.viewer import Viewer
from workflow.access.permitting import require


def may_change(viewer: Viewer) -> bool:
    """Whether the viewer runs the partnership."""
    return may(viewer, "change_settings")


def may_see(viewer: Viewer) -> bool:
    """Whether the viewer may read what was settled when, by whom and why."""
    return may(viewer, "see_settings")


def refuse_others(viewer: Viewer) -> None:
    """Raise NotAllowed for anyone who may not."""
    require(viewer, "change_settings")
