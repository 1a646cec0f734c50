"""How a branch is set up, as the rules see it: immutable, read once and kept until the settings change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from queue_app.domain.branch_hours import BranchHours
from queue_app.domain.calendar import Calendar, HolidayNames, check_calendar
from queue_app.domain.desk import DeskRules, Outcome
from queue_app.domain.errors import QueueError
from queue_app.domain.opening_hours import Opening, WeeklyHours
from queue_app.domain.privacy import PrivacyRules
from queue_app.domain.profiles import NEVER, BranchRules, Handling, Profile, ServiceTerms
from queue_app.domain.reporting import ReportingRules
from queue_app.domain.service_menu import Season, check_season

if TYPE_CHECKING:  # a layout is read against a branch, and so imports this module
    from queue_app.domain.screen_layout import ScreenLayout

Texts = Mapping[str, str]


def pick(texts: Texts, language: str, fallback: str) -> str:
    """Return what a manager typed in `language`, else in `fallback`, else in any language, else nothing."""
    return texts.get(language) or texts.get(fallback) or next(iter(texts.values()), "")


@dataclass(frozen=True)
class ServiceSetup:
    """One service; see the table `service` for the meaning of each field."""

    id: int
    slug: str
    series: str
    name: Texts
    position: int
    intake_open: bool
    opening_hours: WeeklyHours | None
    daily_quota: int | None
    first_number: int
    digits: int
    target_wait_seconds: int
    expected_service_seconds: int
    bring: Texts
    longest_wait_minutes: int | None = None
    outcomes: tuple[Outcome, ...] = ()
    last_number: int | None = None
    conditions: Texts = field(default_factory=dict)
    instead: Texts = field(default_factory=dict)
    season: Mapping[str, Any] | None = None
    active: bool = True

    @cached_property
    def part_of_year(self) -> Season | None:
        """When it is there; None where it always is."""
        return check_season(self.season)


@dataclass(frozen=True)
class CounterSetup:
    """One counter and the work profile it opens with."""

    id: int
    name: str
    profile_id: int | None


@dataclass(frozen=True)
class ProfileSetup:
    """One work profile, with the targets and limits that its services and the branch say."""

    id: int
    name: str
    profile: Profile

    @cached_property
    def service_ids(self) -> frozenset[int]:
        """The ids of the services it takes."""
        return frozenset(self.profile.place_of)


@dataclass(frozen=True)
class KioskSetup:
    """One kiosk and the printer beside it."""

    id: int
    name: str
    printer_id: int | None


@dataclass(frozen=True)
class ScreenSetup:
    """One named lobby screen and what stands on it."""

    id: int
    name: str
    layout: ScreenLayout


@dataclass(frozen=True)
class BranchSetup:
    """One branch with all its parts.

    Attributes:
        retired_services: given out no more, but somebody waits for them still: they are called like the others.
        leaving_counters: there no more, but somebody sits there still, until they close.
    """

    id: int
    slug: str
    name: Texts
    time_zone: str
    cut_over_hour: int
    languages: tuple[str, ...]
    opening_hours: WeeklyHours | None
    finish_on_next: bool
    confirm_arrival: bool
    target_wait_seconds: int
    accent_colour: str
    open_devices: bool
    day_ends_by_itself: bool
    notice: Texts
    other_channels: Texts
    settings_revision: int
    services: tuple[ServiceSetup, ...]
    counters: tuple[CounterSetup, ...]
    profiles: tuple[ProfileSetup, ...]
    kiosks: tuple[KioskSetup, ...]
    printers: Mapping[int, str]
    rules: BranchRules = field(default_factory=BranchRules)
    desk: DeskRules = field(default_factory=DeskRules)
    screens: tuple[ScreenSetup, ...] = ()
    reporting: ReportingRules = field(default_factory=ReportingRules)
    calendar: Mapping[str, Any] = field(default_factory=dict)
    menu: Sequence[Any] = ()
    branding: Mapping[str, Any] = field(default_factory=dict)
    privacy: PrivacyRules = field(default_factory=PrivacyRules)
    follows: Mapping[str, Any] | None = None
    retired_services: tuple[ServiceSetup, ...] = ()
    leaving_counters: tuple[CounterSetup, ...] = ()
    holiday_names: HolidayNames | None = field(default=None, compare=False)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The branch's time zone."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def year(self) -> Calendar:
        """What makes days different from their weekday."""
        return check_calendar(self.calendar)

    @cached_property
    def hours(self) -> BranchHours:
        """When it is open, and why it is not."""
        return BranchHours(self)

    @property
    def default_language(self) -> str:
        """The first of the branch's languages."""
        return self.languages[0]

    @cached_property
    def services_by_id(self) -> dict[int, ServiceSetup]:
        """Services by their id, also those that are only called."""
        return {service.id: service for service in self.called_services}

    @cached_property
    def called_services(self) -> tuple[ServiceSetup, ...]:
        """All services for which people may wait: those that are given out, then those that were."""
        return (*self.services, *self.retired_services)

    @cached_property
    def present_counters(self) -> tuple[CounterSetup, ...]:
        """All counters at which somebody may sit: those there are, then those that go when they close."""
        return (*self.counters, *self.leaving_counters)

    @cached_property
    def _services_by_name(self) -> dict[str, ServiceSetup]:
        # A service may be named by its series letter where that is not shared, as people do; the slug wins.
        letters = [service.series for service in self.services]
        named = {service.series: service for service in self.services if letters.count(service.series) == 1}
        return named | {service.slug: service for service in self.services}

    @cached_property
    def counters_by_id(self) -> dict[int, CounterSetup]:
        """Counters by their id, also those that go when they close."""
        return {counter.id: counter for counter in self.present_counters}

    @cached_property
    def layouts(self) -> dict[int, ScreenLayout]:
        """What stands on each named screen, by its id."""
        return {screen.id: screen.layout for screen in self.screens}

    def screen(self, screen_id: int) -> ScreenSetup:
        """Return the named screen with this id.

        Raises:
            QueueError: `unknown_screen`.
        """
        for screen in self.screens:
            if screen.id == screen_id:
                return screen
        raise QueueError("unknown_screen", screen=screen_id)

    def service(self, name: str) -> ServiceSetup:
        """Return the service with this slug or (unshared) letter.

        Raises:
            QueueError: `unknown_service`.
        """
        try:
            return self._services_by_name[name]
        except KeyError:
            raise QueueError("unknown_service", service=name) from None

    def called_service(self, name: str) -> ServiceSetup:
        """Return the service with this slug or (unshared) letter, also one that is given out no more.

        Raises:
            QueueError: `unknown_service`.
        """
        for service in self.retired_services:
            if service.slug == name:
                return service
        return self.service(name)

    def counter(self, counter_id: int) -> CounterSetup:
        """Return the counter with this id.

        Raises:
            QueueError: `unknown_counter`.
        """
        try:
            return self.counters_by_id[counter_id]
        except KeyError:
            raise QueueError("unknown_counter", counter=counter_id) from None

    def services_of(self, profile_id: int | None) -> frozenset[int]:
        """Return the ids of the services that a work profile takes; without a profile, all of them."""
        return frozenset(self.profile(profile_id).place_of)

    @cached_property
    def _profiles_by_id(self) -> dict[int, Profile]:
        return {each.id: each.profile for each in self.profiles}

    @cached_property
    def _every_service(self) -> Profile:
        return self.filled(
            Profile(tuple(ServiceTerms(service.id) for service in self.called_services), rules=self.rules)
        )

    def profile(self, profile_id: int | None) -> Profile:
        """Return a work profile; without one, all services, first come, first served."""
        return self._profiles_by_id.get(profile_id, self._every_service) if profile_id else self._every_service

    def filled(self, profile: Profile) -> Profile:
        """Return `profile` with the promised and the longest waits that the services say where it says none itself."""
        services = self.services_by_id
        terms = tuple(
            replace(
                each,
                target_minutes=each.target_minutes or max(1, services[each.service_id].target_wait_seconds // 60),
                longest_wait_minutes=each.longest_wait_minutes or services[each.service_id].longest_wait_minutes,
            )
            for each in profile.services
            if each.service_id in services
        )
        return replace(profile, services=terms)

    @cached_property
    def shortest_limit(self) -> int | None:
        """The shortest of the longest allowed waits of all profiles, in µs; None where nothing is promised."""
        every = [self._every_service, *(each.profile for each in self.profiles)]
        shortest = min((limit for profile in every for limit in profile.limits.values()), default=NEVER)
        return None if shortest == NEVER else shortest

    @cached_property
    def shares_calls(self) -> bool:
        """Whether a class of the branch may have to wait although it is more important: then each class's first counts."""
        return any(each.handling != Handling.STRICT for each in self.rules.classes)

    def rank(self, priority: str) -> int:
        """Return the rank of a class of visitors by its name, 0 for the most important."""
        return self.rules.rank_of.get(priority, len(self.rules.classes))

    def profile_named(self, name: str) -> ProfileSetup:
        """Return the work profile with this name.

        Raises:
            QueueError: `unknown_profile`.
        """
        for profile in self.profiles:
            if profile.name == name:
                return profile
        raise QueueError("unknown_profile", profile=name)

    def language(self, wanted: str | None) -> str:
        """Return `wanted` where the branch speaks it, else the branch's default language."""
        return wanted if wanted in self.languages else self.default_language

    def opening(self, moment: datetime) -> Opening:
        """Say whether the branch is open at `moment`, and why not."""
        return self.hours.house(moment)

    def service_opening(self, service: ServiceSetup, moment: datetime) -> Opening:
        """Say whether `service` is open at `moment`, its branch's hours and its season included, and why not."""
        return self.hours.service(service, moment)
