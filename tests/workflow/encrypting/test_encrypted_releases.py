"""A server that only shows releases opens encrypted ones with the keys of their editions, and with nothing else."""

import pytest

from data.ledger.data_folder import ENCRYPTION_VARIABLE, NotReady
from data.ledger.encryption.folder_key import EDITION_VARIABLE
from schemas.policy.viewer import EVERYONE
from tests.workflow.carrying.test_who_may_look import DANA, SIGN_IN
from tests.workflow.encrypting.conftest import KEY, OTHER, opened, with_key
from workflow import reading
from workflow.access.door import door_of
from workflow.carrying import release_store
from workflow.questioning import asking


def test_it_asks_for_a_key_and_opens_with_those_of_the_two_editions(encrypted, tmp_path, monkeypatch):
    viewers = tmp_path / "viewers.toml"
    viewers.write_text(SIGN_IN + DANA)
    with with_key(KEY):
        main = opened(encrypted)
        said = reading.read_results(main.store, EVERYONE)
        main.close()
    monkeypatch.delenv(ENCRYPTION_VARIABLE, raising=False)
    releases = encrypted / "releases"
    with pytest.raises(NotReady, match="the shared edition is encrypted, and no key is there"):
        release_store.open_releases(releases, viewers)
    monkeypatch.setenv(f"{EDITION_VARIABLE}_SHARED", KEY.of("shared").written())
    with pytest.raises(NotReady, match="the dashboards edition is encrypted, and no key is there"):
        release_store.open_releases(releases, viewers)
    monkeypatch.setenv(f"{EDITION_VARIABLE}_DASHBOARDS", OTHER.of("dashboards").written())
    with pytest.raises(NotReady, match="its key is not the right one"):
        release_store.open_releases(releases, viewers)
    monkeypatch.setenv(f"{EDITION_VARIABLE}_DASHBOARDS", KEY.of("dashboards").written())
    shown = release_store.open_releases(releases, viewers)
    assert reading.read_results(shown, EVERYONE).equals(said)
    assert asking.ask(door_of(shown), EVERYONE, None, "shared", "FROM main.results").wait().rows
    assert shown.key_of("research") is None
    shown.close()
