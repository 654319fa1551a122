"""What `store.toml` may say, and what is said of the rest."""

from pathlib import Path

import pytest

from data.ledger.data_folder import STORE, NotReady
from data.ledger.lake import lake_place
from data.ledger.lake.lake_place import LakePlace

CATALOG = "postgres:host=db.example.org dbname=concord user=concord"


def test_a_folder_without_the_file_has_its_store_in_itself(tmp_path: Path):
    assert lake_place.place_of(tmp_path) is None


def test_rows_lie_in_the_folder_or_where_a_full_path_says(tmp_path: Path):
    assert LakePlace(catalog=CATALOG).rows_in(tmp_path) == tmp_path / "rows"
    assert LakePlace(catalog=CATALOG, rows="/srv/rows").rows_in(tmp_path) == Path("/srv/rows")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f'catalog = "{CATALOG} password=hunter2"', "password does not belong here"),
        ('catalog = "postgres:passfile=/tmp/x"', "passfile does not belong here"),
        ('catalog = "mysql:host=x"', "catalog: String should match pattern"),
        ('catalog = "postgres:dbname=x\' AS y; DROP"', "catalog: String should match pattern"),
        (f'catalog = "{CATALOG}"\nrows = "s3://bucket/rows"', "rows: String should match pattern"),
        (f'catalog = "{CATALOG}"\nschema = "a;b"', "schema: String should match pattern"),
        (f'catalog = "{CATALOG}"\nbucket = "x"', "bucket: Extra inputs are not permitted"),
        ('rows = "rows"', "catalog: Field required"),
        ("catalog = ", "is no TOML"),
    ],
)
def test_what_is_not_right_is_told_and_never_repeated(tmp_path: Path, text: str, why: str):
    (tmp_path / STORE).write_text(text)
    with pytest.raises(NotReady, match=why) as told:
        lake_place.place_of(tmp_path)
    assert "hunter2" not in str(told.value)


def test_locks_of_two_stores_in_one_database_are_not_the_same():
    one, other = LakePlace(catalog=CATALOG), LakePlace(catalog=CATALOG, schema="other")
    assert one.number_of("accepting") != other.number_of("accepting") != one.number_of("releasing")
    assert -(2**63) <= one.number_of("accepting") < 2**63
