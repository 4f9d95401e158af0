"""The pure function of routing: whom it never picks, and how evenly it gives out."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.server.desk.routing import Agent, Choice, Waiting, choose

WAITING = Waiting("open", None, written=True, given_back_by=None)
MODES = st.sampled_from(["balanced", "round_robin"])

agents = st.lists(
    st.builds(
        Agent,
        id=st.binary(min_size=16, max_size=16),
        name=st.text(max_size=5),
        role=st.sampled_from(["admin", "staff", "customer"]),
        enabled=st.booleans(),
        present=st.booleans(),
        away=st.booleans(),
        load=st.integers(0, 5),
        maximum=st.none() | st.integers(0, 5),
        last=st.integers(0, 100),
    ),
    max_size=6,
    unique_by=lambda each: each.id,
)


def may_take(agent: Agent, waiting: Waiting) -> bool:
    """The rule, written down a second time."""
    below = agent.maximum is None or agent.load < agent.maximum
    there = agent.enabled and agent.present and not agent.away
    takes_part = agent.role == "staff" or (agent.role == "admin" and agent.maximum is not None)
    return takes_part and there and below and agent.id != waiting.given_back_by


def team(*maximums: int | None) -> list[Agent]:
    """Agents who are there and have nothing yet."""
    return [
        Agent(bytes([number] * 16), f"Agent {number}", "staff", True, True, False, 0, maximum, 0)
        for number, maximum in enumerate(maximums)
    ]


def give_out(mode: str, those: Sequence[Agent], count: int) -> tuple[list[Agent], list[Choice]]:
    """As many conversations, one after the other."""
    held, choices = list(those), []
    for turn in range(1, count + 1):
        choice = choose(mode, held, WAITING)
        choices.append(choice)
        if choice.agent is not None:
            taken = choice.agent._replace(load=choice.agent.load + 1, last=turn)
            held = [taken if each.id == taken.id else each for each in held]
    return held, choices


@given(MODES, agents, st.data())
def test_it_picks_somebody_who_may_take_it_whenever_there_is_one(
    mode: str, those: list[Agent], data: st.DataObject
) -> None:
    giver = data.draw(st.none() | st.sampled_from([each.id for each in those] or [b""]))
    waiting = WAITING._replace(given_back_by=giver)
    choice = choose(mode, those, waiting)
    able = [each for each in those if may_take(each, waiting)]
    assert (choice.agent in able) if able else (choice.agent is None)
    assert [each.agent for each in choice.judgements if each.eligible] == able
    assert choice.reason
    assert all(each.words for each in choice.judgements)


@given(MODES, agents, st.integers(0, 40))
def test_no_maximum_is_ever_exceeded(mode: str, those: list[Agent], count: int) -> None:
    before = {each.id: each.load for each in those}
    for each in give_out(mode, those, count)[0]:
        assert each.load == before[each.id] or each.maximum is None or each.load <= each.maximum


@given(st.lists(st.none() | st.integers(1, 8), min_size=1, max_size=5), st.integers(0, 60))
def test_balanced_never_gives_one_that_another_had_more_room_for(
    maximums: list[int | None], count: int
) -> None:
    known = [each for each in maximums if each]
    usual = sum(known) / len(known) if known else 1
    share = {each.id: each.maximum or usual for each in team(*maximums)}
    held = give_out("balanced", team(*maximums), count)[0]
    open_ = [each for each in held if each.maximum is None or each.load < each.maximum]
    for one in held:
        for other in open_:
            if one.load:
                assert (one.load - 1) / share[one.id] <= other.load / share[other.id]


def test_who_has_no_maximum_gets_an_average_share() -> None:
    held = give_out("balanced", team(None, 10, 30), 30)[0]
    assert [each.load for each in held] == [10, 5, 15]


@given(MODES, st.integers(1, 6), st.integers(0, 50))
def test_equals_get_equally_many_within_one(mode: str, people: int, count: int) -> None:
    loads = [each.load for each in give_out(mode, team(*[None] * people), count)[0]]
    assert sum(loads) == count
    assert max(loads) - min(loads) <= 1


@given(st.integers(1, 6), st.integers(1, 8))
def test_round_robin_comes_around_in_the_same_order(people: int, rounds: int) -> None:
    choices = give_out("round_robin", team(*[None] * people), people * rounds)[1]
    order = [each.agent.name for each in choices if each.agent]
    assert Counter(order) == {f"Agent {number}": rounds for number in range(people)}
    assert order == order[:people] * rounds


@pytest.mark.parametrize(
    ("waiting", "mode", "said"),
    [
        (WAITING._replace(assignee="Sarah"), "balanced", "Sarah has it already."),
        (
            WAITING._replace(status="snoozed"),
            "balanced",
            "It is snoozed: only open conversations are given out.",
        ),
        (WAITING._replace(written=False), "balanced", "Its contact has not written yet."),
        (WAITING, "manual", "Nobody gets it automatically: assignment is manual."),
    ],
)
def test_what_is_not_given_out_says_why(waiting: Waiting, mode: str, said: str) -> None:
    choice = choose(mode, team(None), waiting)
    assert (choice.agent, choice.reason) == (None, said)
    assert [each.words for each in choice.judgements] == ["could take it, 0 open"]
