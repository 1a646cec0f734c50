"""Words, letters and questions that the printer tests share."""

from collections.abc import Callable, Mapping
from io import BytesIO

import pytest
from hypothesis import HealthCheck, settings
from PIL import Image, ImageDraw

from printers.errors import RETRYABLE, PrinterError
from printers.transports import make_transport

# Properties that never fail for the hour of the day or a busy machine.
CALM = settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

# Every letter beyond ASCII of the languages the product speaks.
ALPHABETS = {
    "en": "The quick brown fox jumps over the lazy dog 0123456789",
    "cs": "ÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ áčďéěíňóřšťúůýž",
    "sk": "ÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽ áäčďéíĺľňóôŕšťúýž",
    "pl": "ĄĆĘŁŃÓŚŹŻ ąćęłńóśźż",
    "hu": "ÁÉÍÓÖŐÚÜŰ áéíóöőúüű",
}
FIVE_LANGUAGES = "Přepážka č. 5, Żółć, Ügyfél őű, ľščťžýáíé"
URL = "https://fronta.brno-stred.cz/t/Q7MX2KPA4D"


def code_of(send: Callable[[], None]) -> str:
    """Return the code of the error that sending ends with."""
    with pytest.raises(PrinterError) as caught:
        send()
    assert caught.value.message.endswith((".", "?"))
    assert caught.value.retryable == RETRYABLE[caught.value.code]
    return caught.value.code


def send(kind: str, address: Mapping[str, object], data: bytes = b"slip", job_name: str = "job") -> None:
    """Send one job to a device given by its address."""
    make_transport(kind, address).send(data, job_name)


def png(width: int = 80, height: int = 40, mode: str = "L") -> bytes:
    """Return a small picture: a black frame around something grey."""
    image = Image.new(mode, (width, height), 1 if mode == "1" else 200)
    ImageDraw.Draw(image).rectangle((0, 0, width - 1, height - 1), outline=0, width=max(min(width, height) // 10, 1))
    target = BytesIO()
    image.save(target, "PNG")
    return target.getvalue()
