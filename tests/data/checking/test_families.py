"""Every family of bad input has a test that shows what comes of it: a list of the families, and where each is shown."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]

# family | module of tests | words that stand in it, in a case's or a test's name
SHOWN = """
structure: extra delimiter              | data/checking/test_bad_input      | "an extra delimiter"
structure: missing delimiter            | data/checking/test_bad_input      | "a missing value"
structure: ragged rows                  | support/written_files             | RAGGED
structure: swapped header               | data/checking/test_bad_input      | "columns in another order"
structure: duplicate header             | data/checking/test_bad_input      | "a column twice"
structure: missing header               | data/checking/test_bad_input      | "a column is missing"
structure: several header lines above   | data/checking/test_bad_input      | "a header of two rows"
structure: several header lines below   | data/reading/test_column_shapes   | test_a_second_line_of_names_or_units_is_left_out_and_named
structure: preamble                     | data/checking/test_bad_input      | "a title, a date and a blank line above
structure: totals row                   | data/checking/test_bad_input      | "a totals row"
structure: totals row with an id        | data/reading/test_column_shapes   | test_a_total_below_a_list_of_patients_is_no_patient
structure: blank lines                  | data/checking/test_bad_input      | "an empty line"
structure: no header                    | data/checking/test_bad_input      | "no header"
structure: one column                   | data/checking/test_bad_input      | "one column"
structure: mixed delimiters             | data/checking/test_bad_input      | "mixed delimiters"
structure: unclosed quote               | data/checking/test_bad_input      | "an unclosed quotation mark"
structure: quote inside a field         | data/checking/test_bad_input      | "a quotation mark inside"
structure: quoted line break            | data/checking/test_bad_input      | "a quoted line break"
structure: CR, CRLF, LF mixed           | data/checking/test_bad_input      | "ends of line mixed"
structure: empty file                   | data/checking/test_bad_input      | "an empty file"
structure: header only                  | data/checking/test_bad_input      | "a header only"
structure: the template as it is        | data/checking/test_examples       | test_the_templates_example_row_is_noticed_and_left_out
structure: 10,000 columns               | data/checking/test_bad_input      | "10,000 columns"
structure: a field of 1 MB              | data/checking/test_bad_input      | "a field of a million characters"
structure: values beside the table      | data/reading/test_column_shapes   | test_a_value_in_a_column_without_a_name_is_told
bytes: byte-order mark                  | data/checking/test_bad_input      | "UTF-8 with a mark"
bytes: UTF-16                           | data/checking/test_bad_input      | "UTF-16 LE without a mark"
bytes: cp1252                           | data/checking/test_bad_input      | "cp1252"
bytes: latin-1                          | data/checking/test_bad_input      | "latin-1"
bytes: invalid UTF-8                    | data/checking/test_bad_input      | "two encodings mixed"
bytes: NUL                              | data/checking/test_bad_input      | "a NUL"
bytes: gz, zip, xlsx under a .csv name  | data/receiving/test_any_file      | test_what_a_file_is_called_does_not_matter
bytes: truncated archive                | data/checking/test_bad_input      | "zip cut off"
bytes: zip of zips                      | data/checking/test_bad_input      | "zip of zips"
bytes: bombs                            | data/receiving/test_hostile_files | test_what_unpacks_to_far_more_than_its_size_is_refused
bytes: encrypted zip                    | data/receiving/test_hostile_files | test_a_zip_that_is_locked_is_refused
bytes: XML bombs                        | data/receiving/test_hostile_files | test_an_xml_bomb_is_not_expanded
bytes: external entities                | data/receiving/test_hostile_files | test_no_file_of_the_server_is_read_into_a_sheet
bytes: legacy .xls                      | data/checking/test_bad_input      | "an old spreadsheet of nonsense"
bytes: a web page called .xls, JSON     | data/receiving/test_foreign_formats | test_text_that_is_no_table_is_called_by_its_name
values: ambiguous dates                 | data/checking/bad_values          | "date that reads two ways"
values: Excel serial dates              | data/checking/bad_values          | "as a spreadsheet's number"
values: two-digit years                 | data/checking/bad_values          | "with a two-digit year"
values: two-digit years of birth        | data/checking/bad_values          | "a birth date with a two-digit year"
values: 30 February                     | data/checking/bad_values          | "30 February"
values: year 1900                       | data/checking/bad_values          | "1900, which programs write for none"
values: year 2099                       | data/checking/bad_values          | "2099"
values: 1.23E+10 ids                    | data/checking/bad_values          | "1.23E+10"
values: ids as decimal numbers          | data/reading/test_column_shapes   | test_ids_that_became_decimal_numbers_are_whole_again
values: lost leading zeros              | data/checking/bad_values          | "lost leading zeros"
values: thousands separators            | data/checking/bad_values          | "a thousand and more people"
values: decimal comma                   | data/checking/bad_values          | '"128,5"'
values: N/A, -, unknown                 | data/checking/bad_values          | "N/A", "-", "unknown"
values: 999                             | data/checking/bad_values          | "999"
values: full-width digits               | data/checking/bad_values          | "１２８"
values: right-to-left marks             | data/checking/bad_values          | \\u202eP2
values: zero-width characters           | data/checking/bad_values          | P\\u200b2
values: naughty strings                 | real/test_corpus                  | test_each_naughty_line_in_each_column
values: kPa pressures                   | data/checking/bad_values          | "pressures in kPa"
values: kPa in the header               | data/reading/test_repairs         | test_a_column_whose_header_says_kpa_is_converted
values: systolic below diastolic        | data/checking/bad_values          | "systolic_not_above_diastolic"
values: 0/0                             | data/checking/bad_values          | "0 of 0"
values: 0/0 as a pressure               | data/reading/test_column_shapes   | 0/0
values: units in the value              | data/checking/bad_values          | "128 mmHg"
values: negative counts                 | data/checking/bad_values          | "negative count"
values: numerator above denominator     | data/checking/bad_values          | "numerator above denominator"
values: discharge before admission      | data/checking/bad_values          | "discharged before admitted"
values: age 130                         | data/checking/bad_values          | "born 130 years ago"
values: several values in one cell      | data/checking/bad_values          | "two settings in one cell"
values: both pressures in one cell      | data/reading/test_column_shapes   | test_two_pressures_in_one_cell_are_read_or_found
values: names                           | data/checking/bad_values          | "a name for an id: it is coded"
values: SSNs                            | attack/test_canaries              | test_what_tells_who_a_person_is_may_be_an_id_and_is_nowhere
values: phones                          | attack/test_canaries              | f"{kind} as word"
values: e-mails in any column           | attack/test_canaries              | f"{kind} in an extra column"
values: formula cells                   | data/checking/test_returned_file  | test_no_cell_can_be_taken_for_a_formula
semantics: birth after event            | data/checking/cross_check_traps   | before_birth
semantics: duplicate keys               | data/checking/bad_values          | "a stay twice"
semantics: the same file renamed        | pages/test_submit_page            | test_the_same_file_again_changes_nothing
semantics: overlapping windows          | data/ledger/test_submissions      | test_a_correction_in_the_middle_splits_the_earlier_window
semantics: a window with a hole         | workflow/previewing/test_continuity          | two_weeks_without_rows
semantics: an unknown patient           | data/checking/test_examples       | unknown_patient
semantics: one patient, two birth dates | data/checking/test_contradictions | test_another_birth_date_or_sex_is_warned_of
semantics: the same stay, two hospitals | data/checking/cross_check_traps   | same_stay
names: paths that climb                 | data/checking/test_bad_input      | "zip with a path that climbs"
names: very long                        | data/checking/test_bad_input      | 'x' * 240
names: 4,000 characters                 | pages/test_submit_page            | test_a_file_name_of_four_thousand_characters_is_cut_where_it_is_shown
names: reserved                         | data/checking/test_bad_input      | "CON.csv"
names: emoji                            | data/checking/test_bad_input      | "émoji 💥.csv"
"""


@pytest.mark.parametrize("line", SHOWN.strip().splitlines(), ids=lambda line: line.split("|")[0].strip())
def test_the_family_is_shown_where_it_is_said_to_be(line: str) -> None:
    _, module, words = (part.strip() for part in line.split("|"))
    (path,) = TESTS.glob(f"{module}.*")
    assert words in path.read_text(encoding="utf-8")
