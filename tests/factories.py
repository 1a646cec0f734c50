"""The cast: branch Brno with its services and counters, clerks Alena and Bohdan, manager Marta, outsider Oskar."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from queue_app.operations import counters, serve, setup
from queue_app.operations.forecasting import Forecasts
from queue_app.operations.take_ticket import TakenTicket, TakeTicket, take_ticket
from queue_app.operations.unit_of_work import Actor, Context

PASSWORD = "correct horse battery staple"


@dataclass
class Brno:
    """The branch `brno`: services ids (A), driving (B), cash (C); counters 1 to 4; nobody sits anywhere yet."""

    context: Context
    branch_id: int
    services: dict[str, int]
    counters: list[int]
    users: dict[str, int]
    printer_id: int
    forecasts: Forecasts = field(init=False)

    def __post_init__(self) -> None:
        """Forecast by this context."""
        self.forecasts = Forecasts(self.context)

    def actor(self, name: str) -> Actor:
        """Return a person of the cast as one who acts."""
        return Actor(f"user:{self.users[name]}", name.title(), self.users[name], supervises=name == "marta")

    @property
    def alena(self) -> Actor:
        """The clerk at counter 1, as a rule."""
        return self.actor("alena")

    @property
    def bohdan(self) -> Actor:
        """The clerk at counter 2, as a rule."""
        return self.actor("bohdan")

    def take(self, service: str = "ids", **wish: Any) -> TakenTicket:
        """Take a number."""
        return take_ticket(self.context, self.forecasts, "brno", TakeTicket(service=service, **wish))

    def open(self, index: int = 0, who: Actor | None = None) -> int:
        """Open a counter and return its id."""
        counters.open_counter(self.context, self.counters[index], who or (self.alena, self.bohdan)[index % 2])
        return self.counters[index]

    def next(self, index: int = 0, who: Actor | None = None, **more: Any) -> serve.Served:
        """Call the next ticket to a counter."""
        return serve.call_next(self.context, self.counters[index], who or (self.alena, self.bohdan)[index % 2], **more)


def create_brno(context: Context, slug: str = "brno", **options: Any) -> Brno:
    """Create the branch and its cast."""
    now = context.clock.now()
    settings = {"languages": ["cs", "en", "sk", "pl", "hu"], **options}
    with context.database.writing() as connection:
        branch_id = setup.create_branch(
            connection, now, slug, {"cs": "Brno-střed", "en": "Brno Centre"}, "Europe/Prague", **settings
        )
        services = {
            name: setup.add_service(connection, branch_id, name, letter, {"cs": name, "en": name}, position=position)
            for position, (name, letter) in enumerate((("ids", "A"), ("driving", "B"), ("cash", "C")))
        }
        desks = [setup.add_counter(connection, branch_id, str(n), position=n) for n in range(1, 5)]
        printer_id = setup.add_printer(connection, branch_id, "paper", "folder", {"path": "/nonexistent"})
        setup.add_kiosk(connection, branch_id, "Kiosk", printer_id)
        roles = {
            "alena": ("clerk", branch_id),
            "bohdan": ("clerk", branch_id),
            "marta": ("manager", branch_id),
            "oskar": None,
        }
        users = {
            name: setup.add_user(
                connection, now, f"{name}.{slug}", name.title(), PASSWORD, [role] if role else [], "en"
            )
            for name, role in roles.items()
        }
    return Brno(context, branch_id, services, desks, users, printer_id)
