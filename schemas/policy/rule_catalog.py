"""The rule catalogue: every check that intake makes, in the words that a partner reads.

`category` and `reach` follow the NHS data-validation engine: Blank, Wrong format, Bad value, Bad file; see `REACHES`.
`{name}` in a text is the limit of that name in force.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from schemas.policy.limits import USUAL, Limits
from schemas.policy.rule import Rule


@lru_cache
def rules_under(limits: Limits) -> Mapping[str, Rule]:
    """The catalogue, with the numbers of these limits in its words."""
    rules = {}
    for block in _CATALOGUE.strip().split("\n\n"):
        head, *words = (line.strip() for line in block.strip().splitlines())
        name, category, reach, severity = (part.strip() for part in head.split("|"))
        title, mend = (text.format_map(limits.told) for text in words)
        rules[name] = Rule.model_validate(
            {"id": name, "category": category, "reach": reach, "severity": severity, "title": title, "mend": mend}
        )
    return MappingProxyType(rules)


_CATALOGUE = """
empty_file | bad file | submission | stops
The file holds no rows
Export the file again; it needs a header line and at least one row below it.

not_a_text_file | bad file | submission | stops
The file is not a table we can read
Send a CSV file (comma, tab, semicolon or pipe), a spreadsheet (.xlsx), or a zip or gzip archive of these.

encrypted_file | bad file | submission | stops
The file is locked with a password
Save it without a password and send it again: the upload itself is private.

damaged_file | bad file | submission | stops
The file is damaged or cut short
Make it anew, or open it in the program it came from and save it again.

unpacks_too_large | bad file | submission | stops
The file unpacks to far more than its size
Send the plain CSV file instead.

several_tables | bad file | submission | stops
The file holds several tables, and which one is meant cannot be told
Say which sheet or file to read, or send a file with one table only.

unreadable_bytes | bad file | submission | stops
Some bytes are not text in any encoding we know
Export the file again as "CSV UTF-8".

header_unreadable | bad file | submission | stops
No line names the columns
One line must name each column once, near the top. Download the template to compare.

missing_column | bad file | submission | stops
A required column is missing
Add the column, or name it as in the template.

duplicate_column | bad file | submission | stops
Two columns have the same meaning
Keep one of them and send the file again.

personal_column | bad file | submission | stops
A column that names people is in the file
Remove names, social security numbers, phone numbers, e-mail and street addresses. Nothing of this file was kept.

personal_value | bad file | submission | stops
A cell holds what looks like a social security number, a name, a phone number or an e-mail address
Replace it by your own id for the patient, or leave it out. Nothing of this file was kept.

date_order_unknown | wrong format | submission | stops
Dates with slashes can be read in two ways
Say once whether the month or the day comes first, or write dates as 2026-03-31.

unclosed_quote | bad file | submission | stops
A quotation mark is opened and never closed
Close the quotation mark in this row, or remove it.

lines_above_header | bad file | warning | information
The lines above the header were left out
Nothing to do when they hold no records, such as a title or the day of the export.

repeated_header | bad file | line | information
The header is repeated further down
Nothing to do: the line is not a record and was left out.

totals_line | bad file | line | information
A line of totals
Nothing to do: the line is not a record and was left out.

note_line | bad file | line | information
A line of words below the table
Nothing to do: the line is not a record and was left out.

second_header | bad file | line | information
A second line of names or units below the header
Nothing to do: the line is not a record and was left out.

example_row | bad file | line | information
The template's example row
Nothing to do: the line is not a record and was left out.

row_left_out | bad file | line | information
A row that is no record of this kind, as you said
Nothing to do; to have such rows counted, say what their word means.

error_cells | blank | warning | check
Some cells hold a formula's error, such as #N/A
They are read as blank. Mend the formulas in the spreadsheet if values are missing.

wrong_field_count | bad file | record | blocks
The row has more or fewer fields than the header
Often an unquoted comma in a value or a cut line: put the value in quotation marks, or complete the row.

line_break_in_value | bad file | record | blocks
A value holds a line break
Remove the line break; often a quotation mark is missing in this row.

blank_required | blank | record | blocks
A required value is blank
Fill in the value.

wrong_date | wrong format | record | blocks
Not a date we can read
Write the date as year-month-day, such as 2026-03-31; birth dates need all four digits of the year.

not_two_pressures | wrong format | record | blocks
The cell does not hold two pressures
Write systolic and diastolic with a stroke between, such as 128/79, or give each a column of its own.

wrong_number | wrong format | record | blocks
Not a number
Write digits only, with a point for decimals.

not_in_vocabulary | bad value | record | blocks
Not a word or code of this column's list
Use one of the words or codes of the guide for this dataset.

wrong_pattern | wrong format | record | blocks
The value does not have the form of this column
Compare with the example in the template.

mangled_id | wrong format | record | blocks
A spreadsheet has rewritten this id as a rounded number
Format the column as text in the spreadsheet and export again; the digits that were lost cannot be guessed.

lost_leading_zeros | wrong format | record | blocks
The id has lost its leading zeros
The same id with leading zeros is known. Format the column as text in the spreadsheet and export again.

maybe_lost_leading_zeros | wrong format | warning | check
Some ids are shorter than the rest, as when a spreadsheet drops leading zeros
Compare these ids with your own system; if zeros are missing, format the column as text and export again.

future_date | bad value | record | blocks
The date lies in the future
Correct the date.

ancient_date | bad value | record | blocks
The date lies before {earliest_year}, or is the 1 January 1900 that programs write for none
Correct the date, or leave it blank where it is not known.

outside_window | bad value | record | blocks
The row lies outside the dates that you say the file covers
Correct the date, or widen the dates that the file covers.

birth_date_implausible | bad value | record | blocks
The birth date makes the person older than {oldest_age} years
Correct the birth date.

birth_year_contradicts | bad value | record | blocks
Birth date and birth year do not agree
Correct one of them, or leave the year blank.

repeated_patient | bad value | record | blocks
The same patient appears more than once
Keep one row for each patient; several races go in one cell, separated by a semicolon.

repeated_stay | bad value | record | blocks
The same stay appears more than once
Keep one row for each stay.

repeated_count | bad value | record | blocks
The same figure appears more than once
Keep one row for each indicator, period and group.

repeated_row | bad value | warning | information
The row repeats an earlier row exactly
Nothing to do if the repeat is true; it does not change any figure.

discharge_before_admission | bad value | record | blocks
The discharge is before the admission
Correct one of the two dates.

very_long_stay | bad value | warning | check
The stay is longer than {longest_stay} days
Check both dates.

expected_probability_range | bad value | record | blocks
The expected probability is not between 0 and 1
Write it as a fraction, such as 0.152.

ends_before_it_starts | bad value | record | blocks
The event ends before it starts
Correct one of the two dates.

systolic_implausible | bad value | record | blocks
The systolic pressure is not between {systolic_min} and {systolic_max} mmHg
Write the pressure in mmHg (16 kPa is 120 mmHg); leave a pressure that was not taken blank.

diastolic_implausible | bad value | record | blocks
The diastolic pressure is not between {diastolic_min} and {diastolic_max} mmHg
Write the pressure in mmHg (9.3 kPa is 70 mmHg); leave a pressure that was not taken blank.

systolic_not_above_diastolic | bad value | record | blocks
The systolic pressure is not above the diastolic
The two values are often swapped: correct them.

no_pressure | blank | record | blocks
The row has neither a systolic nor a diastolic pressure
Fill in the reading, or leave the row out.

no_screen_result | blank | record | blocks
The row has no answers, no score and no result
Fill in one of items, raw_score or result.

score_out_of_range | bad value | record | blocks
The score is higher than the questionnaire allows, or below zero
The 6-item form scores 0 to 6, the 10-item 0 to 10, the 18-item 0 to 18.

too_many_items | bad value | record | blocks
There are more answers than the questionnaire has items
Write the answers of one screen, separated by semicolons.

result_contradicts_items | bad value | warning | check
The result does not follow from the answers or the score
Check the row; the answers decide, then the score, then the result.

intervention_before_screen | bad value | record | blocks
The help came before the screen
Correct one of the two dates.

unknown_indicator | bad value | record | blocks
Not an indicator of this partnership
Use one of the indicator names of the Methods page.

numerator_above_denominator | bad value | record | blocks
The numerator is larger than the denominator
Correct one of the two counts.

negative_count | bad value | record | blocks
A count is below zero
Correct the count.

hidden_at_source | blank | warning | information
The count was hidden by whoever made the file
It stays unknown: it is never read as zero and the figure is not computed.

period_ends_before_it_starts | bad value | record | blocks
The period ends before it starts
Correct one of the two dates.

unknown_patient | bad value | warning | check
The patient is in none of your patients files
Send the patient in a patients file; until then age and groups read "not reported".

contradicts_earlier | bad value | warning | check
Birth date or sex differs from what you sent before
Check which is right; the file accepted last decides.

token_contradicts | bad value | warning | check
Patients with the same person_token differ in birth date or sex
Check the tokens: one of the patients may be someone else. While they share one, they count as one person.

patients_not_listed | bad value | warning | check
Some patients of your other files are in none of your patients files
Send them in a patients file; until then age and groups read "not reported".

before_birth | bad value | warning | check
The row is dated before the patient's birth
Check the date, and the birth date in your patients file.

after_death | bad value | warning | check
The row is dated after the patient's recorded death
Check the date, and the recorded death: a stay that ended with it, or the event "died".

born_after_records | bad value | warning | check
The birth date is later than something you sent about the patient
Check the birth date; when it is right, mend the file with the earlier date.

died_before_records | bad value | warning | check
The recorded death is earlier than something you sent about the patient
Check the death; when it is right, mend the file with the later date.

overlapping_stays | bad value | warning | check
The stay overlaps another stay of the same patient
Check the dates; overlapping stays are counted as one episode.

stay_in_two_hospitals | bad value | warning | check
The same stay is in two of your hospitals
Check which of them it was; the two are counted as one episode.

contradicts_elsewhere | bad value | between | check
Two partners differ in one person's birth date or sex
Ask both to check the person's token, birth date and sex; for the partnership the file accepted last decides.

stay_elsewhere | bad value | between | check
Two partners sent the same stay of one person
The two dates are the same: ask both whether it was one stay. For the partnership the two are counted as one episode.

extra_column | bad file | warning | information
A column that this dataset does not use
It was dropped and not kept.

replaces_more | bad file | warning | check
The file would replace more than {replaced_rows} times as many rows as it holds
It covers dates for which more rows are in force. If it is only part of them, state the dates that it covers.

gap_before | bad file | warning | check
Days are missing between your last file and this one
Send those days too, or state that this file covers them: until then the figures of that year stay incomplete.

weeks_missing | bad file | warning | check
Weeks without any row, where you usually have many
Look whether the extract left a site or a system out. If nothing happened in those weeks, the file is right.

volume_drop | bad file | warning | check
A month has less than {low_month} of the rows that are usual for you
Look whether the extract was cut short or left a site out. If fewer people were seen, the file is right.
"""

RULES = rules_under(USUAL)
"""The catalogue with every limit at its usual number."""
