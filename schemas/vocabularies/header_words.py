"""Words of which the names of columns are made: those that tell of a person, those that make them tell of a thing, and
those that may be repeated. Our own list, after the 18 identifiers of 45 CFR 164.514(b)(2)."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAME_WORD: dict[str, str] = {
    word: meaning
    for line in """
name: nm nam nme nmae navn naam nombres
number: no num nbr nr nmbr numb nos numero numbers id ids identifier identification ident card code
phone: telephone tel telefono telefon telephones phones fon fono teléfono phonenumber tlf
address: addr adr addrs adres adress adresse addresses direccion endereco indirizzo domicilio domicile
license: licence lic licencia licens
patient: pt pat pts patients paciente pacientes
member: mbr memb members subscriber subs enrollee insured beneficiary benef beneficiario
email: mail correo courriel emails
mobile: cellphone cel celular movil handy
driver: drivers driving conductor
mother: mothers madre mom mum mutter mere mae
father: fathers padre dad vater pere pai
parent: parents
guardian: guardians tutor
hospital: hosp hosps hospitals
department: dept dep departments departamento
medication: med meds medications medicamento medicine
provider: prov providers
""".strip().splitlines()
    for meaning, words in [line.split(": ")]
    for word in words.split()
}
"""Word -> the one that stands for it."""

SURE = _words("""
ssn ssns ssan itin socsec passport passports pasaporte reisepass dln mbi hicn hic hicno apellido apellidos nachname
vorname familienname prenom prenoms cognome sobrenome surname surnames forename forenames lname fname mname lastname
firstname middlename fullname maidenname maiden nickname imie nazwisko imya familiya soyad soyadi fornavn etternavn
efternamn achternaam voornaam curp dni cpf nif nie nss cedula aadhaar aadhar street calle rue strasse apt apartment
latitude longitude latlong iban username userid password fingerprint fingerprints photograph photo selfie biometric
biometrics kin nok guardian spouse husband wife conyuge driver ethnonym guarantor garante taxpayer voter
姓名 名前 氏名 姓 住所 地址 电话 電話 이름 성명 주소 전화 имя фамилия отчество адрес телефон الاسم اسم هاتف عنوان שם
όνομα επώνυμο ชื่อ नाम नाव নাম பெயர்
""")
"""One of these is enough, whatever stands beside it."""

UNLESS_OF_A_THING = _words("""
name nombre nom nome names phone mobile fax pager email address license url website homepage webpage ip mother father
parent plate vehicle vin facebook twitter instagram linkedin whatsapp alias
""")
"""One of these is enough, unless it is a thing's: the name of a ward, the phone of a clinic."""

TOGETHER = tuple(
    frozenset(line.split())
    for line in """
social security
social sec
soc sec
seguro social
ss number
s s n
cell number
cell phone
home ph
work ph
ph number
medicare number
medicaid number
beneficiary number
national number
tax number
policy number
insurance number
emergency contact
contact person
house number
po box
dl number
credit number
bank account
driver number
nhs number
ip addresses
mac address
device serial
e mail
""".strip().splitlines()
)
"""Words that name a person only together."""

ALONE = _words("first last middle given family mi initials initial cell mobile contact full legal preferred")
GIVEN = _words("first last middle given family maiden")
"""Right before "name" they make it a person's, whatever else stands there: "Survey respondent last name"."""
BESIDE_ALONE = _words("patient client member person of the a s and pref")
"""A header of nothing but such words is a name: "First", "Patient last"."""

THINGS = _words("""
facility hospital clinic clinica site ward unit department drug medication rx product brand generic test lab order
measure metric indicator event events procedure proc diagnosis dx plan payer payor insurer program programme project
county city town state country region location loc place room bed building campus organization organisation org company
agency school file column field table sheet concept category class type vendor system source practice provider
physician doctor dr practitioner attending surgeon nurse specialty speciality service servicio language race ethnicity
instrument questionnaire question form panel component observation obs result status reason study visit encounter
admission discharge pharmacy group network tongue education farmaco municipio nursing home
insurance coverage carrier tool survey assessment screener screening stratum template flowsheet vaccine immunization
allergy problem condition team report dataset database batch
""") - {"home"}
"""What a name, a phone or an address may belong to instead."""
PERSONS = _words("""
patient client member person resident individual subject case emergency relative child baby newborn holder policyholder
contact
""")

_REPEATED = _words("""
a about active additional admit admitted admitting age ages all also amount an and answer answers any appointment at
attendance average bad batch before begin begins birth block blood bmi body bp by care cat check checked children chronic
city claim claims clinic clinical close closed comment comments concord contact cost count counts county covered created
csv current daily data date dates datetime day days dead death deceased default delete deleted delivery department
desc description detail details diag diastolic died disability discharged dob dose draft drg due duration ed education
effective eligible employment end ended ends enrolled entered entry er error ethnic event exam excel excluded expected
export extra extract facility fasting female file files final findings fips first flag flags follow followup food for
form from full gender glucose good grade group groups hba1c header health heart height high hospital hour hours household
hunger icd icd10 import in income index info inpatient instrument insecure intake interpreter is item items key kind
known label lab last lat left length level line list load local location los low main male manual map marital mean
measured medical method min minute missing modified month months most new next none not note notes notice now nurse
obs observed of off old on onset open option or order origin other out outcome outpatient over page part payer pending
percent period pharmacy plan planned position pressure previous primary priority procedure program provider pulse
quality quantity quarter question race range rate raw reading readings received record records referral referred
region remark remarks repeat report reported reporting resp result results review risk role room row rows sample score
screen screened screening section seen sent sequence service services set setting severity sex sheet shift side site
size smoker smoking source specialty stage start started starts state stated status stay stays step stop sub sum summary
systolic table tag task team temp temperature term test text time times to tobacco total totals transfer treatment
triage type unit units until update updated upload urgent use used user value values version visit visits vital vitals
volume ward week weeks weight with year years yes zip zipcode named codename north south east west hoja tabelle feuil txt tsv xlsx xls insurance pulse
""")

LEET = str.maketrans("013457@$", "oieastas")
LOOK_ALIKE = str.maketrans("аеорсхуіѕԁԛɡɩ", "aeopcxyisdqgi")
"""Digits and foreign letters in place of ours: N4me, nаme."""


def repeatable(of_columns: frozenset[str]) -> frozenset[str]:
    """Words that may be repeated in a message; `of_columns`: those of our own columns' names."""
    listed = (SURE | UNLESS_OF_A_THING | ALONE | BESIDE_ALONE | THINGS | PERSONS | _REPEATED).union(*TOGETHER)
    return listed | of_columns | SAME_WORD.keys() | set(SAME_WORD.values())
