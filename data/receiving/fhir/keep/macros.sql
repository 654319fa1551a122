-- What the queries of an export share. `words` and `events` are maps that the program sets: element -> code -> our word
-- (code_words.csv), and system|code -> event.
CREATE MACRO word(element, code) AS getvariable('words')[element][code];
CREATE MACRO has(element, code) AS getvariable('words')[element][code] IS NOT NULL;
CREATE MACRO event_of(c) AS getvariable('events')[c.system || '|' || c.code];

-- The id that a reference names: Patient/1, https://…/Patient/1/_history/2, urn:uuid:…; NULL for one of another form.
-- Nearly all are of the first form, and a split takes a tenth of the time of a pattern.
CREATE MACRO id_of(ref) AS CASE
    WHEN contains(ref, '?') OR contains(ref, '#') THEN NULL
    WHEN starts_with(ref, 'urn:') THEN nullif(regexp_extract(ref, '^urn:(?:uuid|oid):([A-Za-z0-9.-]+)$', 1), '')
    WHEN contains(ref, '/_history/') THEN nullif(regexp_extract(ref, '([A-Za-z0-9.-]+)/_history/[A-Za-z0-9.-]+$', 1), '')
    ELSE nullif(split_part(ref, '/', -1), '') END;
CREATE MACRO patient_of(ref) AS CASE
    WHEN starts_with(ref, 'Patient/') OR starts_with(ref, 'urn:') OR contains(ref, '/Patient/') THEN id_of(ref) END;

-- The calendar day where it happened, as it is written there. A moment in UTC stays whole: its day may be another one
-- there, and the check of dates counts those. So does all else that is no moment of FHIR.
CREATE MACRO day_of(moment) AS
    CASE WHEN regexp_full_match(moment,
                '\d{4}-\d\d-\d\dT[0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?[+-](?:0[1-9]|1[0-4]|00:[1-9]).*')
         THEN moment[:10] ELSE moment END;
-- A year or a month stands for all its days: it begins with the first and ends with the last.
CREATE MACRO first_day(day) AS
    CASE WHEN regexp_full_match(day, '\d{4}') THEN day || '-01-01'
         WHEN regexp_full_match(day, '\d{4}-\d\d') THEN day || '-01' ELSE day_of(day) END;
CREATE MACRO final_day(day) AS
    CASE WHEN regexp_full_match(day, '\d{4}') THEN day || '-12-31'
         WHEN regexp_full_match(day, '\d{4}-\d\d') THEN coalesce(last_day(TRY_CAST(day || '-01' AS DATE))::VARCHAR, day)
         ELSE day_of(day) END;

-- Codings with the short name of their system; those of a system that nobody declared are left out.
CREATE MACRO known_codings(codings) AS
    list_filter(list_transform(codings, lambda c: {'system': word('system', c.system), 'code': c.code}),
                lambda c: c.system IS NOT NULL AND c.code IS NOT NULL);
-- `of_loinc` is made of the same list: a comparison takes a fifth of the time of a look into the map.
CREATE MACRO loinc_of(codings) AS
    list_transform(list_filter(codings, lambda c: of_loinc(c.system)), lambda c: c.code);
CREATE MACRO holds(codings, loinc) AS
    coalesce(len(list_filter(codings, lambda c: c.code = loinc AND of_loinc(c.system))) > 0, false);
-- A pressure in mmHg. Another unit stays beside its number: the check of numbers knows kPa, and finds all else.
CREATE MACRO pressure_in(quantity) AS quantity.value || CASE
    WHEN coalesce(quantity.code, quantity.unit, 'mm[Hg]') IN ('mm[Hg]', 'mmHg', 'mm Hg') THEN ''
    ELSE ' ' || coalesce(quantity.unit, quantity.code) END;
-- A question and its answer.
CREATE MACRO part_of(code, answer, text) AS {
    'codes': loinc_of(code.coding), 'answer': coalesce(answer.coding[1].code, answer.coding[1].display, text)};
-- The codes of a US Core extension of race or ethnicity, several separated by semicolons.
CREATE MACRO omb(r, name, kind) AS
    nullif(array_to_string(list_sort(list_distinct(list_transform(
        list_filter(list_filter(r.extension, lambda e: ends_with(e.url, '/us-core-' || name))[1].extension,
                    lambda part: part.url = kind),
        lambda part: coalesce(word('race', part.valueCoding.code), part.valueCoding.code)))), ';'), '');
-- The kind of payer of a coverage: by the code of its type, else its words, else who pays. A person that pays is none.
CREATE MACRO payer_of(codings, payor) AS coalesce(
    list_filter(list_transform(codings, lambda c: CASE WHEN NOT regexp_full_match(c.code, '\d+') THEN word('payer', c.code)
        WHEN has('payer_system', c.system) THEN coalesce(word('payer', c.code[:2]), word('payer', c.code[:1])) END),
        lambda w: w IS NOT NULL)[1],
    codings[1].display,
    CASE WHEN starts_with(payor.reference, 'Patient/') THEN 'uninsured'
         WHEN payor.reference IS NULL OR contains(payor.reference, 'Organization') THEN payor.display END);
-- The name of an organization; the name of a person is not taken.
CREATE MACRO organization(who) AS
    CASE WHEN who.reference IS NULL OR contains(who.reference, 'Organization/') OR starts_with(who.reference, 'urn:')
         THEN who.display END;
