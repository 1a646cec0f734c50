"""A printer on USB without hardware: a backend for pyusb with one device, as far as printing goes."""

import errno
import time
from array import array
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import usb.backend
import usb.core

from printers.virtual_condition import IN_ORDER, REALTIME, Condition, Questions

OUT, IN = 0x02, 0x81


def usb_error(number: int) -> usb.core.USBError:
    return usb.core.USBError(errno.errorcode[number], None, number)


@dataclass
class UsbPrinter:
    """One device on the bus.

    Args:
        vendor, product, serial: what it is.
        interface_class: 7 for a printer.
        can_answer: it has an endpoint for answers.
        condition: how it is; `silent`, `garbage`, `flood` and `jam_after` count here too.
        vanish_after: bytes after which it is unplugged.
        claim_error, open_error: errno of claiming the interface and of opening it.
        driver: whether the system's own driver holds it.
    """

    vendor: int = 0x04B8
    product: int = 0x0E15
    serial: str = "TMT20-1"
    interface_class: int = 7
    can_answer: bool = True
    condition: Condition = field(default_factory=Condition)
    vanish_after: int | None = None
    claim_error: int | None = None
    open_error: int | None = None
    driver: bool = True
    got: bytearray = field(default_factory=bytearray)
    said: bytearray = field(default_factory=bytearray)
    claimed: bool = False
    realtime: Questions = field(default_factory=lambda: Questions(REALTIME))
    in_order: Questions = field(default_factory=lambda: Questions(IN_ORDER))

    @property
    def gone(self) -> bool:
        return self.vanish_after is not None and len(self.got) >= self.vanish_after

    def take(self, data: bytes) -> None:
        self.got += data
        if self.condition.silent:
            return
        for question in self.realtime.found(data):
            self.said += b"\xff\x00" if self.condition.garbage else self.condition.realtime(question[2])
        for question in self.in_order.found(data):
            self.said += b"\x37\x22" + question[-4:] + b"\0"


class UsbBus(usb.backend.IBackend):  # type: ignore[misc]
    """The backend."""

    def __init__(self, *printers: UsbPrinter) -> None:
        self.printers = printers

    def enumerate_devices(self) -> Any:
        return iter(printer for printer in self.printers if not printer.gone)

    def get_device_descriptor(self, dev: UsbPrinter) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=dev.vendor, idProduct=dev.product, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=3, bNumConfigurations=1, address=5, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: UsbPrinter, config: int) -> Any:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0x80, bMaxPower=50, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: UsbPrinter, intf: int, alt: int, config: int) -> Any:
        if intf or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2 if dev.can_answer else 1,
            bInterfaceClass=dev.interface_class, bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0,
            extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: UsbPrinter, ep: int, intf: int, alt: int, config: int) -> Any:
        if ep >= (2 if dev.can_answer else 1):
            raise IndexError
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(OUT, IN)[ep], bmAttributes=2, wMaxPacketSize=64, bInterval=0,
            bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: UsbPrinter) -> UsbPrinter:
        if dev.open_error:
            raise usb_error(dev.open_error)
        return dev

    def close_device(self, dev_handle: UsbPrinter) -> None:
        dev_handle.claimed = False

    def get_configuration(self, dev_handle: UsbPrinter) -> int:
        return 1

    def set_configuration(self, dev_handle: UsbPrinter, config_value: int) -> None:
        raise AssertionError("a configured device must not be configured again")

    def is_kernel_driver_active(self, dev_handle: UsbPrinter, intf: int) -> bool:
        return dev_handle.driver

    def detach_kernel_driver(self, dev_handle: UsbPrinter, intf: int) -> None:
        dev_handle.driver = False

    def claim_interface(self, dev_handle: UsbPrinter, intf: int) -> None:
        if dev_handle.claim_error or dev_handle.driver or dev_handle.claimed:
            raise usb_error(dev_handle.claim_error or errno.EBUSY)
        dev_handle.claimed = True

    def release_interface(self, dev_handle: UsbPrinter, intf: int) -> None:
        dev_handle.claimed = False

    def bulk_write(self, dev_handle: UsbPrinter, ep: int, intf: int, data: Any, timeout: int) -> int:
        assert ep == OUT and dev_handle.claimed and timeout > 0
        limit = dev_handle.condition.jam_after
        if limit is not None and len(dev_handle.got) + len(data) > limit:
            time.sleep(timeout / 1000)
            raise usb.core.USBTimeoutError("timed out", None, errno.ETIMEDOUT)
        data = data.tobytes()
        if dev_handle.vanish_after is not None:
            data = data[: dev_handle.vanish_after - len(dev_handle.got)]
        dev_handle.take(data)
        if dev_handle.gone:
            raise usb_error(errno.ENODEV)
        return len(data)

    def bulk_read(self, dev_handle: UsbPrinter, ep: int, intf: int, buff: array, timeout: int) -> int:  # type: ignore[type-arg]
        assert ep == IN and dev_handle.claimed and timeout > 0
        if dev_handle.gone:
            raise usb_error(errno.ENODEV)
        if dev_handle.condition.flood:
            dev_handle.said += b"\x12" * len(buff)
        if not dev_handle.said:
            time.sleep(timeout / 1000)
            raise usb.core.USBTimeoutError("timed out", None, errno.ETIMEDOUT)
        data = dev_handle.said[: len(buff)]
        del dev_handle.said[: len(data)]
        buff[: len(data)] = array("B", data)
        return len(data)

    def ctrl_transfer(
        self, dev_handle: UsbPrinter, request_type: int, request: int, value: int, index: int, data: Any, timeout: int
    ) -> int:
        # Only texts are asked for: the languages, and the serial number.
        text = b"\x09\x04" if value & 0xFF == 0 else dev_handle.serial.encode("utf-16-le")
        answer = array("B", bytes([len(text) + 2, 3]) + text)[: len(data)]
        data[: len(answer)] = answer
        return len(answer)
