"""Files of boundaries that came in by the page: kept for their owner alone, and never in another's place."""

from data.ledger.areas import area_files


def test_a_file_is_kept_under_a_name_made_of_what_it_holds_and_its_owner_alone_reads_it(tmp_path):
    one, other = area_files.keep(tmp_path, b"one"), area_files.keep(tmp_path, b"other")
    assert one != other and area_files.keep(tmp_path, b"one") == one
    assert (tmp_path / one).read_bytes() == b"one" and (tmp_path / one).stat().st_mode & 0o777 == 0o600
    assert area_files.kept(tmp_path) == sorted([one, other])


def test_only_files_that_came_in_by_the_page_are_ever_removed(tmp_path):
    mine = area_files.keep(tmp_path, b"mine")
    for name in ("zip_areas.geojson", "uploaded_areas_mine.geojson", "concord.toml"):
        (tmp_path / name).write_text("theirs")
    (tmp_path / "uploaded_areas_0.geojson.new").write_text("cut short")
    area_files.remove(tmp_path, {mine, "zip_areas.geojson", "uploaded_areas_mine.geojson", "../x"})
    assert {p.name for p in tmp_path.iterdir()} == {"zip_areas.geojson", "uploaded_areas_mine.geojson", "concord.toml"}
