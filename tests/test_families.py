"""Every family of bad input has a test that shows what comes of it: a list of the families, and where each is shown."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent

# family | module of tests | words that stand in it, in a case's or a test's name
SHOWN = """
structure: extra delimiter             | bad_input    | "an extra delimiter"
structure: missing delimiter           | bad_input    | "a missing value"
structure: ragged rows                 | written_files | RAGGED
structure: swapped header              | bad_input    | "columns in another order"
structure: duplicate header            | bad_input    | "a column twice"
structure: missing header              | bad_input    | "a column is missing"
structure: several header lines above  | bad_input    | "a header of two rows"
structure: several header lines below  | shaping      | test_a_second_line_of_names_or_units_is_left_out_and_named
structure: preamble                    | bad_input    | "a title, a date and a blank line above
structure: totals row                  | bad_input    | "a totals row"
structure: totals row with an id       | shaping      | test_a_total_below_a_list_of_patients_is_no_patient
structure: blank lines                 | bad_input    | "an empty line"
structure: no header                   | bad_input    | "no header"
structure: one column                  | bad_input    | "one column"
structure: mixed delimiters            | bad_input    | "mixed delimiters"
structure: unclosed quote              | bad_input    | "an unclosed quotation mark"
structure: quote inside a field        | bad_input    | "a quotation mark inside"
structure: quoted line break           | bad_input    | "a quoted line break"
structure: CR, CRLF, LF mixed          | bad_input    | "ends of line mixed"
structure: empty file                  | bad_input    | "an empty file"
structure: header only                 | bad_input    | "a header only"
structure: the template as it is       | examples     | test_the_templates_example_row_is_noticed_and_left_out
structure: 10,000 columns              | bad_input    | "10,000 columns"
structure: a field of 1 MB             | bad_input    | "a field of a million characters"
structure: values beside the table     | shaping      | test_a_value_in_a_column_without_a_name_is_told
bytes: byte-order mark                 | bad_input    | "UTF-8 with a mark"
bytes: UTF-16                          | bad_input    | "UTF-16 LE without a mark"
bytes: cp1252                          | bad_input    | "cp1252"
bytes: latin-1                         | bad_input    | "latin-1"
bytes: invalid UTF-8                   | bad_input    | "two encodings mixed"
bytes: NUL                             | bad_input    | "a NUL"
bytes: gz, zip, xlsx under a .csv name | any_file     | test_what_a_file_is_called_does_not_matter
bytes: truncated archive               | bad_input    | "zip cut off"
bytes: zip of zips                     | bad_input    | "zip of zips"
bytes: bombs                           | any_file     | test_what_unpacks_to_far_more_than_its_size_is_refused
bytes: encrypted zip                   | any_file     | test_a_zip_that_is_locked_is_refused
bytes: XML bombs                       | any_file     | test_an_xml_bomb_is_not_expanded
bytes: external entities               | any_file     | test_no_file_of_the_server_is_read_into_a_sheet
bytes: legacy .xls                     | bad_input    | "an old spreadsheet of nonsense"
bytes: a web page called .xls, JSON    | any_file     | test_text_that_is_no_table_is_called_by_its_name
values: ambiguous dates                | bad_input    | "date that reads two ways"
values: Excel serial dates             | bad_input    | "as a spreadsheet's number"
values: two-digit years                | bad_input    | "with a two-digit year"
values: two-digit years of birth       | bad_input    | "a birth date with a two-digit year"
values: 30 February                    | bad_input    | "30 February"
values: year 1900                      | bad_input    | "1900, which programs write for none"
values: year 2099                      | bad_input    | "2099"
values: 1.23E+10 ids                   | bad_input    | "1.23E+10"
values: ids as decimal numbers         | shaping      | test_ids_that_became_decimal_numbers_are_whole_again
values: lost leading zeros             | bad_input    | "lost leading zeros"
values: thousands separators           | bad_input    | "a thousand and more people"
values: decimal comma                  | bad_input    | '"128,5"'
values: N/A, -, unknown                | bad_input    | "N/A", "-", "unknown"
values: 999                            | bad_input    | "999"
values: full-width digits              | bad_input    | "１２８"
values: right-to-left marks            | bad_input    | \\u202eP2
values: zero-width characters          | bad_input    | P\\u200b2
values: naughty strings                | corpus       | test_each_naughty_line_in_each_column
values: kPa pressures                  | bad_input    | "pressures in kPa"
values: kPa in the header              | repairs      | test_a_column_whose_header_says_kpa_is_converted
values: systolic below diastolic       | bad_input    | "systolic_not_above_diastolic"
values: 0/0                            | bad_input    | "0 of 0"
values: 0/0 as a pressure              | shaping      | 0/0
values: units in the value             | bad_input    | "128 mmHg"
values: negative counts                | bad_input    | "negative count"
values: numerator above denominator    | bad_input    | "numerator above denominator"
values: discharge before admission     | bad_input    | "discharged before admitted"
values: age 130                        | bad_input    | "born 130 years ago"
values: several values in one cell     | bad_input    | "two settings in one cell"
values: both pressures in one cell     | shaping      | test_two_pressures_in_one_cell_are_read_or_found
values: names                          | bad_input    | "a name for an id"
values: SSNs                           | canaries     | f"{kind} as id"
values: phones                         | canaries     | f"{kind} as word"
values: e-mails in any column          | canaries     | f"{kind} in an extra column"
values: formula cells                  | given_back   | test_no_cell_can_be_taken_for_a_formula
semantics: birth after event           | crosschecks  | before_birth
semantics: duplicate keys              | bad_input    | "a stay twice"
semantics: the same file renamed       | submit_page  | test_the_same_file_again_changes_nothing
semantics: overlapping windows         | ledger       | test_a_correction_in_the_middle_splits_the_earlier_window
semantics: a window with a hole        | effect       | two_weeks_without_rows
semantics: an unknown patient          | examples     | unknown_patient
semantics: one patient, two birth dates | contradictions | test_another_birth_date_or_sex_is_warned_of
semantics: the same stay, two hospitals | crosschecks | same_stay
names: paths that climb                | bad_input    | "zip with a path that climbs"
names: very long                       | bad_input    | 'x' * 240
names: 4,000 characters                | submit_page  | test_a_file_name_of_four_thousand_characters_is_cut_where_it_is_shown
names: reserved                        | bad_input    | "CON.csv"
names: emoji                           | bad_input    | "émoji 💥.csv"
"""


@pytest.mark.parametrize("line", SHOWN.strip().splitlines(), ids=lambda line: line.split("|")[0].strip())
def test_the_family_is_shown_where_it_is_said_to_be(line: str) -> None:
    _, module, words = (part.strip() for part in line.split("|"))
    path = TESTS / f"{module if module == 'written_files' else f'test_{module}'}.py"
    assert words in path.read_text(encoding="utf-8")
