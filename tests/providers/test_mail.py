"""Mail against a real server: what arrives, by which line, and what a refusal means."""

import socket
import ssl
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.folding import folded
from tests.providers.mail_server import PASSWORD, USER, make_certificate, serve_mail
from vivavoce.errors import BadSetting
from vivavoce.providers.mail import FOLDER, mail_folder, open_mailer
from vivavoce.providers.mail.folder import FolderMailer, read_mails
from vivavoce.providers.mail.port import Mail, MailFailed, to_message
from vivavoce.providers.mail.smtp import MailServer, SmtpMailer, read_server
from vivavoce.settings import read_settings

SENDER = "Interviews <interviews@company.example>"
MAIL = Mail(to="sam@example.com", subject="Your code for Café", text="123456\n", html="<p>123456</p>\n", language="en")


def mailer_to(port: int, *, trusted: ssl.SSLContext | None = None, **changes: object) -> SmtpMailer:
    server = replace(read_server(f"smtp://127.0.0.1:{port}"), **changes)  # type: ignore[arg-type]
    return SmtpMailer(server, sender=SENDER, trusted=trusted)


def test_a_mail_arrives_as_text_and_as_html() -> None:
    with serve_mail() as box:
        mailer_to(box.port).send(MAIL, key="k1")
    (message,) = box.mails
    assert (message["To"], message["From"], message["Subject"]) == (MAIL.to, SENDER, MAIL.subject)
    assert message["Message-ID"] == "<k1@company.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"]
    bodies = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    assert {kind: body.get_content().strip() for kind, body in bodies.items() if body is not None} == {
        "plain": "123456",
        "html": "<p>123456</p>",
    }


def test_the_line_turns_to_tls_before_a_password_is_said(tmp_path: Path) -> None:
    tls, trusted = make_certificate(tmp_path)
    with serve_mail(tls=tls, wants_user=True) as box:
        mailer = mailer_to(box.port, trusted=trusted, starts_tls=True, user=USER, password=PASSWORD)
        mailer.send(MAIL, key="k1")
    assert (box.was_secure, box.users) == ([True], [USER])


def test_a_server_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    tls, _ = make_certificate(tmp_path)
    with serve_mail(tls=tls) as box, pytest.raises(MailFailed) as failed:
        mailer_to(box.port, starts_tls=True).send(MAIL, key="k1")
    assert failed.value.retryable
    assert box.mails == []


def test_a_server_without_tls_gets_nothing_where_tls_is_wanted() -> None:
    with serve_mail() as box, pytest.raises(MailFailed):
        mailer_to(box.port, starts_tls=True).send(MAIL, key="k1")
    assert box.mails == []


@pytest.mark.parametrize(("answer", "retryable"), [("451 later", True), ("550 no such box sam@example.com", False)])
def test_a_refusal_says_whether_to_try_again_and_names_nobody(answer: str, retryable: bool) -> None:
    with serve_mail(refuses=answer) as box, pytest.raises(MailFailed) as failed:
        mailer_to(box.port).send(MAIL, key="k1")
    assert failed.value.retryable is retryable
    assert "sam@" not in failed.value.message


def test_with_a_wrong_password_nothing_is_sent_and_nothing_of_it_is_said(tmp_path: Path) -> None:
    tls, trusted = make_certificate(tmp_path)
    with serve_mail(tls=tls, wants_user=True) as box:
        mailer = mailer_to(box.port, trusted=trusted, starts_tls=True, user=USER, password="no-such")
        with pytest.raises(MailFailed) as failed:
            replace(mailer, timeout_seconds=1).send(MAIL, key="k1")  # this server falls silent then
    assert box.mails == []
    assert "no-such" not in failed.value.message


def test_a_server_that_is_not_there_is_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(MailFailed) as failed:
            mailer_to(taken.getsockname()[1]).send(MAIL, key="k1")
    assert failed.value.retryable


@pytest.mark.parametrize(
    ("reply_to", "expected"), [("", None), ("jobs@acme.example", "jobs@acme.example"), ("jörg@acme.example", None)]
)
def test_replies_go_to_the_address_that_the_mail_names(reply_to: str, expected: str | None) -> None:
    message = to_message(replace(MAIL, reply_to=reply_to), sender=SENDER, key="k1")
    assert message["Reply-To"] == expected
    assert message["From"] == SENDER


@pytest.mark.parametrize("to", ["sam@example.com\nBcc: all@example.com", "sam"])
def test_an_address_brings_no_header_of_its_own(to: str) -> None:
    with serve_mail() as box, suppress(MailFailed):
        mailer_to(box.port).send(replace(MAIL, to=to), key="k1")
    assert [message["Bcc"] for message in box.mails if message["Bcc"]] == []


# --- The address of a server ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", MailServer(host="mail.example", port=587, has_tls=False, starts_tls=True)),
        ("smtps://mail.example", MailServer(host="mail.example", port=465, has_tls=True, starts_tls=False)),
        ("smtp://127.0.0.1:2525", MailServer(host="127.0.0.1", port=2525, has_tls=False, starts_tls=False)),
        ("smtp://relay:25/?tls=off", MailServer(host="relay", port=25, has_tls=False, starts_tls=False)),
        (
            "smtp://a%40b.c:p%40ss%2F1@mail.example:2587",
            MailServer(host="mail.example", port=2587, has_tls=False, starts_tls=True, user="a@b.c", password="p@ss/1"),
        ),
    ],
)
def test_the_address_says_which_server_and_how_safe_its_line_is(url: str, expected: MailServer) -> None:
    assert read_server(url) == expected


@folded(
    "url",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:x",
        "smtp://mail.example/x",
        "smtp://mail.example?tls=on",
        "smtp://u:secret@mail.example?tls=off",
    ],
)
def test_another_address_is_refused_and_not_repeated(url: str) -> None:
    settings = read_settings({}, given={"mail_url": url, "mail_from": SENDER})
    with pytest.raises(BadSetting) as refused:
        open_mailer(settings)
    assert refused.value.name == "mail_url"
    assert "secret" not in refused.value.message


def test_a_server_without_a_sender_stops_the_start() -> None:
    with pytest.raises(BadSetting, match="VIVAVOCE_MAIL_FROM"):
        read_settings({"VIVAVOCE_MAIL_URL": "smtp://mail.example"})


def test_without_an_address_nobody_carries_mail() -> None:
    assert open_mailer(read_settings({})) is None


# --- Mails that stay here ------------------------------------------------------------------------------------------


def test_mails_that_are_kept_are_read_newest_first(tmp_path: Path) -> None:
    mailer = open_mailer(read_settings({}, given={"mail_url": FOLDER, "data_dir": tmp_path}))
    assert isinstance(mailer, FolderMailer)
    assert read_mails(mail_folder(tmp_path)) == []
    for number in (1, 2):
        mailer.send(replace(MAIL, subject=f"Mail {number}"), key=f"k{number}")
    mailer.send(replace(MAIL, subject="Mail 2"), key="k2")
    kept = read_mails(mail_folder(tmp_path))
    assert [mail.subject for mail in kept] == ["Mail 2", "Mail 1"]
    assert (kept[0].to, kept[0].text.strip()) == (MAIL.to, "123456")
