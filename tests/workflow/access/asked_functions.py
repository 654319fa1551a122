"""Every function of `workflow` that knows who asks: the action that it is, and a call of it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from data.discussing.appeals import About
from data.discussing.notes import File
from data.ledger.actions.action_steps import Deed
from data.ledger.decisions.decision_steps import Agreed
from data.ledger.deletions.deletion_records import Deletion
from data.ledger.store import Store
from data.ledger.stories import people_asked
from data.receiving.sent_list import SentList
from metrics.acting.arms import Action as ActionToJudge
from metrics.acting.impact import Impact
from schemas.datasets.file_profile import FileProfile
from schemas.policy.access.permissions import Action
from schemas.policy.viewer import Viewer
from tests.workflow.access.asked_of_places import ASK_OF_PLACES
from workflow import accepting, delivering, discussing, previewing, reading, releasing, restating, submitting
from workflow.access import emergency, inviting
from workflow.access.door import Door
from workflow.access.inviting import Invitation
from workflow.access.permitting import NotAllowed
from workflow.deciding import acting, recording
from workflow.deleting import deleting, deletion_receipt
from workflow.deleting.deleting import Asked, Effect
from workflow.deleting.held_elsewhere import Backups
from workflow.delivering import How
from workflow.evaluating import reading_impact
from workflow.exporting import release_export
from workflow.governing import agreement_receipt, changing_settings, settings_effect, settings_exchange
from workflow.governing.settings_trial import SettingsTrial
from workflow.messaging import calendar_feeds, occasions, posting
from workflow.messaging.occasions import Occasion
from workflow.messaging.posting import Draft
from workflow.publishing import release_preview
from workflow.publishing.release_work import ReleaseWork
from workflow.questioning import asking
from workflow.reconciling import own_list
from workflow.referring import own_referrals, published_ends
from workflow.telling import hearing_people, telling_stories
from workflow.viewing.counting_views import ViewCounts
from workflow.watching import metrics

OWN, OTHER = "alder", "birch"
FILE = b"patient_id,measured_on,systolic,diastolic\nP1,2025-03-01,128,79\nP2,2025-03-02,130,79\n"
DAY = dt.date(2025, 12, 31)
ABOUT = About(2, 0, ())
NEVER = releasing.Basis(-1, -1, None, -1)
LEADER = Invitation("leader")
ACTION = ActionToJudge("bp_control", dt.date(2025, 1, 1), (OWN,))
DEED = Deed("Calls after going home", "Nurse lead", "bp_control", DAY)
AGREED = Agreed("Call everyone within two days", "Nurse lead", DAY)
NOTHING = Effect({}, 0, 0, (), (), Backups(0, None, 1))
DELETION = Deletion(1, "partner", OWN, None, {}, (), (), "", "", dt.datetime(2026, 1, 1), None)
WORDS = "People are seen too seldom"
MESSAGE = Draft("none#1", "Subject", "Words", (), "")


@dataclass
class World:
    """A store with a checked file of each partner, and its door."""

    store: Store
    door: Door
    submission: dict[str, int]
    person: int


Try = Callable[[World, Viewer, str], Any]

ASK: dict[str, tuple[Action, Try]] = {
    "accepting.accept": (
        "accept_files", lambda w, v, p: accepting.accept(w.store, w.submission[p], accept_valid=True, viewer=v)),
    "accepting.withdraw": ("withdraw_files", lambda w, v, p: accepting.withdraw(w.store, w.submission[p], viewer=v)),
    "accepting.leave": ("leave_files", lambda w, v, p: accepting.leave(w.store, w.submission[p], viewer=v)),
    "submitting.find_tables": ("send_files", lambda w, v, p: submitting.find_tables(w.store, FILE, p, viewer=v)),
    "submitting.questions": (
        "send_files",
        lambda w, v, p: submitting.questions(
            w.store, submitting.find_tables(w.store, FILE, p)[0], "blood_pressure", p, viewer=v)),
    "submitting.read_profile": (
        "send_files", lambda w, v, p: submitting.read_profile(w.store, p, "blood_pressure", viewer=v)),
    "submitting.keep_profile": (
        "send_files",
        lambda w, v, p: submitting.keep_profile(w.store, p, "blood_pressure", FileProfile(), "x", viewer=v)),
    "submitting.profile_versions": (
        "send_files", lambda w, v, p: submitting.profile_versions(w.store, p, "blood_pressure", viewer=v)),
    "submitting.restore_profile": (
        "send_files", lambda w, v, p: submitting.restore_profile(w.store, p, "blood_pressure", 0, "x", viewer=v)),
    "submitting.use_preset": (
        "send_files", lambda w, v, p: submitting.use_preset(w.store, p, "patients", "omop", "x", viewer=v)),
    "submitting.check": (
        "send_files", lambda w, v, p: submitting.check(w.store, b"nothing", "blood_pressure", p, viewer=v)),
    "submitting.effect": ("read_files", lambda w, v, p: submitting.effect(w.store, w.submission[p], viewer=v)),
    "delivering.deliver": (
        "send_files",
        lambda w, v, p: delivering.deliver(w.store, b"nothing", "blood_pressure", p, How(only_check=True), "", viewer=v)),
    "delivering.read_sent": ("read_files", lambda w, v, p: delivering.read_sent(w.store, v, w.submission[p], 9)),
    "previewing.preview": ("read_files", lambda w, v, p: previewing.preview(w.store, w.submission[p], v)),
    "discussing.read_history": ("read_files", lambda w, v, p: discussing.read_history(w.store, v, w.submission[p])),
    "discussing.read_warned": ("read_files", lambda w, v, p: discussing.read_warned(w.store, v, w.submission[p])),
    "discussing.read_late": ("read_files", lambda w, v, p: discussing.read_late(w.store, v, w.submission[p])),
    "discussing.read_awaiting": ("read_files", lambda w, v, p: discussing.read_awaiting(w.store, v, w.submission[p])),
    "discussing.justify": (
        "explain_files",
        lambda w, v, p: discussing.justify(w.store, v, w.submission[p], "no_such_rule", None, "as it is", "x")),
    "discussing.comment": ("explain_files", lambda w, v, p: discussing.comment(w.store, v, w.submission[p], "Ok", "x")),
    "discussing.appeal": (
        "appeal",
        lambda w, v, p: discussing.appeal(
            w.store, v, File(p, "blood_pressure", "", w.submission[p]), ABOUT, "Please look again", "x")),
    "discussing.answer_appeal": (
        "answer_appeals", lambda w, v, p: discussing.answer_appeal(w.store, v, 99, "No", "x", upheld=False)),
    "reading.read_current_rows": ("read_files", lambda w, v, p: reading.read_current_rows(w.store, p, viewer=v)),
    "own_referrals.read_own": ("see_unreleased", lambda w, v, p: own_referrals.read_own(w.store, v, p)),
    "own_referrals.read_senders": ("see_unreleased", lambda w, v, p: own_referrals.read_senders(w.store, v, p)),
    "published_ends.read_ends": ("see_figures", lambda w, v, p: published_ends.read_ends(w.store, viewer=v)),
    "reading.read_results": ("see_figures", lambda w, v, p: reading.read_results(w.store, v)),
    "reading.read_coverage": ("see_figures", lambda w, v, p: reading.read_coverage(w.store, v, "bp_control", DAY)),
    "reading.read_arrivals": ("see_figures", lambda w, v, p: reading.read_arrivals(w.store, v)),
    "reading.read_calendar": ("see_figures", lambda w, v, p: reading.read_calendar(w.store, v)),
    "releasing.publish": (
        "make_release", lambda w, v, p: releasing.publish(w.store, as_seen=NEVER, viewer=v)),
    "release_preview.preview": ("look_at_release", lambda w, v, p: release_preview.preview(w.store, viewer=v)),
    "release_preview.past_releases": ("read_releases", lambda w, v, p: release_preview.past_releases(w.store, v)),
    "release_work.look": ("look_at_release", lambda w, v, p: _waited(ReleaseWork(w.store), "look", v)),
    "release_work.make": ("make_release", lambda w, v, p: _waited(ReleaseWork(w.store), "make", v, "x", NEVER)),
    "restating.propose": (
        "propose_errata", lambda w, v, p: restating.propose(w.store, "blood_pressure", "no reason", viewer=v)),
    "restating.approve": ("approve_errata", lambda w, v, p: restating.approve(w.store, 99, "x", viewer=v)),
    "restating.read_proposed": ("read_errata", lambda w, v, p: restating.read_proposed(w.store, viewer=v)),
    "emergency.open_up": ("open_emergency", lambda w, v, p: emergency.open_up(w.door, v, None, p, "", 0)),
    "emergency.end": ("see_emergency", lambda w, v, p: emergency.end(w.door, v, None)),
    "emergency.read_openings": ("see_emergency", lambda w, v, p: emergency.read_openings(w.door, v)),
    "inviting.read_people": ("see_people", lambda w, v, p: inviting.read_people(w.door, v)),
    "inviting.read_sessions": ("see_people", lambda w, v, p: inviting.read_sessions(w.door, v)),
    "inviting.review_due": ("see_people", lambda w, v, p: inviting.review_due(w.door, v)),
    "inviting.read_history": ("read_access_history", lambda w, v, p: inviting.read_history(w.door, v)),
    "inviting.history_broken_at": ("read_access_history", lambda w, v, p: inviting.history_broken_at(w.door, v)),
    "inviting.history_head_now": ("read_access_history", lambda w, v, p: inviting.history_head_now(w.door, v)),
    "inviting.invite": ("change_people", lambda w, v, p: inviting.invite(w.door, v, "no address", LEADER, "x")),
    "inviting.change": ("change_people", lambda w, v, p: inviting.change(w.door, v, w.person, LEADER, "x")),
    "inviting.end": ("change_people", lambda w, v, p: inviting.end(w.door, v, w.person, "", "x")),
    "inviting.end_sessions": ("change_people", lambda w, v, p: inviting.end_sessions(w.door, v, w.person, "x")),
    "inviting.forget_account": ("change_people", lambda w, v, p: inviting.forget_account(w.door, v, w.person, "x")),
    "inviting.review": ("change_people", lambda w, v, p: inviting.review(w.door, v, "x")),
    "changing_settings.history": ("see_settings", lambda w, v, p: changing_settings.history(w.store, v)),
    "changing_settings.change": (
        "change_settings",
        lambda w, v, p: changing_settings.change(w.store, v, -1, w.store.partnership, reason="", actor="x")),
    "changing_settings.undo": ("change_settings", lambda w, v, p: changing_settings.undo(w.store, v, 99, actor="x")),
    "settings_effect.effect": (
        "change_settings", lambda w, v, p: settings_effect.effect(w.store, v, w.store.partnership, w.store.partnership)),
    "settings_effect.has_sent": ("change_settings", lambda w, v, p: settings_effect.has_sent(w.store, v, p)),
    **ASK_OF_PLACES,
    "settings_exchange.import_file": (
        "change_settings", lambda w, v, p: settings_exchange.import_file(w.store, v, reason="", actor="x")),
    "settings_exchange.export_file": ("change_settings", lambda w, v, p: settings_exchange.export_file(w.store, v)),
    "metrics.text": ("see_metrics", lambda w, v, p: metrics.text(w.store, v, {"status": "ok"}, {})),
    "deleting.look": ("delete_for_good", lambda w, v, p: deleting.look(w.store, Asked("person", p, "nobody"), viewer=v)),
    "deleting.delete": (
        "delete_for_good",
        lambda w, v, p: deleting.delete(w.store, Asked("person", p, "nobody"), NOTHING, reason="", actor="x", viewer=v)),
    "deleting.read_deletions": ("read_deletions", lambda w, v, p: deleting.read_deletions(w.store, viewer=v)),
    "deletion_receipt.as_text": ("read_deletions", lambda w, v, p: deletion_receipt.as_text(w.store, DELETION, v)),
    "recording.read_decisions": ("see_decisions", lambda w, v, p: recording.read_decisions(w.store, v)),
    "recording.record": (
        "record_decisions", lambda w, v, p: recording.record(w.store, v, "bp_control", AGREED, actor="x")),
    "recording.revise": (
        "record_decisions", lambda w, v, p: recording.revise(w.store, v, 99, 1, AGREED, reason="", actor="x")),
    "recording.end": (
        "record_decisions", lambda w, v, p: recording.end(w.store, v, 99, 1, "done", reason="", actor="x")),
    "recording.record, where leaders may": (
        "record_decisions_as_leader",
        lambda w, v, p: _where_leaders_record(
            w, v, lambda: recording.record(w.store, v, "bp_control", AGREED, actor="x"))),
    "reading_impact.read_partners": (
        "see_figures", lambda w, v, p: reading_impact.read_partners(w.store, "bp_control", viewer=v)),
    "reading_impact.read_starts": (
        "see_figures", lambda w, v, p: reading_impact.read_starts(w.store, "bp_control", viewer=v)),
    "reading_impact.read_beside": ("see_figures", lambda w, v, p: reading_impact.read_beside(w.store, ACTION, viewer=v)),
    "reading_impact.read_impact": (
        "see_figures", lambda w, v, p: reading_impact.read_impact(w.store, ACTION, [OTHER], viewer=v)),
    "reading_impact.read_placebo_measures": (
        "see_figures", lambda w, v, p: reading_impact.read_placebo_measures(w.store, ACTION, [OTHER], viewer=v)),
    "reading_impact.read_people": (
        "see_figures",
        lambda w, v, p: reading_impact.read_people(w.store, Impact(ACTION, "", "not enough data"), viewer=v)),
    "acting.read_actions": ("see_actions", lambda w, v, p: acting.read_actions(w.store, v)),
    "acting.read_partners": ("see_actions", lambda w, v, p: acting.read_partners(w.store, v)),
    "acting.record": ("record_actions", lambda w, v, p: acting.record(w.store, v, DEED, actor="x")),
    "acting.report": (
        "record_actions", lambda w, v, p: acting.report(w.store, v, 99, 1, "running", "", DEED, actor="x")),
    "acting.change": ("record_actions", lambda w, v, p: acting.change(w.store, v, 99, 1, DEED, reason="", actor="x")),
    "acting.undo": ("record_actions", lambda w, v, p: acting.undo(w.store, v, 99, 1, reason="", actor="x")),
    "acting.record, where leaders may": (
        "record_actions_as_leader",
        lambda w, v, p: _where_leaders_record(w, v, lambda: acting.record(w.store, v, DEED, actor="x"))),
    "telling_stories.read_stories": ("see_stories", lambda w, v, p: telling_stories.read_stories(w.store, v)),
    "telling_stories.write": (
        "write_stories", lambda w, v, p: telling_stories.write(w.store, v, "bp_control", "story", 9, WORDS, actor="x")),
    "telling_stories.write, where leaders may": (
        "write_stories_as_leader",
        lambda w, v, p: _where_leaders_record(
            w, v, lambda: telling_stories.write(w.store, v, "bp_control", "story", 9, WORDS, actor="x"))),
    "hearing_people.read_voices": ("see_stories", lambda w, v, p: hearing_people.read_voices(w.store, v)),
    "hearing_people.read_requests": ("see_stories", lambda w, v, p: hearing_people.read_requests(w.store, v)),
    "hearing_people.enter": ("write_stories", lambda w, v, p: hearing_people.enter(w.store, v, [], actor="x")),
    "hearing_people.take_back": (
        "write_stories", lambda w, v, p: hearing_people.take_back(w.store, v, 99, 1, reason=WORDS, actor="x")),
    "hearing_people.hear": (
        "write_stories",
        lambda w, v, p: hearing_people.hear(w.store, v, people_asked.Asked("bp_control", WORDS, None, DAY), actor="x")),
    "hearing_people.answer": (
        "write_stories", lambda w, v, p: hearing_people.answer(w.store, v, 99, 1, WORDS, DAY, actor="x")),
    "hearing_people.drop": (
        "write_stories", lambda w, v, p: hearing_people.drop(w.store, v, 99, 1, reason=WORDS, actor="x")),
    "counting_views.ViewCounts.read": ("see_views", lambda w, v, p: ViewCounts(w.store).read(v)),
    "occasions.read_occasions": ("send_messages", lambda w, v, p: occasions.read_occasions(w.store, v)),
    "posting.read_recipients": (
        "send_messages", lambda w, v, p: posting.read_recipients(w.store, v, Occasion("x#1", "reminder", p))),
    "posting.read_messages": ("see_messages", lambda w, v, p: posting.read_messages(w.store, v)),
    "posting.post": ("send_messages", lambda w, v, p: posting.post(w.store, v, MESSAGE, actor="x")),
    "posting.send_now": ("send_messages", lambda w, v, p: posting.send_now(w.store, v, 99)),
    "posting.cancel": ("send_messages", lambda w, v, p: posting.cancel(w.store, v, 99, actor="x")),
    "posting.note": ("send_messages", lambda w, v, p: posting.note(w.store, v, 99, actor="x")),
    "posting.try_again": ("send_messages", lambda w, v, p: posting.try_again(w.store, v, 99, actor="x")),
    "calendar_feeds.make_address": (
        "keep_calendar_address", lambda w, v, p: calendar_feeds.make_address(w.store, v, p, actor="x")),
    "calendar_feeds.read_addresses": (
        "keep_calendar_address", lambda w, v, p: calendar_feeds.read_addresses(w.store, v, p)),
    "calendar_feeds.revoke_address": (
        "keep_calendar_address", lambda w, v, p: calendar_feeds.revoke_address(w.store, v, p, 99, actor="x")),
    "agreement_receipt.read_receipt": ("read_files", lambda w, v, p: agreement_receipt.read_receipt(w.store, v, p)),
    "asking.ask": ("query_figures", lambda w, v, p: asking.ask(w.door, v, None, "shared", "")),
    "asking.ask, rows": ("query_rows", lambda w, v, p: asking.ask(w.door, v, None, "research", "")),
    "asking.tables": ("query_figures", lambda w, v, p: asking.tables(w.store, v, "shared")),
    "asking.read_saved": ("query_figures", lambda w, v, p: asking.read_saved(w.store, v)),
    "asking.save": ("save_queries", lambda w, v, p: asking.save(w.store, v, "", "shared", "", actor="x")),
    "asking.remove": ("save_queries", lambda w, v, p: asking.remove(w.store, v, 99, actor="x")),
    "release_export.export": (
        "export_figures", lambda w, v, p: release_export.export(w.store, v, "measure-report")),
    "release_export.into_folder": (
        "export_figures",
        lambda w, v, p: release_export.into_folder(w.store, w.store.folder / "out", "adx", viewer=v)),
    "own_list.years": ("see_unreleased", lambda w, v, p: own_list.years(w.store, v, p)),
    "own_list.columns": ("see_unreleased", lambda w, v, p: own_list.columns(w.store, v, p, b"")),
    "own_list.reconcile": (
        "see_unreleased",
        lambda w, v, p: own_list.reconcile(w.store, v, p, "bp_control", DAY, SentList((), ()), own_list.Asked("", ""))),
    "settings_trial.SettingsTrial": (
        "change_settings", lambda w, v, p: SettingsTrial(w.store, v, w.store.partnership, w.store.partnership)),
}  # fmt: skip
"""Function -> the action it is, and a call for a viewer and a partner whose things they are."""

# Functions that answer with nothing, as for something that does not exist: what stands in for nothing.
EMPTY: dict[str, tuple[Action, Try]] = {
    "reading.read_submissions": (
        "read_files", lambda w, v, p: [s for s in reading.read_submissions(w.store, v) if s.partner_id == p]),
    "reading.read_unreleased": (
        "see_unreleased", lambda w, v, p: reading.read_unreleased(w.store, v).to_dicts() if v.partner_id in (None, p) else []),
    "reading.read_quality": ("see_quality", lambda w, v, p: reading.read_quality(w.store, v, p)),
    "reading.read_between": ("see_contradictions", lambda w, v, p: reading.read_between(w.store, v, p)),
    "reading.read_probing": ("see_contradictions", lambda w, v, p: reading.read_probing(w.store, v, p)),
    "reading_impact.read_recorded": ("see_actions", lambda w, v, p: reading_impact.read_recorded(w.store, viewer=v)),
    "own_referrals.concerns": ("see_unreleased", lambda w, v, p: own_referrals.concerns(w.store, v)),
    "own_referrals.sends": ("see_unreleased", lambda w, v, p: own_referrals.sends(w.store, v)),
    "discussing.read_appeals": (
        "read_files",
        lambda w, v, p: [a for a in discussing.read_appeals(w.store, v) if a.note.file.partner_id == p]),
    "discussing.read_used_reasons": (
        "read_files",
        lambda w, v, p: discussing.read_used_reasons(w.store, v, p, "blood_pressure", ("no_such_rule", None))),
}  # fmt: skip


def _where_leaders_record(world: World, viewer: Viewer, record: Callable[[], object]) -> None:
    """Backbone staff always may; so what the row alone gives is tried without them."""
    if viewer.role == "backbone":
        raise NotAllowed
    settings = world.store.partnership
    policy = settings.policy.model_copy(update={"leaders_record": True})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.store, "partnership", settings.model_copy(update={"policy": policy}))
        record()


def _waited(work: ReleaseWork, step: str, *arguments: Any) -> None:
    getattr(work, step)(*arguments)
    work.wait()
