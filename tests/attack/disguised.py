"""What tells who a person is, in the many ways in which it comes into a file: 330 made-up identifiers, and 20 values
that only look a little like one."""

import itertools
import random

_NAMES = [
    ("Quillonia", "Vanterpoole"), ("Marguerite", "Quillfeather"), ("Thérèse", "Lachapelle"), ("Søren", "Østergaard"),
    ("José Ángel", "Peñaranda Ibáñez"), ("Nguyễn Thị", "Minh Khai"), ("Oluwaseun", "Adébáyọ̀"), ("Łukasz", "Wiśniewski"),
    ("Siobhán", "O'Shaughnessy"), ("Priyanka", "Venkataraman"), ("Björk", "Guðmundsdóttir"), ("Xiomara", "Goyzueta"),
    ("Aleksandr", "Tchaikovskaya"), ("Yıldız", "Büyükkoç"), ("Mohammed", "al-Rashidiyya"), ("Garrett", "Barrera"),
    ("Ngozi", "Chukwuemeka"), ("Dragana", "Živković"), ("Keoni", "Kamakawiwoole"), ("Hernandez", "Vasquez"),
]  # fmt: skip
_SCRIPTS = ["王小明同志", "山田太郎さん", "김철수영희", "Екатерина Шолохова", "Μαρία Παπαδοπούλου", "محمد عبدالله الراشد", "रमेश कुमार शर्मा",
            "שרה לוינסון", "สมชาย ใจดีมาก", "தமிழ்செல்வி ராஜன்"]  # fmt: skip
_MRN = [
    "MRN 00482913 Vanterpoole",
    "00482914/Quillfeather",
    "482915 (Lachapelle, T)",
    "MR#482916-OSTERGAARD",
    "Pat 482917 Wisniewski",
]
_LICENSES = [
    "D7204916",
    "S530-4607-9120",
    "DL: W84712093",
    "F25592150094",
    "lic.no. 94028571",
    "A7204916",
    "902 417 5560381",
    "WDLABCD456DG",
]
_CARE = [
    "1EG4-TE5-MK73",
    "1EG4TE5MK73",
    "1EG4 TE5 MK73",
    "123-45-6789A",
    "123456789A",
    "ZZ90807060504",
    "CIN 92817364A",
    "NHS 943 476 5919",
]
_PASSPORTS = ["X40918237", "C03005988", "passport 488839667", "P<USAVANTERPOOLE<<QUILLONIA", "AB7204916", "L8988901C"]
_BIRTHS = [
    "born April 2, 1957",
    "DOB 04/02/1957",
    "04021957 F",
    "b. 1957-04-02 Boston",
    "2 avril 1957 née",
    "birthday: 2.4.57 QV",
]
_NET = ["https://quillonia.example/me", "192.168.107.214", "2001:db8::7334:8a2e", "http://fb.example/q.vanterpoole", "@quillonia_v57",
        "00:1B:44:11:3A:B7", "www.vanterpoole-family.example", "ftp://x.example/~qvanter"]  # fmt: skip
_STREETS = ["412 Larkspur Ave Apt 3B", "P.O. Box 90817", "1187 Rue Sainte-Cath.", "Calle Ocho #4412-B", "77 Sunset Blvd, 02139",
            "9 Elm St Springfield", "Unit 14, 30 Wharf Rd", "Hauptstraße 112a", "3-14-1 Shibuya-ku", "RR 2 Box 1187"]  # fmt: skip
_MAILS = ["{f}.{l}@canary.example", "{l}{n}@mail.canary.example", "{f}_{l} (at) canary.example", "{f} AT canary DOT example",
          "{f}.{l}＠canary.example", "mailto:{l}@canary.example", "{f}[at]canary[dot]example", "{l}@canary"]  # fmt: skip
_PHONES = ["617-555-{n}", "(617) 555-{n}", "617.555.{n}", "617555{n}", "+1 617 555 {n}", "1-617-555-{n}", "001617555{n}",
           "617–555–{n}", "６１７-555-{n}", "call 617 555 {n}", "617/555/{n}", "+44 20 7946 {n}"]  # fmt: skip
_SSNS = ["{a}-{b}-{c}", "{a} {b} {c}", "{a}.{b}.{c}", "{a}{b}{c}", "{a}–{b}–{c}", "{a}‑{b}‑{c}", "{a}_{b}_{c}", "SSN {a}-{b}-{c}",
         "{a}-{b}-{c}x", "#{a}{b}{c}", "{a}/{b}/{c}", "{a} - {b} - {c}"]  # fmt: skip
_ORDERS = ["{f} {l}", "{l}, {f}", "{l}_{f}", "{F} {L}", "{L}{f}", "{f}.{l}"]


def _full_width(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def identifiers() -> list[str]:
    """330 of every kind, always the same. None is a run of digits in order, which any table of bytes holds."""
    rng = random.Random(1996)
    names = [o.format(f=f, l=last, F=f.upper(), L=last.upper()) for f, last in _NAMES for o in _ORDERS]
    numbers = [
        (f"{rng.randrange(100, 899)}", f"{rng.randrange(10, 99)}", f"{rng.randrange(1000, 9999)}") for _ in range(60)
    ]
    ssns = [form.format(a=a, b=b, c=c) for (a, b, c), form in zip(numbers, itertools.cycle(_SSNS), strict=False)]
    ssns += [_full_width(ssn) for ssn in ssns[:8]]
    phones = [form.format(n=rng.randrange(1000, 9999)) for _ in range(4) for form in _PHONES]
    mails = [
        form.format(f=f.split()[0], l=last.split()[0], n=n) for n, (f, last) in enumerate(_NAMES[:6]) for form in _MAILS
    ]
    others = [*_SCRIPTS, *_MRN, *_LICENSES, *_CARE, *_PASSPORTS, *_BIRTHS, *_NET, *_STREETS]
    every = list(dict.fromkeys([*others, *ssns, *phones, *mails, *names]))
    return every[:330]


INNOCENT = [
    "Ward A", "Ward 4 West", "ICU", "St. Mary's", "North campus", "Emergency Department", "Cardiology", "Room 12-B",
    "V-2026-00017", "123-45-6789", "000123456", "2026/00017", "E11.9", "0SR9019", "8480-6", "Unit 7 South", "Bed 3",
    "Pediatrics", "ENC:778120", "Labor and Delivery",
]  # fmt: skip
"""Wards, departments, visits and codes."""
