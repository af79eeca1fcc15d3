"""A scenario's file: what is understood, and what is said of a file that is none."""

import pytest

from scenarios.player.parties import speakers
from scenarios.player.reading import Unreadable, scenario_of
from scenarios.player.times import step_times
from scenarios.player.words import beijing_time
from tests.unit.scenario.scenario_examples import FILE, SHORTEST, faults_of, read


def test_the_shortest_scenario_has_everything_else_by_default() -> None:
    """A title and a message are enough: a founded, funded pool with an approved project is there already."""
    scenario = read(SHORTEST)
    assert scenario.given.share_rate == 2_000
    assert scenario.given.loss_ratio == (1, 1)
    assert scenario.given.project == "approved"
    assert speakers(scenario.steps[0]) == ("lender/system",)
    assert scenario.steps[0].answer.said() == "accepted"


def test_no_value_is_anything_but_text_to_yaml() -> None:
    """3:7 isn't 187 minutes, an amount without quotes is no float, and a day is what it says."""
    scenario = read(
        f"{SHORTEST}    with: {{total: 1000000.01, as of: 2026-05-31}}\ngiven:\n  loss ratio: 3:7\n"
        "  balances: {fiscal: 5000000.00}\n"
    )
    assert scenario.given.loss_ratio == (3, 7)
    assert scenario.given.balances.fiscal == 500_000_000
    assert scenario.steps[0].words == {"total": "1000000.01", "as of": "2026-05-31"}


def test_an_unknown_word_is_refused_with_its_line_and_the_words_that_are_allowed() -> None:
    """Whoever mistypes a word reads where it stands and which words there are."""
    [(line, text)] = faults_of(f"{SHORTEST}given:\n  share rates: 15 %\n")
    assert line == 5
    assert text.startswith(
        "'share rates' is not known here; did you mean 'share rate'? allowed: pool, founded, share rate, loss ratio, "
    )


def test_the_words_of_a_message_depend_on_the_message() -> None:
    """A word of one message is none of another, and its line is said."""
    [(line, text)] = faults_of("title: a case\nsteps:\n  - says: vote\n    with:\n      vote: for\n      total: 1.00\n")
    assert line == 6
    assert text == "'total' is not known here; allowed: subject kind, subject, vote"


@pytest.mark.parametrize(
    ("step", "line", "named"),
    [
        ("says: loss note", 3, "did you mean 'loss notice'? allowed: loss notice, notice withdrawal"),
        ("says: loss notice\n    with: {total: 10}", 4, '"1000000.01" (yuan with two decimals)'),
        ("says: vote\n    with:\n      vote: perhaps", 5, "allowed: for, against, abstain"),
        ("says: vote\n    who: managing institution/committee member 9", 4, "committee member 1"),
        ("says: vote\n    who: the committee", 4, "allowed: managing institution"),
        ("says: vote\n    who: managing institutions", 4, "did you mean 'managing institution'? allowed: "),
        ("says: vote\n    who: cooperating institution/reviwer", 4, "did you mean 'reviewer'? allowed: "),
        ("says: loss notice\n    answer: yes", 4, "allowed: accepted, held, duplicate, deficient, refused, none"),
        ("says: loss notice\n    answer: {outcome: refused, clause: '24.1'}", 4, "not a clause"),
        ("says: loss notice\n    answer: {outcome: accepted, clause: '10.1'}", 4, "no clause and no code"),
        ("says: loss notice\n    expect: {stage: settled}", 4, "allowed: awaiting approval"),
        (
            "says: loss notice\n    expect: {events: [claims.paid]}",
            4,
            "did you mean 'claims.plan.confirmed'? allowed: audit.",
        ),
        ("says: vote\n    with:\n      subject: first", 5, "no step before this one is called 'first'"),
        ("repeats: first", 3, "no step before this one is called 'first'"),
        ("note: nothing", 3, "says something, repeats something, or expects something"),
        ("says: loss notice\n    at: 2026-06-01", 4, "2026-06-01 09:30 (Beijing)"),
        ("says: loss notice\n    at: 2026-01-01 09:00", 4, "time runs forward"),
    ],
)
def test_each_fault_is_told_with_its_line_and_a_way_out(step: str, line: int, named: str) -> None:
    """The answer to a wrong word is the right ones, on the line where it stands."""
    found = faults_of(f"title: a case\nsteps:\n  - {step}\n")
    assert [line for line, _ in found] == [line]
    assert named in found[0][1]


def test_a_choice_is_told_by_its_word() -> None:
    """Nothing of the library that reads it shows, and the word is named."""
    [(line, text)] = faults_of(f"{SHORTEST}given:\n  project: aproved\n")
    assert (line, text) == (5, "'project' is one of 'none', 'filed' or 'approved'")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("at：2026-06-01 09:00\n    says: vote", "; line 3 has a ：, a word ends with : and a space"),
        ("says：vote", "; ： is none, a word ends with : and a space"),
        ("[says: vote", "expected ',' or ']', but got '<stream end>'"),
    ],
)
def test_a_full_width_colon_is_told(step: str, said: str) -> None:
    """A Chinese keyboard writes ：, YAML takes it for a letter, and complains of the line below or of nothing."""
    [(_, text)] = faults_of(f"title: a case\nsteps:\n  - {step}\n")
    assert text.endswith(said)


def test_all_faults_are_told_at_once() -> None:
    """A file with three faults is not mended in three rounds."""
    text = "title: a case\nsteps:\n  - says: loss notice\n    with: {totals: 1.00}\n  - {says: vote, who: nobody}\n"
    assert [line for line, _ in faults_of(text)] == [4, 5]


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ("", 1, "empty"),
        ("title: a case\ntitle: another\n", 2, "'title' stands here twice"),
        ("title: [\n", 2, "this is no YAML"),
        ("- a list\n", 1, "here come words with values"),
        ("title: a case\n", 1, "'steps' is missing"),
        (f"{SHORTEST}? [a, b]\n: c\n", 4, "a word can only be text"),
        (f"{SHORTEST}given:\n  loan: {{due: 20270302}}\n", 5, "'20270302' can't be read; a day is written like"),
        (f"{SHORTEST}about: {'[' * 20}{']' * 20}\n", 4, "levels deep"),
        (f"{SHORTEST}about: {'[' * 50_000}", 4, "levels deep"),
        (f"{SHORTEST}? {'{' * 50_000}", 4, "levels deep"),
        (f"{SHORTEST}about: one\x00two\n", 4, "U+0000"),
        (f"{SHORTEST}about: &name text\n", 4, "'name' names another place"),
        (f"{SHORTEST}about: *name\n", 4, "'name' names another place"),
        (f"{SHORTEST}given: &usual {{project: none}}\n", 4, "'usual' names another place"),
        (f"{SHORTEST}given:\n  <<: {{project: none}}\n", 5, "'<<' is not known here"),
        (f"{SHORTEST}given:\n  <<: *usual\n", 5, "'usual' names another place"),
        (f"{SHORTEST}? &word about\n: text\n", 4, "'word' names another place"),
        ("&whole\ntitle: a case\n", 1, "'whole' names another place"),
    ],
)
def test_what_is_no_scenario_is_refused(text: str, line: int, named: str) -> None:
    """Whatever a file holds, the answer is a line and a sentence, never a traceback."""
    found = faults_of(text)
    assert found[0][0] == line
    assert named in found[0][1]


def test_a_file_that_is_too_large_or_no_text_is_refused() -> None:
    """Both are told as a line and a sentence too."""
    [(line, text)] = faults_of("title: a case\n" + "x" * (256 * 1024))
    assert (line, text) == (1, "the file has 262158 bytes; at most 262144 are read")
    with pytest.raises(Unreadable, match="line 2: the file is not UTF-8"):
        scenario_of(b"title: a case\nabout: \xff\n", FILE)


def test_a_file_of_aliases_is_refused_before_it_is_read() -> None:
    """Nine aliases to nine lists each, twelve times over, would take longer than anybody waits."""
    lists = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lists += [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]" for number in range(1, 12)]
    assert faults_of("\n".join(lists)) == [(1, "'a0' names another place (&, *); write out what stands there")]


def test_a_named_message_can_be_referred_to_afterwards() -> None:
    """The name that `as` gives holds for the steps below."""
    assert (
        faults_of(
            "title: a case\nsteps:\n  - {says: reimbursement application, as: first}\n"
            "  - {says: vote, with: {subject: first}}\n  - repeats: first\n"
        )
        == []
    )


def test_an_officer_can_act_once_it_is_registered_in_the_scenario() -> None:
    """A new officer is nobody before the step that registers it."""
    officer = "  - {says: officer, with: {officer: new hand, duties: review}}\n"
    acting = "  - {who: cooperating institution/new hand, says: preliminary review}\n"
    assert faults_of(f"title: a case\nsteps:\n{officer}{acting}") == []
    assert len(faults_of(f"title: a case\nsteps:\n{acting}{officer}")) == 1


def test_an_institution_speaks_by_whoever_it_has_for_that() -> None:
    """An institution alone stands for the officer or system that usually says this, else for its administrator."""
    scenario = read(
        "title: a case\nsteps:\n  - {who: guarantor, says: loss notice}\n  - {who: lender, says: preliminary review}\n"
        "  - {who: cooperating institution, says: preliminary review}\n  - {who: stranger, says: loss notice}\n"
    )
    assert [speakers(step) for step in scenario.steps] == [
        ("guarantor/system",),
        ("lender/administrator",),
        ("cooperating institution/reviewer",),
        ("stranger",),
    ]


def test_times_follow_one_another() -> None:
    """Unless it says otherwise a step is a minute after the one above, the first a month after what is given."""
    scenario = read(
        "title: a case\ngiven: {approved: 2026-03-20 10:00}\nsteps:\n  - says: loss notice\n  - says: loss notice\n"
        "  - {says: loss notice, after: 2 days}\n  - expect: {stage: notified}\n"
        "  - {says: loss notice, at: 2026-05-01 08:00}\n"
    )
    assert [beijing_time(at) for at in step_times(scenario)] == [
        "2026-04-19 10:00",
        "2026-04-19 10:01",
        "2026-04-21 10:01",
        "2026-04-21 10:01",
        "2026-05-01 08:00",
    ]
