"""How a branch is set up, as the rules see it: immutable, read once and kept until the settings change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from queue_app.domain.errors import QueueError
from queue_app.domain.opening_hours import Opening, WeeklyHours, opening

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


@dataclass(frozen=True)
class CounterSetup:
    """One counter and the work profile it opens with."""

    id: int
    name: str
    profile_id: int | None


@dataclass(frozen=True)
class ProfileSetup:
    """One work profile."""

    id: int
    name: str
    service_ids: frozenset[int]


@dataclass(frozen=True)
class KioskSetup:
    """One kiosk and the printer beside it."""

    id: int
    name: str
    printer_id: int | None


@dataclass(frozen=True)
class BranchSetup:
    """One branch with all its parts."""

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

    @cached_property
    def zone(self) -> ZoneInfo:
        """The branch's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def default_language(self) -> str:
        """The first of the branch's languages."""
        return self.languages[0]

    @cached_property
    def services_by_id(self) -> dict[int, ServiceSetup]:
        """Services by their id."""
        return {service.id: service for service in self.services}

    @cached_property
    def _services_by_name(self) -> dict[str, ServiceSetup]:
        # A service may be named by its series letter where that is not shared, as people do; the slug wins.
        letters = [service.series for service in self.services]
        named = {service.series: service for service in self.services if letters.count(service.series) == 1}
        return named | {service.slug: service for service in self.services}

    @cached_property
    def counters_by_id(self) -> dict[int, CounterSetup]:
        """Counters by their id."""
        return {counter.id: counter for counter in self.counters}

    def service(self, name: str) -> ServiceSetup:
        """Return the service with this slug or (unshared) letter.

        Raises:
            QueueError: `unknown_service`.
        """
        try:
            return self._services_by_name[name]
        except KeyError:
            raise QueueError("unknown_service", service=name) from None

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
        for profile in self.profiles:
            if profile.id == profile_id:
                return profile.service_ids
        return frozenset(self.services_by_id)

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
        """Say whether the branch is open at `moment`."""
        return opening(self.opening_hours, moment, self.zone)

    def service_opening(self, service: ServiceSetup, moment: datetime) -> Opening:
        """Say whether `service` is open at `moment`, its branch's hours included."""
        house = self.opening(moment)
        own = opening(service.opening_hours, moment, self.zone)
        if house.is_open and own.is_open:
            ends = [end for end in (house.closes_at, own.closes_at) if end is not None]
            return Opening(True, min(ends, default=None), None)
        begins = [begin for begin in (house.opens_at, own.opens_at) if begin is not None]
        return Opening(False, None, max(begins, default=None))
