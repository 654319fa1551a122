"""Methods: how every figure is worked out, from the declarations that work it out."""

import streamlit as st

from metrics.counting import strata
from metrics.judging import group_changes, shared_error
from metrics.judging.outliers import FEWEST_FOR_SPREAD
from pages.components.forms.finding_cards import LOOKS
from pages.components.layout import page_frame, page_state
from pages.components.sections import dataset_guides, worked_examples
from pages.components.tables.plain_table import Cell, listing
from pages.components.wording import claim_words, definition_words
from pages.components.wording.count_words import day, listed, many
from pages.components.wording.releases import hiding_words
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.guessable_letters import FEWEST
from schemas.policy.partnership import Partnership
from schemas.policy.result_columns import OPEN_FROM
from schemas.policy.rule import REACHES
from schemas.policy.status_words import ERRATUM
from workflow import reading, restating

_SECTIONS = (
    ("statistics", "Intervals and hidden figures"),
    ("worked", "Worked examples"),
    ("signal", "How change is told from noise"),
    ("periods", "Periods and who is counted where"),
    ("groups", "How finely people are grouped"),
    ("closing", "Closed quarters and errata"),
    ("code_lists", "Published lists of codes"),
    ("settings", "Settings"),
    ("files", "What each file holds"),
    ("rules", "What is checked in a file"),
)


@page_frame.of_one_release
def page() -> None:
    """Draw the page; the same for everyone."""
    partnership, known = page_state.settings(), page_state.definitions()
    shown, made = page_state.release(), page_state.release_day()
    release = f"release {shown.number}, {day(made)}" if shown and made else "no release yet"
    page_frame.title(
        "How each figure is worked out",
        f"Methods · {release}",
        "Everything here comes from the definitions and settings that made the figures of this release.",
    )
    definition_words.contents([*((i.id, i.title) for i in known.values()), *_SECTIONS])
    page_frame.section("Measures")
    _indicators(partnership)
    for name, heading in _SECTIONS:
        definition_words.anchor(name)
        page_frame.section(heading)
        _DRAWN[name](partnership)


def _indicators(partnership: Partnership) -> None:
    """All of them; the one that the link names comes first."""
    known, lists = page_state.definitions(), reading.read_code_lists(page_state.store())
    first = page_state.picked("indicator", list(known), next(iter(known)))
    for one in sorted(known.values(), key=lambda i: (i.id != first, i.order)):
        definition_words.indicator(one, partnership, lists)


def _statistics(partnership: Partnership) -> None:
    policy = partnership.policy
    st.markdown(f"""
- **Interval.** Beside each rate stands its 95% Wilson interval, called “95% range” on the other pages.
  If a study like this were done again and again, 19 of 20 such ranges would hold the true rate.
  Two figures whose ranges overlap may well be the same.
- **Unreliable.** A rate over fewer than {policy.unreliable_below} is marked unreliable.
- **Hidden.** Counts from 1 to {policy.smallest_cell - 1} are hidden, with every rate worked out from them.
  This holds for people who meet the measure, people who do not, and all who count. Zero is shown.
- **Hidden as well.** Other figures are hidden until nobody can work out a hidden count.
  We look at totals, groups, partners, months, related measures and earlier releases.
  Each hidden count that is not zero must remain possible at {policy.smallest_cell} or more.
  Its possible values must also spread over {policy.smallest_cell - 1} or more.
  A partner sees its own figures in full; even so it must not work out another's.
  Totals are the last to be hidden. Every release is tested in this way, and is not published if it fails.
- **Two groupings at once** are published only for the newest closed year, since most of their cells are small.
- **Unknown.** A count that its sender hid stays unknown. It is never read as zero.
""")


def _signal(partnership: Partnership) -> None:
    rules, error = partnership.spc.rule_set, shared_error
    st.markdown(f"""
Three questions have three answers. Each is asked once a quarter, of settled months.

- **Did the year change?** The last 12 months are compared with the same months of the year before.
  They are also compared with the same months of the two years before.
  Each partner is compared with itself, and each month with the same month of an earlier year.
  So a season, or a partner that joins, leaves or grows, moves nothing (Cochran 1954).
- **Did it move lately?** The last 6 months are compared with the same months of the two years before.
  This is a warning. It is not counted in the headline, and its month is right within two months.
- **Is the target met?** It is clearly met or missed when the year lies 2.33 standard errors from it.
  Nearer, it is met or missed within chance.
  The year that ends by the target's date (or the next one) is foretold only when the distance is 1.645 times
  what two years and a usual step from each year to the next would bring.
  Where months cannot be seen, they are taken to scatter as those of people who recur. Then nothing is foretold.
- **Chance.** Months scatter more than independent people would. That is learnt from up to four years of months.
  What carries over from month to month is learnt from all measures together.
  The standard error of every comparison is widened by both.
- **One error for all.** However many measures there are, a scorecard on which nothing changes seldom claims a change.
  The year beside the year before: {100 * error.YEAR:g} in 100. Beside the two years before:
  {100 * error.TWO_YEARS:g} in 100. Warnings: {100 * error.EARLY:g} in 100, before their size is asked for.
- **Gaps.** The pair is named by the partnership. Otherwise it is the one that lay furthest apart in the two years
  before. A pair that is picked by its gap now has closed already when it is looked for.
  The change of the gap is held against chance and scatter in all four figures.
  The main gaps of all measures share an error of {100 * error.GAP:g} in 100, and so do all other gaps.
  A gap has nearly closed when what is left is surely below {group_changes.NEARLY} smallest meaningful differences,
  and below half of what it was.
- **Groups and partners.** Whether each improved is asked beside its own two years before.
  All groups share an error of {100 * error.GROUP:g} in 100, all partners of {100 * error.PARTNER:g} in 100.
- **Peers.** A partner is compared only with partners of its kind that report the same figure.
  A kind that the settings do not give is compared with nobody.
  Nobody is told the kind of a partner that goes by a letter. So a letter is compared with its kind only
  where at least {FEWEST} partners of that kind go by one.
- **Marks of partners.** A partner is marked outside the outer limits of its kind. They lie at 99.8%, or further out
  when many partners and measures are compared: chance alone marks anyone in at most {100 * error.PEERS:g} of 100
  releases. With few partners each weighs in the figure that it is compared with, so the limits are cautious:
  for two partners of one size they are 1.4 times as wide as they need be.
- **Reliability of partners.** It is the variance between partners, divided by that variance and chance together
  (Adams 2009, RAND TR-653). The variance between them comes from the method of moments.
  A moved figure is reliability × the figure + (1 − reliability) × that of its kind (Efron & Morris 1975).
  It is shown from {FEWEST_FOR_SPREAD} partners of a kind on, and nothing is judged by it.
- **Size.** A difference below the measure's smallest meaningful difference is not said, however sure it is.
  It is never more than a tenth of the figure. A warning needs twice as much.
- **Rare cases.** With fewer than 5 expected cases a month the test is exact (binomial).
- **What this cannot tell.** Where months scatter by 10% of the odds, two to four years of months are too few
  to learn how much they do. The same holds where nearly the same people are counted month after month.
  A rate that truly wanders does change, without anyone's doing. So sentences are wrong more often there:
  see the table below.
- **Hidden months.** Which months are hidden depends on their values. So no verdict rests on months of which
  some are hidden. Where every partner's months are shown, each is compared with its own.
  Else the partnership's months are compared, if all are shown and no partner came, went or grew so as to move them.
  Else whole years are compared, partner by partner, if these are shown; they cannot warn.
  Else nothing is said.

The plain months of each measure make a control chart. It marks months that stand out, and decides nothing.
Rules: **{partnership.spc.rules}** ({rules.source}).

- **Chart of a rate.** A rate gets a p chart. Its average is that of everyone counted together.
  The limits lie 3 standard errors away and follow each month's number of people.
  Where months scatter more than chance alone, the limits are widened by as much (Laney's p′ chart).
- **Chart of a mean.** A mean gets an XmR chart: its limits lie {rules.limit} average moving ranges from the mean.
  Moving ranges of {rules.screen} times their average or more are left out, once.
- **A month stands out** by the first of these rules that holds:
  - it lies strictly outside a limit;
  - it is one of {rules.trend} months that rise, or fall, without a break;
  - it is one of 2 in 3 beyond two thirds of the way to a limit, with all 3 on one side of the average;
  - it is one of {rules.shift} months on one side of the average.

  A tie, a month on the average, or a hidden month breaks a run.
  With fewer than {rules.least_points} months shown and settled, no month is marked.
- **Target on the chart.** Where a month measures something other than the year, its chart shows no target.
- **Provisional and hidden months** are shown as such. They are neither judged nor used.
""")
    worlds, rows = claim_words.measured()
    with st.expander("How often a sentence is wrong", key="methods_claims"):
        st.html(
            f'<p class="c-note">At least {worlds:,} made-up partnerships each, judged once a quarter. Nothing changes '
            "in them.</p>"
        )
        listing(claim_words.COLUMNS, rows, "How often a sentence is wrong")
    marked = [("Fixed baseline", b.indicator, f"{b.fix_after} months", b.reason) for b in partnership.baselines]
    marked += [("Limits start anew", r.indicator, day(r.on), r.reason) for r in partnership.rebases]
    marked += [("Note", a.indicator, day(a.on), a.words) for a in partnership.annotations]
    known = page_state.definitions()
    if marked:
        listing(
            ["Mark", "Measure", "From", "Why"], [[k, known[i].title, f, w] for k, i, f, w in marked], "Marks on charts"
        )
    if gaps := partnership.gaps:
        rows = [
            [
                known[g.indicator].title,
                strata.stratum_title(g.by),
                listed([strata.category_label(g.by, c) for c in g.groups]),
            ]
            for g in gaps
        ]
        listing(["Measure", "Grouping", "Groups"], rows, "Gaps that the partnership follows")
    definition_words.settings(partnership.spc, "Rules of the control charts")


def _periods(_partnership: Partnership) -> None:
    st.markdown("""
- **Year.** The official figure covers 12 months that end with a quarter.
- **Month.** Control charts use plain months.
- **Provisional.** A figure is provisional until its quarter is closed.
  It stays so where files, or the follow-up after the period, were missing then.
- **Partner and partnership.** A partner's figure counts its own people and its own files.
  The partnership's is their sum: a person known to two partners counts at each.
- **Each person once.** A year's total counts everyone once where that tells nobody about single people.
  The people whom other partners share must be enough, whichever partner is left out.
  Beside it stands the sum, which its groups add up to. A figure says how it counts people.
- **Same person.** Two partners know the same person when token, birth year and sex agree.
- **Totals only.** A partner may send counts instead of rows. They are added on top.
  People in them may be counted twice. The figure says how many partners sent only totals.
- **Late.** A partner that reported before, but not for this period, is named beside the figure.
""")


def _groups(partnership: Partnership) -> None:
    st.markdown(hiding_words.rules(partnership))
    rows = hiding_words.grouped_by(reading.read_grouped_by(page_state.store()), page_state.definitions())
    listing(hiding_words.COLUMNS, rows, "By which groups the partnership's figures are shown")


def _closing(partnership: Partnership) -> None:
    days = partnership.calendar.closes_after_days
    after = "one quarter" if days is None else many(days, "day")
    st.markdown(f"""
- **Closed once.** A quarter closes {after} after its end, with the first release after that day.
  Its figures then stay as they are. So nobody can compare two releases and learn about one person.
- **Too late.** Rows that come later are kept. Their sender sees them as too late to count.
- **Open.** Until then a figure has no groups, no counts and no range. It is rounded to whole points.
  It is hidden over fewer than {OPEN_FROM} people or stays.
- **Erratum.** Closed figures are restated whole, with a reason and an approval.
  No count may then move by 1 to {partnership.policy.smallest_cell - 1} people.
  This must also hold without the changes of any one partner.
""")
    rows: list[list[Cell]] = [
        [f"{e.erratum}", DATASETS[e.dataset].title, ERRATUM[e.reason], f"Release {e.release}"]
        for e in restating.read_errata(page_state.store())
    ]
    if rows:
        listing(["Erratum", "Restated", "Reason", "Published with"], rows, "Errata")
    else:
        st.html('<p class="c-fact">No closed figure was ever restated.</p>')


def _code_lists(_partnership: Partnership) -> None:
    st.markdown("""
- **Left out.** Lists say which stays are for cancer, rehabilitation, psychiatric care or birth.
- **Planned.** What the hospital says decides. Where it says nothing, CMS's algorithm looks at the codes.
  A stay is planned with an always-planned procedure or diagnosis.
  It is also planned with a potentially planned procedure and no acute principal diagnosis.
- **Not told.** Without procedures, or with a code on no list, a stay is not called unplanned for sure.
  Such a return counts as a readmission, and the figure says so.
""")
    definition_words.code_lists(reading.read_code_lists(page_state.store()))


def _settings(partnership: Partnership) -> None:
    page_frame.subsection("Choices", "Rules on which partnerships may differ.")
    definition_words.settings(partnership.choices, "Choices")
    page_frame.subsection("Policy", "Privacy, reliability and the size of files.")
    definition_words.settings(partnership.policy, "Policy")
    page_frame.subsection("Limits of the checks", "A limit that is not the usual one has a reason.")
    definition_words.limits(partnership.limits)
    page_frame.subsection("Calendar", "When partners owe their files. A partner may have its own days.")
    definition_words.settings(partnership.calendar, "Calendar")


def _files(_partnership: Partnership) -> None:
    names = list(DATASETS)
    chosen = st.selectbox(
        "Kind of file",
        names,
        index=names.index(page_state.picked("dataset", names, names[0], "methods_dataset")),
        format_func=lambda name: DATASETS[name].title,
        key="methods_dataset",
        width=360,
    )
    page_state.keep("dataset", chosen)
    st.markdown(DATASETS[chosen].meaning)
    dataset_guides.downloads(chosen, f"methods_{chosen}")
    with st.expander(f"Columns, words and checks of {DATASETS[chosen].title.lower()}", key=f"methods_guide_{chosen}"):
        dataset_guides.guide(chosen)


def _rules(partnership: Partnership) -> None:
    rows = sorted(partnership.rules.values(), key=lambda rule: rule.order)
    st.markdown(f"Every one of these {len(rows)} checks names the row and the column where there is one. {REACHES}")
    listing(
        ["Severity", "What is wrong", "How to fix it", "Kind", "Reach", "Rule"],
        [[LOOKS[r.severity].words, r.title, r.fix, r.category.capitalize(), r.reach.capitalize(), r.id] for r in rows],
        "Checks of a file",
    )


_DRAWN = {
    "statistics": _statistics,
    "worked": worked_examples.examples,
    "signal": _signal,
    "periods": _periods,
    "groups": _groups,
    "closing": _closing,
    "code_lists": _code_lists,
    "settings": _settings,
    "files": _files,
    "rules": _rules,
}
