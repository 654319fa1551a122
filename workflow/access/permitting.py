"""Asking the table of permissions before something is read or changed."""

from data.ledger.submissions import NotPossible
from schemas.policy.access.permissions import Action, may
from schemas.policy.viewer import Viewer


class NotAllowed(NotPossible):
    """Who asks may not do this, whatever is wrong or right with what they ask for."""

    def __init__(self) -> None:
        super().__init__("your role does not include this")


def require(viewer: Viewer, action: Action, partner_id: str | None = None) -> None:
    """Raises NotAllowed when the viewer may not do this to what belongs to a partner (None: to no partner)."""
    if not may(viewer, action, partner_id):
        raise NotAllowed
