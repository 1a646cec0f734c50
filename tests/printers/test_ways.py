"""The ways out: what they declare, how addresses follow from that, and that a further one takes one file."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printer_samples import CALM

from printers import KINDS, Printer, PrinterError, Slip, deliver, field_table, ways
from printers.transports import make_transport
from printers.way import Field, Way

WAYS = ways.find_ways()
NEEDED = {
    "network": {"host": "192.0.2.7"},
    "usb": {"vendor_id": "04b8", "product_id": "0E15"},
    "serial": {"port": "/dev/ttyUSB0"},
    "ipp": {"uri": "ipp://192.0.2.7:631/printers/slips"},
    "file": {"path": "/dev/usb/lp0"},
    "folder": {"path": "slips"},
    "pdf_folder": {"path": Path("slips")},
    "browser": {},
    "cloudprnt": {},
    "server_direct_print": {},
}


# Addresses.


@pytest.mark.parametrize(
    ("kind", "address", "words"),
    [
        ("pigeon", {}, "network"),
        ("network", {}, "host"),
        ("network", {"host": None}, "host"),
        ("network", {"host": " "}, "host"),
        ("network", {"host": "a\nb"}, "host"),
        ("network", {"host": 7}, "host"),
        ("network", {"host": "a", "port": 0}, "port"),
        ("network", {"host": "a", "port": "9100"}, "port"),
        ("network", {"host": "a", "port": True}, "port"),
        ("network", {"host": "a", "port": 9100.0}, "port"),
        ("network", {"host": "a", "connect_timeout_seconds": 0}, "connect_timeout_seconds"),
        ("network", {"host": "a", "write_timeout_seconds": 61}, "from 0.01 to 60 s"),
        ("network", {"host": "a", "write_timeout_seconds": float("nan")}, "write_timeout_seconds"),
        ("network", {"host": "a", "must_close": 1}, "must_close"),
        ("network", {"host": "a", "status": "sometimes"}, "always"),
        ("network", {"host": "a", "form": "png"}, "form"),
        ("network", {"host": "a", "prot": 1}, "prot"),
        ("network", "192.0.2.7", "object"),
        ("file", {}, "path"),
        ("file", {"path": ""}, "path"),
        ("folder", {"path": "x", "suffix": "/../x"}, "suffix"),
        ("pdf_folder", {"path": "x", "suffix": ".bin"}, "suffix"),
        ("usb", {"vendor_id": "04b8", "product_id": 3605}, "product_id"),
        ("usb", {"vendor_id": "0x04b8", "product_id": "0e15"}, "vendor_id"),
        ("serial", {"port": "COM1", "baud": 9600}, "baud"),
        ("ipp", {"uri": "http://192.0.2.7/"}, "ipp://"),
        ("ipp", {"uri": "ipp://user:secret@192.0.2.7/"}, "ipp://"),
        ("cloudprnt", {"mac": "somewhere"}, "00:11:62"),
        ("browser", {"host": "a"}, "host"),
    ],
)
def test_a_bad_address_is_refused_and_its_field_named(kind: str, address: object, words: str) -> None:
    with pytest.raises(PrinterError) as caught:
        Printer(kind, address)  # type: ignore[arg-type]
    assert caught.value.code == "bad_address"
    assert words in caught.value.message
    assert not caught.value.retryable


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_needs_no_more_than_the_place(kind: str) -> None:
    printer = Printer(kind, NEEDED[kind])
    assert printer.form == WAYS[kind].forms[0]
    if not printer.pull:
        assert callable(printer.transport().send)


@CALM
@given(
    st.sampled_from(KINDS),
    st.sampled_from(sorted({field.name for way in WAYS.values() for field in way.fields})),
    st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=3),
)
def test_no_stored_value_brings_anything_but_a_printer_or_a_bad_address(kind: str, name: str, value: object) -> None:
    try:
        printer = Printer(kind, NEEDED[kind] | {name: value})
    except PrinterError as error:
        assert error.code == "bad_address"
    else:
        assert printer.form in printer.way.forms


# Declarations.


def test_there_are_these_ways_in_this_order() -> None:
    assert KINDS == tuple(sorted(NEEDED)) == tuple(WAYS)
    assert {kind for kind in KINDS if WAYS[kind].pull} == {"browser", "cloudprnt", "server_direct_print"}


FIELDS = [(kind, field) for kind, way in WAYS.items() for field in way.fields]


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=lambda value: value if isinstance(value, str) else value.name)
def test_every_field_says_all_of_itself(kind: str, field: Field) -> None:
    assert field.meaning.endswith(".") and field.meaning[0].isupper()
    assert field.required == (field.default is None)
    assert field.required or field.check(field.default) == field.default
    assert bool(field.choices) == (field.type == "choice")
    assert bool(field.unit) == field.name.endswith("_seconds")
    assert not field.pattern or field.check(field.example) == field.example
    if field.type in {"int", "float"}:
        assert field.min is not None and field.max is not None and field.min < field.max


def test_every_word_of_a_declaration_is_marked_for_translation() -> None:
    """The collector finds only calls of N_ with a literal; nothing else makes a meaning."""
    marked = "".join(path.read_text("utf-8") for path in Path(ways.__file__).parent.parent.rglob("*.py"))
    for way in WAYS.values():
        for meaning in (way.meaning, *(field.meaning for field in way.fields)):
            assert f'N_("{meaning}")' in " ".join(marked.split()).replace("N_( ", "N_(").replace('" )', '")'), meaning


def test_the_table_of_fields_is_plain_values() -> None:
    table = json.loads(json.dumps(field_table()))
    assert list(table) == list(KINDS)
    port = next(field for field in table["network"] if field["name"] == "port")
    assert (port["type"], port["default"], port["min"], port["max"]) == ("int", 9100, 1, 65535)
    assert [field["name"] for field in table["ipp"] if field["secret"]] == ["password"]


# A further way takes one file.

DRIVER = '''
"""Slips told to a pigeon."""

from pathlib import Path

from printers.way import Delivered, Field, N_, Way, nothing


class PigeonTransport:
    """A pigeon that carries slips to a loft."""

    def __init__(self, loft, feathers):
        self.loft, self.feathers = loft, feathers

    def send(self, data, job_name, ask_first=False, taken=nothing):
        (self.loft / f"{job_name}.{self.feathers}").write_bytes(data)
        taken()
        return Delivered()


WAY = Way(
    kind="pigeon",
    meaning=N_("A pigeon."),
    fields=(
        Field("loft", "path", N_("Where it lives."), required=True),
        Field("feathers", "int", N_("How many it has."), default=2000, min=1, max=9999),
    ),
    forms=("pdf", "escpos"),
    make=lambda values: PigeonTransport(values["loft"], values["feathers"]),
)
'''


@pytest.fixture
def drivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose files are drivers too."""
    monkeypatch.setattr(ways, "__path__", [*ways.__path__, str(tmp_path)])
    ways.find_ways.cache_clear()
    yield tmp_path
    for name in [name for name in sys.modules if name in {"printers.ways.pigeon", "printers.ways.broken"}]:
        del sys.modules[name]
    ways.find_ways.cache_clear()


def test_a_driver_is_one_file(drivers: Path, brno_slip: Slip) -> None:
    (drivers / "pigeon.py").write_text(DRIVER)
    printer = Printer.from_settings({"kind": "pigeon", "address": {"loft": str(drivers)}})
    deliver(brno_slip, printer, "A017")
    assert (drivers / "A017.2000").read_bytes().startswith(b"%PDF")
    bytes_printer = Printer("pigeon", {"loft": str(drivers), "form": "escpos", "feathers": 7})
    deliver(brno_slip, bytes_printer, "A018")
    assert (drivers / "A018.7").read_bytes().startswith(b"\x1b@")
    assert [field["name"] for field in field_table()["pigeon"]] == ["loft", "feathers", "form"]
    with pytest.raises(PrinterError, match="feathers must be a whole number from 1 to 9999"):
        make_transport("pigeon", {"loft": "x", "feathers": 0})


@pytest.mark.parametrize("text", ["", "WAY = 7", DRIVER.replace('"pigeon"', '"dove"')])
def test_a_file_that_declares_no_way_of_its_name_stops_the_start(drivers: Path, text: str) -> None:
    (drivers / "broken.py").write_text(text)
    with pytest.raises(TypeError, match="broken"):
        ways.find_ways()


def test_a_way_without_a_transport_is_a_way_that_is_fetched() -> None:
    assert Way("x", "X.", (), ("pdf",), make=None).pull


# Everything under an event loop that patches the standard library.

PATCHED = """
import warnings
warnings.simplefilter("ignore")
import eventlet
eventlet.monkey_patch()
import sys, time
sys.path.insert(0, "tests/printers")
from ipp_servers import EvePrinter
from printers import Printer, Slip, Text, deliver, read_status
from printers.virtual import VirtualPrinter
slip = Slip("en", (Text("A017"),))
with VirtualPrinter(paper="low") as virtual:
    network = Printer("network", {"host": "127.0.0.1", "port": virtual.port, "confirm": "process_id"})
    print(read_status(network).word, deliver(slip, network, "A017").confirmed, virtual.wait_for(1)[0].text)
with EvePrinter() as eve:
    ipp = Printer("ipp", {"uri": eve.uri})
    print(read_status(ipp, 2).word, deliver(slip, ipp, "A017").confirmed)
"""


def test_printers_are_asked_and_confirm_under_a_patched_event_loop() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", PATCHED], capture_output=True, text=True, cwd=root, timeout=60)
    assert done.stdout.splitlines() == ["paper_low True A017", "ready True"], done.stderr
