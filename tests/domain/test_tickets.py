"""The life of a leg: every state × every action."""

from __future__ import annotations

import pytest

from queue_app.domain.errors import QueueError
from queue_app.domain.tickets import AT_COUNTER, OPEN_STATES, TRANSITIONS, Action, State, after

ENDS = [state for state in State if state not in OPEN_STATES]


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("state", list(State))
def test_every_state_and_action_is_either_in_the_table_or_refused(state: State, action: Action) -> None:
    if (state, action) in TRANSITIONS:
        assert after(state, action) == TRANSITIONS[state, action]
    else:
        with pytest.raises(QueueError) as refusal:
            after(state, action)
        assert refusal.value.code == "state_forbids"
        assert refusal.value.details == {"state": state.value, "action": action.value}


ENDED_BY_MISTAKE = {State.FINISHED, State.NO_SHOW, State.CANCELLED}


@pytest.mark.parametrize("state", ENDS)
def test_nothing_leads_out_of_an_end_but_reopening_what_a_clerk_ended(state: State) -> None:
    out = {action: TRANSITIONS[state, action] for action in Action if (state, action) in TRANSITIONS}
    assert out == ({Action.REOPEN: State.WAITING} if state in ENDED_BY_MISTAKE else {})


def test_every_open_state_can_expire_at_the_days_end() -> None:
    assert all((state, Action.EXPIRE) in TRANSITIONS for state in OPEN_STATES)


def test_only_a_call_brings_a_ticket_to_a_counter_or_the_start_of_a_service_without_one() -> None:
    brought = {
        (state, action): new
        for (state, action), new in TRANSITIONS.items()
        if new in AT_COUNTER and state not in AT_COUNTER
    }
    assert brought == {
        (State.WAITING, Action.CALL): State.CALLED,
        (State.PARKED, Action.CALL): State.CALLED,
        # Served without a number: `tests/operations/test_desk_actions.py` shows that nobody else is started so.
        (State.WAITING, Action.START): State.SERVING,
    }
