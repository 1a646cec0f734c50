"""The life of a leg: which action leads from which state to which; what is absent is refused."""

from __future__ import annotations

from enum import StrEnum

from queue_app.domain.errors import QueueError


class State(StrEnum):
    """Where a leg (and with its last leg, the ticket) stands."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    FINISHED = "finished"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"
    EXPIRED = "expired"


class Action(StrEnum):
    """What can be done to a leg."""

    CALL = "call"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    NO_SHOW = "no_show"
    PARK = "park"
    RETURN = "return"
    TRANSFER = "transfer"
    CANCEL = "cancel"
    EXPIRE = "expire"
    REOPEN = "reopen"


OPEN_STATES = frozenset({State.WAITING, State.CALLED, State.SERVING, State.PARKED})
AT_COUNTER = frozenset({State.CALLED, State.SERVING})

TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.WAITING, Action.CALL): State.CALLED,
    # Only somebody who has not been waiting at all, served without a number: `operations.desk_actions`.
    (State.WAITING, Action.START): State.SERVING,
    # A supervisor moves somebody to another queue.
    (State.WAITING, Action.TRANSFER): State.TRANSFERRED,
    (State.WAITING, Action.CANCEL): State.CANCELLED,
    (State.WAITING, Action.EXPIRE): State.EXPIRED,
    (State.PARKED, Action.CALL): State.CALLED,
    (State.PARKED, Action.RETURN): State.WAITING,
    (State.PARKED, Action.TRANSFER): State.TRANSFERRED,
    (State.PARKED, Action.CANCEL): State.CANCELLED,
    (State.PARKED, Action.EXPIRE): State.EXPIRED,
    (State.CALLED, Action.RECALL): State.CALLED,
    (State.CALLED, Action.START): State.SERVING,
    (State.CALLED, Action.FINISH): State.FINISHED,
    (State.CALLED, Action.NO_SHOW): State.NO_SHOW,
    (State.CALLED, Action.PARK): State.PARKED,
    (State.CALLED, Action.RETURN): State.WAITING,
    (State.CALLED, Action.TRANSFER): State.TRANSFERRED,
    (State.CALLED, Action.CANCEL): State.CANCELLED,
    (State.CALLED, Action.EXPIRE): State.EXPIRED,
    (State.SERVING, Action.FINISH): State.FINISHED,
    (State.SERVING, Action.PARK): State.PARKED,
    (State.SERVING, Action.RETURN): State.WAITING,
    (State.SERVING, Action.TRANSFER): State.TRANSFERRED,
    (State.FINISHED, Action.REOPEN): State.WAITING,
    (State.NO_SHOW, Action.REOPEN): State.WAITING,
    (State.CANCELLED, Action.REOPEN): State.WAITING,
    # The day ended while somebody was being served: the service did happen, so it counts as finished.
    (State.SERVING, Action.EXPIRE): State.FINISHED,
}


def after(state: State, action: Action) -> State:
    """Return the state that `action` leads to from `state`.

    Raises:
        QueueError: `state_forbids`, with the state and the action, where the table has no such step.
    """
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise QueueError("state_forbids", state=str(state), action=str(action)) from None
