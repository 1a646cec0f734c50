"""E-mails into a folder: whoever watches it sees whole ones only, and what cannot be written is told."""

from __future__ import annotations

import email
import email.policy
import errno
import os
import subprocess
import threading
from email.message import EmailMessage
from pathlib import Path

import pytest

from queue_app.sending import NOBODY, NotSent, Post, Problem

MARTA = "marta@brno.example"


def mail(size: int = 10) -> EmailMessage:
    """Return an e-mail of about this size."""
    message = EmailMessage()
    message["Subject"] = "Waits"
    message["To"] = MARTA
    message.set_content("x" * size)
    return message


def test_an_e_mail_in_the_folder_is_whole_and_tried_twice_it_is_there_once(tmp_path: Path) -> None:
    post = Post("", "", tmp_path / "out")
    assert post.send(mail(), MARTA, "queue-1-ab") == post.send(mail(), MARTA, "queue-1-ab") == "queue-1-ab.eml"
    (file,) = (tmp_path / "out").iterdir()
    found = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (found["To"], found["From"], found.get_content()) == (MARTA, NOBODY, "x" * 10 + "\n")


def test_a_watcher_never_sees_half_of_one(tmp_path: Path) -> None:
    folder, ended, seen = tmp_path / "out", threading.Event(), []
    folder.mkdir()
    whole = len(bytes(mail(3_000_000)))

    def watch() -> None:
        while not ended.is_set():
            seen.extend((path.name, path.stat().st_size) for path in folder.glob("*.eml"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(20):
        Post("", "", folder).send(mail(3_000_000), MARTA, f"queue-{number}")
    ended.set()
    watcher.join()
    assert seen and all(size >= whole for _, size in seen)


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(NotSent) as error:
        Post("", "", tmp_path / "out").send(mail(), MARTA, "one")
    assert error.value.problem == Problem.FOLDER_REFUSED and not error.value.for_good


def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True)
    if done.returncode:  # where nothing may be mounted, a limit of this process stands in for the disk's
        _with_a_limit_of_files(folder)
        return
    try:
        with pytest.raises(NotSent) as error:
            Post("", "", folder).send(mail(500_000), MARTA, "one")
        assert error.value.problem == Problem.DISK_FULL
        assert list(folder.iterdir()) == []
        Post("", "", folder).send(mail(), MARTA, "two")
    finally:
        subprocess.run(["umount", folder], check=True)


def _with_a_limit_of_files(folder: Path) -> None:
    script = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
from pathlib import Path
from queue_app.sending import NotSent, Post
from tests.sending.test_mail_folder import mail
try:
    Post("", "", Path({str(folder)!r})).send(mail(500_000), "a@b.cz", "one")
except NotSent as error:
    sys.exit(error.problem)
"""
    done = subprocess.run(["python3", "-c", script], capture_output=True, text=True, env=os.environ)
    assert Problem.FOLDER_REFUSED in done.stderr or os.strerror(errno.EFBIG) in done.stderr, done.stderr
    assert list(folder.iterdir()) == []
