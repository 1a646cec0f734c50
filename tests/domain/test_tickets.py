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


@pytest.mark.parametrize("state", ENDS)
def test_nothing_leads_out_of_an_end(state: State) -> None:
    assert not [action for action in Action if (state, action) in TRANSITIONS]


def test_every_open_state_can_expire_at_the_days_end() -> None:
    assert all((state, Action.EXPIRE) in TRANSITIONS for state in OPEN_STATES)


def test_only_a_call_brings_a_ticket_to_a_counter() -> None:
    brought = {action for (state, action), new in TRANSITIONS.items() if new in AT_COUNTER and state not in AT_COUNTER}
    assert brought == {Action.CALL}
