"""What learners ask besides facts: what a word means, several things at once, why, whether they may go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import CASES
from tutor.authoring.content_tests import hear, reply
from tutor.consultant.defining import meaning_asked
from tutor.consultant.material import corpus_of
from tutor.consultant.offline import load_or_fit
from tutor.consultant.reader import Reader, own_words
from tutor.dialogue.debrief import debrief
from tutor.dialogue.events import Assessed, Experimented, Replied, Said
from tutor.dialogue.key import Key
from tutor.dialogue.model import Act, Assessment, Claim, Move, MoveKind, Reason
from tutor.dialogue.policy import next_move
from tutor.dialogue.session import Session, advance, at_stage
from tutor.scenario.cards import cards, glossary
from tutor.scenario.reading import Source, read

ROOT = Path(__file__).parent.parent / "scenarios"


@pytest.fixture(scope="module")
def fraud() -> Source:
    return read(ROOT / "fraud_training.yaml")


@pytest.fixture(scope="module")
def reader(fraud: Source, shared_cache: Path) -> Reader:
    return Reader(load_or_fit(corpus_of(fraud), shared_cache / "assessor"))


def opening(fraud: Source, stage: str = "observe") -> Session:
    return at_stage(Key(fraud.scenario, "overfitting"), stage)


# ---------------------------------------------------------------- what a word means


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("what does validation mean?", ["validation"]),
        ("Can you explain precision to me?", ["precision"]),
        ("what's the difference between recall and precision?", ["recall", "precision"]),
        ("what is a reliability diagram?", ["reliability diagram"]),
        ("Sorry, I'm new to this. What is an epoch?", ["epoch"]),
        ("i dont know what auc is", ["AUC"]),
        ("whats overfiting", ["overfitting"]),
        ("what do you mean by validation loss here?", ["validation loss"]),
        ("how do I read a confusion matrix", ["confusion matrix"]),
        ("what does the kink mean?", []),
    ],
)
def test_the_words_whose_meaning_is_asked_for(text: str, terms: list[str]) -> None:
    asked = meaning_asked(text)
    assert asked is not None
    assert [term.name for term in asked.terms] == terms


@pytest.mark.parametrize(
    "text",
    [
        "what is the learning rate?",
        "explain the drop in recall",
        "is it overfitting?",
        "what does that mean?",
        "it is overfitting",
        "what is wrong with the model?",
        "what does it mean that the loss rises?",
        "",
    ],
)
def test_what_asks_for_something_else(text: str) -> None:
    assert meaning_asked(text) is None


def test_every_term_has_one_meaning_in_one_or_two_short_sentences_and_names_no_case() -> None:
    terms = [term for card in cards().values() for term in card.terms]
    assert len({term.name.casefold() for term in terms}) == len(terms)
    names = [name.casefold() for term in terms for name in term.names]
    assert len(names) == len(set(names)) == len(glossary())
    for term in terms:
        assert 8 <= len(term.means.split()) <= 40, term
        assert term.means.endswith(".")
        assert "?" not in term.means
    assert all(card.terms for card in cards().values())


@pytest.mark.parametrize("stage", ["observe", "diagnose", "remedy"])
@pytest.mark.parametrize("word", ["overfitting", "a learning rate", "early stopping", "leakage", "dropout"])
def test_asking_for_a_meaning_is_no_attempt_and_earns_nothing(
    fraud: Source, reader: Reader, stage: str, word: str
) -> None:
    for form in ("what is {}?", "can you explain {}?", "what does {} mean"):
        session, _, move = hear(reader, opening(fraud, stage), form.format(word))
        assert (move.kind, move.reason, move.target) == (MoveKind.ANSWER, Reason.DEFINED, None)
        assert not session.credits
        assert not session.challenges


def test_a_meaning_comes_with_the_number_of_the_run_where_there_is_one(fraud: Source, reader: Reader) -> None:
    _, _, meaning = hear(reader, opening(fraud), "what is a learning rate?")
    assert (meaning.terms, meaning.also) == (("learning rate",), ("learning_rate",))
    _, _, number = hear(reader, opening(fraud), "what is the learning rate?")
    assert (number.terms, number.fact) == ((), "learning_rate")


# ---------------------------------------------------------------- several things at once


@pytest.mark.parametrize(
    ("text", "fact", "also", "shows"),
    [
        ("how many frauds are there and what lr was used?", "fraud_share", ("learning_rate",), None),
        ("How many epochs? Which optimizer was used?", "epochs", ("optimizer",), None),
        ("how many epochs, and can I see the confusion matrix?", "epochs", (), "matrix"),
        ("what is the batch size and the learning rate?", "batch_size", ("learning_rate",), None),
    ],
)
def test_both_questions_of_a_message_are_answered(
    fraud: Source, reader: Reader, text: str, fact: str, also: tuple[str, ...], shows: str | None
) -> None:
    session, _, move = hear(reader, opening(fraud), text)
    assert (move.fact, move.also, move.shows) == (fact, also, shows)
    assert shows is None or shows in reply(session, move).opened


def test_what_is_too_much_for_one_reply_is_said_to_be_left(fraud: Source, reader: Reader) -> None:
    text = "What is the learning rate? Which optimizer was used? What is the batch size?"
    _, found, move = hear(reader, opening(fraud), text)
    assert len(found.also) == 2
    assert move.unmet == 1


def test_a_word_is_explained_and_the_exhibit_shown(fraud: Source, reader: Reader) -> None:
    text = "can you explain what a confusion matrix is and show it to me?"
    _, _, move = hear(reader, opening(fraud), text)
    assert (move.terms, move.shows) == (("confusion matrix",), "matrix")


def test_a_part_that_asks_for_nothing_known_brings_nothing_along(fraud: Source, reader: Reader) -> None:
    _, found, _ = hear(reader, opening(fraud), "who changed the learning rate, and how many times?")
    assert not found.also


def test_one_thing_with_an_and_in_it_is_one_thing(fraud: Source, reader: Reader) -> None:
    for text in ("show me training and validation loss", "can I see recall and precision at all thresholds?"):
        _, found, _ = hear(reader, opening(fraud), text)
        assert found.also == (), text


# ---------------------------------------------------------------- why, and whether to go on


@pytest.fixture
def key() -> Key:
    return Key(read(CASES / "tiny.yaml").scenario, "diverges")


def said(session: Session, text: str, act: Act = Act.QUESTION, **more: object) -> tuple[Session, Move]:
    number = session.next_turn
    read_as = Assessment.model_validate({"act": act, **more})
    session = advance(session, Said(turn=number, text=text))
    session = advance(session, Assessed(turn=number, assessment=read_as))
    move = next_move(session)
    return advance(session, Replied(turn=number, move=move, text="x")), move


ACTS = [act for act in Act if act is not Act.DISPUTE]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("can we move on", Reason.SKIPPED),
        ("Next question please!", Reason.SKIPPED),
        ("let's skip this", Reason.SKIPPED),
        ("why do you ask me that?", Reason.WHY_ASKED),
        ("why does that even matter", Reason.WHY_ASKED),
    ],
)
def test_asking_why_or_to_go_on_costs_no_hint_however_it_is_read(
    fraud: Source, act: Act, text: str, reason: Reason
) -> None:
    session, move = said(opening(fraud), text, act)
    assert (move.kind, move.reason) == (MoveKind.ANSWER, reason)
    assert not session.ladder
    assert debrief(session).stages[0].hints == 0


def test_why_we_need_something_is_no_question_about_the_question(fraud: Source) -> None:
    _, move = said(opening(fraud), "why do we need a validation set?")
    assert move.reason is Reason.UNANSWERABLE


def test_a_yes_to_one_of_two_is_asked_which(fraud: Source, reader: Reader) -> None:
    offered = ("overfitting", "underfitting")
    session, move = said(
        opening(fraud, "diagnose"), "the fit", Act.CONTRIBUTION, abstained=True, candidates=offered
    )
    assert (move.kind, move.reason) == (MoveKind.CLARIFY, Reason.PLAIN)
    for text in (
        "yes",
        "yes!",
        "yeah",
        "yup",
        "yes of course",
        "yes, exactly that",
        "yes I do",
        "sure",
        "correct",
    ):
        after, found, move = hear(reader, session, text)
        assert found.claims == (), text
        assert not after.credits
        assert not after.challenges
        if found.candidates:
            assert (move.kind, move.candidates) == (MoveKind.CLARIFY, offered), text
    _, _, move = hear(reader, session, "yes")
    assert move.reason is Reason.WHICH


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("how do I fix it?", Reason.YOURS_TO_ANSWER),
        ("so what's wrong with the model?", Reason.YOURS_TO_ANSWER),
        ("why is that?", Reason.YOURS_TO_ANSWER),
        ("hello, what do I do?", Reason.GREETED),
        ("hi, what is going on", Reason.GREETED),
        ("Hi! What should I do first?", Reason.GREETED),
        ("what else?", Reason.STANDING),
        ("done?", Reason.STANDING),
        ("what do you want from me?", Reason.ASKED_AGAIN),
        ("what would you do?", Reason.YOURS_TO_ANSWER),
    ],
)
def test_what_is_asked_of_nothing_in_particular(fraud: Source, act: Act, text: str, reason: Reason) -> None:
    if act is not Act.MANIPULATION:
        assert said(opening(fraud), text, act)[1].reason is reason


@pytest.mark.parametrize("act", [Act.VAGUE, Act.OFF_TOPIC, Act.QUESTION, Act.CONTRIBUTION])
def test_a_short_hello_is_greeted(fraud: Source, act: Act) -> None:
    assert said(opening(fraud), "sup", act)[1].reason is Reason.GREETED


def test_a_claim_with_a_question_mark_is_no_question_about_the_file(fraud: Source) -> None:
    assert said(opening(fraud), "both lines are flat i guess?")[1].reason is Reason.YOURS_TO_SAY
    assert said(opening(fraud), "which colour is the office?")[1].reason is Reason.UNANSWERABLE


def test_an_idea_in_dispute_is_not_offered_as_if_it_were_new(fraud: Source, reader: Reader) -> None:
    key = Key(fraud.scenario, "frozen_loss")
    claims = (Claim(idea="overfitting", quote="overfitting"),)
    session, move = said(at_stage(key, "diagnose"), "it is overfitting", Act.CONTRIBUTION, claims=claims)
    assert move.kind is MoveKind.PUSH_BACK
    session, move = said(
        session, "overfitting, final answer", Act.CONTRIBUTION, abstained=True, candidates=("overfitting",)
    )
    assert (move.kind, move.reason, move.target) == (MoveKind.CLARIFY, Reason.HELD, "overfitting")
    for text in ("drop it", "I drop it", "yes", "the second"):
        after, found, _ = hear(reader, session, text)
        assert "overfitting" not in found.asserted(), text
        assert after.challenges["diagnose", "overfitting"].times == 1


def test_what_would_convince_and_why_not_are_answered_with_the_evidence(fraud: Source) -> None:
    key = Key(fraud.scenario, "frozen_loss")
    claims = (Claim(idea="overfitting", quote="overfitting"),)
    session, _ = said(at_stage(key, "diagnose"), "it is overfitting", Act.CONTRIBUTION, claims=claims)
    for text in (
        "why won't you agree?",
        "tell me why it is wrong",
        "what evidence would convince you?",
        "why is that wrong?",
        "why is it not overfitting?",
    ):
        after, move = said(session, text, Act.HINT_REQUEST)
        assert (move.reason, move.target) == (Reason.WHY_NOT, "overfitting"), text
        assert move.exhibit is not None
        assert after.challenges == session.challenges
        assert not after.ladder


def test_an_exhibit_that_one_needs_is_handed_over(fraud: Source, reader: Reader) -> None:
    for text in ("I'd need the confusion matrix", "I would like to see the gradient norms."):
        session, found, move = hear(reader, opening(fraud), text)
        shown = reply(session, move).opened
        assert {"matrix", "gradients"} & set(shown), (text, found)


# ---------------------------------------------------------------- experiments, stages that are closed


def test_an_experiment_without_a_word_is_asked_what_it_shows(fraud: Source) -> None:
    summary = "learning rate 0.003: validation recall 3.9% → 0.0%"
    event = Experimented(changes={"learning_rate": 0.003}, summary=summary)
    session = advance(opening(fraud), event)
    for act in (Act.VAGUE, Act.OFF_TOPIC, Act.CONTRIBUTION):
        _, move = said(session, f"I tried {summary}.", act)
        assert (move.kind, move.reason) == (MoveKind.PUMP, Reason.TRIED)


def test_the_figures_of_an_experiment_are_no_claim(fraud: Source, reader: Reader) -> None:
    summary = "learning rate 0.003: training loss 0.0481 → 0.105; validation accuracy 98.1% → 98.0%"
    event = Experimented(changes={"learning_rate": 0.003}, summary=summary)
    for stage in ("observe", "diagnose", "remedy"):
        session = advance(opening(fraud, stage), event)
        after, found, move = hear(reader, session, f"I tried {summary}.")
        assert (found.claims, move.reason) == ((), Reason.TRIED)
        assert not after.challenges
    said_more = own_words(f"I tried {summary}. It is overfitting.", session)
    assert said_more == "I tried learning rate 0.003. It is overfitting."


def test_what_would_have_served_a_closed_stage_is_not_called_said_before(fraud: Source) -> None:
    key = Key(fraud.scenario, "exploding_loss")
    session = at_stage(key, "prevent")
    claims = (Claim(idea="clip_gradients", quote="clip them"),)
    for reason in (Reason.LATE, Reason.KNOWN):
        session, move = said(session, "clip them", Act.CONTRIBUTION, claims=claims)
        assert (move.kind, move.reason) == (MoveKind.PUMP, reason)


def test_an_idea_of_a_closed_stage_is_not_called_early(fraud: Source) -> None:
    key = Key(fraud.scenario, "overfitting")
    plausible = next(i for i in key.roles("diagnose").plausible if key.role(i, "prevent") is None)
    for stage, reason in (("observe", Reason.EARLY), ("diagnose", Reason.PLAIN), ("prevent", Reason.LATE)):
        claims = (Claim(idea=plausible, quote="that"),)
        _, move = said(at_stage(key, stage), "that", Act.CONTRIBUTION, claims=claims)
        assert (move.kind, move.reason) == (MoveKind.PROBE, reason), stage
