"""Named statements about lobby screens: how they stand, what they acknowledge, which of them have been let in."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from queue_app.store.models import ApiToken, ScreenAck, ScreenState, TicketEvent
from queue_app.store.prepared import Prepared, insert_into, update_of
from queue_app.store.types import UtcTime

_state = ScreenState.__table__.c
_ack = ScreenAck.__table__.c
_event = TicketEvent.__table__.c
_token = ApiToken.__table__.c

LIVE_SCREENS = Prepared(
    select(_state.screen_id, _state.shows).where(
        _state.branch_id == bindparam("branch_id"),
        _state.gone_at.is_(None),
        _state.seen_at >= bindparam("after", type_=UtcTime()),
    )
)
NAMED_SCREENS = Prepared(
    select(_state.screen_id, _state.screen_key, _state.revision, _state.seen_at, _state.gone_at, _state.shows)
    .where(_state.branch_id == bindparam("branch_id"), _state.screen_id.is_not(None))
    .order_by(_state.seen_at)
)
PAIRED_SCREENS = Prepared(
    select(_token.screen_id)
    .where(_token.branch_id == bindparam("branch_id"), _token.screen_id.is_not(None), _token.revoked_at.is_(None))
    .distinct()
)

CALL = Prepared(
    select(_event.kind, _event.counter_id, _event.data).where(
        _event.branch_id == bindparam("branch_id"), _event.revision == bindparam("call_id")
    )
)
ACK = Prepared(
    select(_ack.shown_at, _ack.spoken_at).where(
        _ack.branch_id == bindparam("branch_id"),
        _ack.call_id == bindparam("call_id"),
        _ack.screen_key == bindparam("screen_key"),
    )
)
INSERT_ACK = insert_into(ScreenAck.__table__)  # type: ignore[arg-type]
UPDATE_ACK = update_of(
    ScreenAck.__table__,  # type: ignore[arg-type]
    ["shown_at", "spoken_at"],
    _ack.branch_id == bindparam("branch"),
    _ack.call_id == bindparam("call"),
    _ack.screen_key == bindparam("key"),
)
ACKS = Prepared(
    select(  # type: ignore[arg-type]
        func.count(_ack.shown_at).label("shown"), func.count(_ack.spoken_at).label("spoken")
    ).where(_ack.branch_id == bindparam("branch_id"), _ack.call_id == bindparam("call_id"))
)
