"""What is written to `concord.toml` is read back as the same settings."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.demo.demo_settings import DEMO_SETTINGS
from data.ledger.settings import settings_toml
from schemas.policy.partnership import Partnership

EVERYTHING = """
name = "A “quoted” \\"name\\" \\\\ with = [signs] # and more"
hosts = ["concord.example.org"]
today = 2026-10-20
[targets]
bp_control = 0.7
[target_dates]
bp_control = 2027-12-31
[owners]
bp_control = "Dana Reyes"
[plans]
bp_control = "Nurses call after each visit"
[places]
12345 = "01001"
[limits]
systolic_max = { value = 280, reason = "Our monitors stop at 280" }
[policy]
partner_figures = false
zip_digits = 3
[[gaps]]
indicator = "bp_control"
by = "sex"
groups = ["female", "male"]
[[partners]]
id = "alder"
name = "Alder"
left = 2026-03-31
hospitals = ["North, campus", "South"]
contacts = ["Kim Lee, kim@alder.example"]
"""


@pytest.mark.parametrize("told", [EVERYTHING, DEMO_SETTINGS, ""])
def test_every_kind_of_setting_comes_back(told):
    settings = Partnership.model_validate(tomllib.loads(told))
    text = settings_toml.text(settings)
    assert Partnership.model_validate(tomllib.loads(text)) == settings
    assert "keep_releases" not in text, "a default is not written: a newer program may have another"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_any_text_comes_back(name):
    settings = Partnership.model_validate({"name": name, "partners": [{"id": "alder", "name": name}]})
    assert Partnership.model_validate(tomllib.loads(settings_toml.text(settings))) == settings
