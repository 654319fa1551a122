"""Files polluted in one place each: none is read silently wrong, and every refusal names its row."""

from collections import Counter

import pytest

from tests.support.polluting.polluted_files import polluted
from tests.support.polluting.polluted_verdicts import OPEN_VERDICTS, opened, verdict


@pytest.mark.parametrize("every", [127, pytest.param(1, marks=pytest.mark.heavy)])
def test_no_polluted_file_is_read_silently_wrong(tmp_path, every):
    store = opened(tmp_path)
    files = [one for number, one in enumerate(polluted()) if number < 25 or number % every == 0]
    met = Counter((verdict(store, one), one.kind) for one in files)
    store.close()
    assert len(files) > 40 and {kind: n for (what, kind), n in met.items() if what in OPEN_VERDICTS} == {}
