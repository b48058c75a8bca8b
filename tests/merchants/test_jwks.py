"""Tokens that an outside issuer signs: its keys fetched, kept and changed, and none but them believed."""

import asyncio
import base64
import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives import serialization

from tests.builders import KEYS
from tests.folding import folded
from tests.forging import altered, encode, forge
from tests.issuer import ISSUER, Issuer, Pair, a_pair, an_issuer, claims_of, write
from tests.running import run_program, run_server
from vivavoce.errors import BadSetting, NotAuthenticated, ProviderError, Unavailable
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.signers import Signers, read_keys
from vivavoce.merchants.tokens import Caller, Role, TokenReader
from vivavoce.providers.jwks import MOST_BYTES, fetch_jwks
from vivavoce.settings import read_settings

MERCHANT = uuid4()
CLAIMS = claims_of(MERCHANT)
EC, RSA = a_pair("ES256"), a_pair("RS256")
STRANGER = a_pair("ES256")
NO_PAUSE, LONG = 0.0, 600.0
# By then whoever has not been answered never will be, however busy the machine is; far less than LONG.
PATIENCE_SECONDS = 60.0


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with an_issuer(EC, RSA) as opened:
        yield opened


def a_reader(issuer: Issuer, *, pause: float = NO_PAUSE, fresh: float = LONG, most: float = 5.0) -> TokenReader:
    signers = Signers(partial(fetch_jwks, issuer.url, most_seconds=most), pause_seconds=pause, fresh_seconds=fresh)
    return TokenReader(secret=KEYS.jwt, issuer=ISSUER, signers=signers)


async def read(reader: TokenReader, token: str) -> Caller:
    """As the door does it."""
    await reader.learn_signer(f"Bearer {token}")
    return reader.read(f"Bearer {token}")


# --- Good ones -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
async def test_a_token_of_the_issuer_is_read(issuer: Issuer, algorithm: str) -> None:
    pair = {"ES256": EC, "RS256": RSA}[algorithm]
    caller = await read(a_reader(issuer), pair.sign(CLAIMS))
    assert caller == Caller(merchant_id=MERCHANT, role=Role.OWNER, environment="production", user_id=str(CLAIMS["sub"]))


async def test_the_shared_secret_signs_on_beside_it(issuer: Issuer) -> None:
    token = forge(json.loads(json.dumps(CLAIMS, default=lambda when: int(when.timestamp()))), secret=KEYS.jwt)
    assert (await read(a_reader(issuer), token)).merchant_id == MERCHANT
    assert issuer.asked == 0


async def test_keys_are_fetched_when_first_needed_and_then_kept(issuer: Issuer) -> None:
    reader = a_reader(issuer)
    assert issuer.asked == 0
    for pair in (EC, RSA, EC):
        await read(reader, pair.sign(CLAIMS | {"sub": str(uuid4())}))
    assert issuer.asked == 1


async def test_everybody_who_waits_waits_for_one_fetch(issuer: Issuer) -> None:
    issuer.delay_seconds = 0.2
    reader = a_reader(issuer)
    callers = await asyncio.gather(*(read(reader, EC.sign(CLAIMS | {"sub": str(n)})) for n in range(50)))
    assert [caller.user_id for caller in callers] == [str(n) for n in range(50)]
    assert issuer.asked == 1


async def test_a_caller_who_gives_up_takes_the_fetch_from_nobody(issuer: Issuer) -> None:
    issuer.delay_seconds = 0.2
    reader = a_reader(issuer)
    first = asyncio.create_task(read(reader, EC.sign(CLAIMS)))
    second = asyncio.create_task(read(reader, EC.sign(CLAIMS)))
    await asyncio.sleep(0.05)
    first.cancel()
    assert (await second).merchant_id == MERCHANT
    assert issuer.asked == 1


# --- Keys that change ----------------------------------------------------------------------------------------------


async def test_a_new_key_costs_one_fetch_and_no_failed_call(issuer: Issuer) -> None:
    reader = a_reader(issuer, pause=0.3)
    await read(reader, EC.sign(CLAIMS))
    new = a_pair()
    issuer.pairs = [new]
    callers = await asyncio.gather(*(read(reader, new.sign(CLAIMS | {"sub": str(n)})) for n in range(20)))
    assert len(callers) == 20
    assert issuer.asked == 2


async def test_a_new_key_is_found_while_somebody_floods_us_with_invented_ones(issuer: Issuer) -> None:
    reader = a_reader(issuer, pause=0.3)
    await read(reader, EC.sign(CLAIMS))
    began = time.monotonic()
    flood = [asyncio.create_task(read(reader, STRANGER.sign(CLAIMS, kid=uuid4().hex))) for _ in range(200)]
    await asyncio.sleep(0.35)
    new = a_pair()
    issuer.pairs = [EC, new]
    assert (await read(reader, new.sign(CLAIMS))).merchant_id == MERCHANT
    refused = await asyncio.gather(*flood, return_exceptions=True)
    assert {type(one) for one in refused} == {NotAuthenticated}
    assert issuer.asked <= 2 + (time.monotonic() - began) / 0.3


async def test_a_key_that_comes_during_a_fetch_is_fetched_by_the_next(issuer: Issuer) -> None:
    """The fetch under way began before the token came, so what it brings may be too old."""
    new = a_pair()
    issuer.delay_seconds = 0.2
    reader = a_reader(issuer)
    early = asyncio.create_task(read(reader, EC.sign(CLAIMS)))

    def old_then_new(handler: BaseHTTPRequestHandler) -> None:
        pairs = [EC] if issuer.asked == 1 else [EC, new]
        write(handler, json.dumps({"keys": [pair.jwk for pair in pairs]}).encode())

    issuer.answer = old_then_new
    await asyncio.sleep(0.05)
    assert (await read(reader, new.sign(CLAIMS))).merchant_id == MERCHANT
    assert (await early).merchant_id == MERCHANT
    assert issuer.asked == 2


async def test_a_withdrawn_key_is_refused_though_its_token_was_found_good(issuer: Issuer) -> None:
    reader = a_reader(issuer, fresh=0.1)
    token = EC.sign(CLAIMS)
    await read(reader, token)
    issuer.pairs = [RSA]
    await asyncio.sleep(0.25)  # nobody calls meanwhile: then the first call waits for the fetch
    with pytest.raises(NotAuthenticated):
        await read(reader, token)


async def test_the_same_key_under_one_id_is_replaced_by_another(issuer: Issuer) -> None:
    reader = a_reader(issuer, fresh=0.1)
    old, new = a_pair(kid="one"), a_pair(kid="one")
    issuer.pairs = [old]
    token = old.sign(CLAIMS)
    await read(reader, token)
    issuer.pairs = [new]
    await asyncio.sleep(0.25)
    with pytest.raises(NotAuthenticated):
        await read(reader, token)
    assert (await read(reader, new.sign(CLAIMS))).merchant_id == MERCHANT


async def test_a_call_does_not_wait_while_old_keys_are_renewed(issuer: Issuer) -> None:
    """The second fetch comes to no end here: who waited for it would never be answered."""
    second, seconds = asyncio.Event(), [0.0]

    async def fetch() -> bytes:
        if issuer.asked == 0:
            return await fetch_jwks(issuer.url, most_seconds=LONG)
        second.set()
        await asyncio.Event().wait()
        raise AssertionError

    signers = Signers(fetch, pause_seconds=NO_PAUSE, fresh_seconds=10, clock=lambda: seconds[0])
    reader = TokenReader(secret=KEYS.jwt, issuer=ISSUER, signers=signers)
    token = EC.sign(CLAIMS)
    await read(reader, token)
    seconds[0] = 15.0  # old, and not so old that nobody can have called
    async with asyncio.timeout(PATIENCE_SECONDS):
        await read(reader, token)
        await second.wait()


# --- An issuer that is not well ------------------------------------------------------------------------------------


async def test_known_keys_go_on_while_the_issuer_is_down(issuer: Issuer) -> None:
    reader = a_reader(issuer, fresh=0.05)
    await read(reader, EC.sign(CLAIMS))
    issuer.stop()
    await asyncio.sleep(0.15)
    for n in range(3):
        assert (await read(reader, EC.sign(CLAIMS | {"sub": str(n)}))).user_id == str(n)
    with pytest.raises(NotAuthenticated):
        await read(reader, STRANGER.sign(CLAIMS))


async def test_an_issuer_that_never_answered_is_no_fault_of_the_token(issuer: Issuer) -> None:
    reader = a_reader(issuer)
    issuer.stop()
    with pytest.raises(Unavailable, match="try again"):
        await read(reader, EC.sign(CLAIMS))
    issuer.start()
    assert (await read(reader, EC.sign(CLAIMS))).merchant_id == MERCHANT


async def test_nobody_waits_after_a_fetch_that_failed(issuer: Issuer) -> None:
    reader = a_reader(issuer, pause=LONG)
    issuer.stop()
    async with asyncio.timeout(PATIENCE_SECONDS):
        for _ in range(3):
            with pytest.raises(Unavailable):
                await read(reader, EC.sign(CLAIMS))


def trickle(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    """For longer than anybody here has patience."""
    for _ in range(int(2 * PATIENCE_SECONDS / 0.05)):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return
        time.sleep(0.05)


def huge(handler: BaseHTTPRequestHandler) -> None:
    write(handler, json.dumps({"keys": [EC.jwk], "padding": "x" * MOST_BYTES}).encode())


def packed(handler: BaseHTTPRequestHandler) -> None:
    write(handler, b"\x1f\x8b" + b"\0" * 20, Content_Encoding="gzip")


def elsewhere(handler: BaseHTTPRequestHandler) -> None:
    write(handler, b"", status=302, Location="/elsewhere")


def raw(body: bytes, status: int = 200) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: write(handler, body, status=status)


BAD_ANSWERS = {
    "too slow": trickle,
    "too large": huge,
    "packed": packed,
    "a redirection": elsewhere,
    "500": raw(b"{}", 500),
    "404": raw(b"not found", 404),
    "a good document with 203": raw(json.dumps({"keys": [EC.jwk]}).encode(), 203),
    "empty": raw(b""),
    "no JSON": raw(b"<html>"),
    "no UTF-8": raw(b"\xff\xfe"),
    "deep": raw(b'{"keys":' + b"[" * 100_000),
    "a list": raw(json.dumps([EC.jwk]).encode()),
    "no keys": raw(b"{}"),
    "keys that are an object": raw(json.dumps({"keys": EC.jwk}).encode()),
    "keys that are null": raw(b'{"keys":null}'),
}


@pytest.mark.parametrize("answer", BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
async def test_an_answer_that_is_no_document_changes_nothing(
    issuer: Issuer, answer: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    reader = a_reader(issuer, most=0.3)
    token = EC.sign(CLAIMS)
    await read(reader, token)
    issuer.answer = answer
    async with asyncio.timeout(PATIENCE_SECONDS):
        with pytest.raises(NotAuthenticated):
            await read(reader, STRANGER.sign(CLAIMS))
    assert (await read(reader, token)).merchant_id == MERCHANT
    with pytest.raises(Unavailable):
        await read(a_reader(issuer, most=0.3), token)


# --- Keys that are none --------------------------------------------------------------------------------------------


def b64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode().rstrip("=")


def weak_rsa() -> dict[str, Any]:
    return RSA.jwk | {"n": b64((1 << 1023) + 1)}


UNUSABLE_KEYS: dict[str, Any] = {
    "no object": "key",
    "null": None,
    "nothing in it": {},
    "no kid": {name: value for name, value in EC.jwk.items() if name != "kid"},
    "an empty kid": EC.jwk | {"kid": ""},
    "a kid that is a number": EC.jwk | {"kid": 7},
    "a kid without end": EC.jwk | {"kid": "k" * 256},
    "a shared secret": {"kty": "oct", "kid": "k", "k": encode(b"s" * 32), "alg": "HS256"},
    "a kty that is a list": EC.jwk | {"kty": ["EC"]},
    "for encryption": EC.jwk | {"use": "enc"},
    "for signing alone": EC.jwk | {"key_ops": ["sign"]},
    "operations that are text": EC.jwk | {"key_ops": "verify"},
    "another algorithm of RSA": RSA.jwk | {"alg": "PS256"},
    "another algorithm of EC": EC.jwk | {"alg": "ES384"},
    "a shared algorithm": EC.jwk | {"alg": "HS256"},
    "none": EC.jwk | {"alg": "none"},
    "an alg that is null": EC.jwk | {"alg": None},
    "another curve": EC.jwk | {"crv": "P-384"},
    "no curve": {name: value for name, value in EC.jwk.items() if name != "crv"},
    "a point that is not on the curve": EC.jwk | {"y": EC.jwk["x"]},
    "a point that is no base64": EC.jwk | {"x": "!"},
    "a point that is a number": EC.jwk | {"x": 1},
    "a weak RSA key": weak_rsa(),
    "an enormous RSA key": RSA.jwk | {"n": b64((1 << 16384) + 1)},
    "an enormous exponent": RSA.jwk | {"e": b64((1 << 64) + 1)},
    "an exponent of one": RSA.jwk | {"e": b64(1)},
    "an RSA key without a modulus": {name: value for name, value in RSA.jwk.items() if name != "n"},
    "a private key": EC.jwk | {"d": encode(b"d" * 32)},
    "Ed25519": {"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": encode(b"x" * 32)},
}


@folded("flaw", UNUSABLE_KEYS)
def test_a_key_that_we_do_not_take_is_left_out_and_the_others_stand(flaw: str) -> None:
    other = a_pair()
    document = json.dumps({"keys": [UNUSABLE_KEYS[flaw], other.jwk]}).encode()
    assert list(read_keys(document)) == [(other.kid, "ES256")]


def test_a_key_without_use_and_alg_is_taken_for_its_kind_alone() -> None:
    bare = [{name: value for name, value in pair.jwk.items() if name not in ("use", "alg")} for pair in (EC, RSA)]
    assert list(read_keys(json.dumps({"keys": bare}).encode())) == [(EC.kid, "ES256"), (RSA.kid, "RS256")]


def test_a_document_may_be_empty() -> None:
    assert read_keys(b'{"keys":[]}') == {}


def test_what_is_no_document_is_said() -> None:
    with pytest.raises(ProviderError, match="no list"):
        read_keys(b'{"keys":1}')


# --- Forged ones ---------------------------------------------------------------------------------------------------


def pem(pair: Pair) -> bytes:
    return pair.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def der(pair: Pair) -> bytes:
    return pair.private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


PLAIN = json.loads(json.dumps(CLAIMS, default=lambda when: int(when.timestamp())))


def hashed(secret: bytes, **header: Any) -> str:
    """Signed by HMAC, whatever the header says."""
    signed = f"{encode({'alg': 'HS256', 'typ': 'JWT', **header})}.{encode(PLAIN)}"
    return f"{signed}.{encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def without_claim(name: str) -> dict[str, Any]:
    return {key: value for key, value in CLAIMS.items() if key != name}


def renamed(token: str, **header: Any) -> str:
    """The token under another header, its signature as it was."""
    old, payload, signature = token.split(".")
    read = json.loads(base64.urlsafe_b64decode(old + "=="))
    return f"{encode(read | header)}.{payload}.{signature}"


FORGED: dict[str, str] = {
    "signed by a stranger under a known id": STRANGER.sign(CLAIMS, kid=EC.kid),
    "signed by a stranger under its own id": STRANGER.sign(CLAIMS),
    "no id at all": EC.sign(CLAIMS, kid=None),
    "an empty id": EC.sign(CLAIMS, kid=""),
    "an id without end": EC.sign(CLAIMS, kid="k" * 10_000),
    "an id that is a path": STRANGER.sign(CLAIMS, kid="../../../../dev/null"),
    "an id that is an address": STRANGER.sign(CLAIMS, kid="http://127.0.0.1/key"),
    "an id that is SQL": STRANGER.sign(CLAIMS, kid="' or 1=1 --"),
    "an id with NUL": STRANGER.sign(CLAIMS, kid=f"{EC.kid}\0"),
    "an id in another case": STRANGER.sign(CLAIMS, kid=EC.kid.upper()),
    "an id that is a number": renamed(EC.sign(CLAIMS), kid=1),
    "an id that is a list": renamed(EC.sign(CLAIMS), kid=[EC.kid]),
    "an id that is null": renamed(EC.sign(CLAIMS), kid=None),
    "the id of a key of another kind": EC.sign(CLAIMS, kid=RSA.kid),
    "HMAC with the EC key's PEM": hashed(pem(EC), kid=EC.kid),
    "HMAC with the EC key's DER": hashed(der(EC), kid=EC.kid),
    "HMAC with the RSA key's PEM": hashed(pem(RSA), kid=RSA.kid),
    "HMAC with the RSA key's PEM, trimmed": hashed(pem(RSA).strip(), kid=RSA.kid),
    "HMAC with the key's JSON": hashed(json.dumps(RSA.jwk).encode(), kid=RSA.kid),
    "HMAC with the key's modulus": hashed(RSA.jwk["n"].encode(), kid=RSA.kid),
    "HMAC with nothing": hashed(b"", kid=EC.kid),
    "HMAC that says RS256": hashed(pem(RSA), alg="RS256", kid=RSA.kid),
    "HMAC that says ES256": hashed(pem(EC), alg="ES256", kid=EC.kid),
    "the shared secret's HMAC that says ES256": hashed(KEYS.jwt, alg="ES256", kid=EC.kid),
    "none": f"{encode({'alg': 'none', 'kid': EC.kid})}.{encode(PLAIN)}.",
    "none with a signature": renamed(EC.sign(CLAIMS), alg="none"),
    "None": renamed(EC.sign(CLAIMS), alg="None"),
    "es256": renamed(EC.sign(CLAIMS), alg="es256"),
    "PS256": renamed(RSA.sign(CLAIMS), alg="PS256"),
    "RS512": renamed(RSA.sign(CLAIMS), alg="RS512"),
    "ES384": renamed(EC.sign(CLAIMS), alg="ES384"),
    "no alg": f"{encode({'kid': EC.kid})}.{encode(PLAIN)}.{EC.sign(CLAIMS).split('.')[2]}",
    "an alg that is a list": renamed(EC.sign(CLAIMS), alg=["ES256"]),
    "a key of its own": STRANGER.sign(CLAIMS, jwk=STRANGER.jwk),
    "a key of its own under a known id": STRANGER.sign(CLAIMS, kid=EC.kid, jwk=STRANGER.jwk | {"kid": EC.kid}),
    "a certificate of its own": STRANGER.sign(CLAIMS, kid=EC.kid, x5c=["MIIB"]),
    "a thumbprint of its own": STRANGER.sign(CLAIMS, kid=EC.kid, x5t="abc"),
    "a part that must be understood": EC.sign(CLAIMS, crit=["exp"]),
    "a payload that is not encoded": EC.sign(CLAIMS, b64=False),
    "an empty signature": EC.sign(CLAIMS).rpartition(".")[0] + ".",
    "a signature of zeros": EC.sign(CLAIMS).rpartition(".")[0] + "." + encode(b"\0" * 64),
    "half a signature": EC.sign(CLAIMS)[:-43],
    "a longer signature": EC.sign(CLAIMS) + "AAAA",
    "another merchant under the old signature": altered(EC.sign(CLAIMS), app_metadata={"merchant_id": str(uuid4())}),
    "another issuer": EC.sign(CLAIMS | {"iss": "https://other.example/auth/v1"}),
    "a longer issuer": EC.sign(CLAIMS | {"iss": ISSUER + "/"}),
    "no issuer": EC.sign(without_claim("iss")),
    "another audience": EC.sign(CLAIMS | {"aud": "anon"}),
    "no audience": EC.sign(without_claim("aud")),
    "expired": EC.sign(CLAIMS | {"exp": 1}),
    "no end": EC.sign(without_claim("exp")),
    "not yet": EC.sign(CLAIMS | {"nbf": int(time.time()) + 3600}),
    "no merchant": EC.sign(CLAIMS | {"app_metadata": {}}),
    "a merchant that the person wrote": EC.sign(
        without_claim("app_metadata") | {"user_metadata": {"merchant_id": str(MERCHANT)}}
    ),
}


@folded("flaw", FORGED)
async def test_a_forged_token_is_refused(issuer: Issuer, flaw: str) -> None:
    reader = a_reader(issuer)
    await read(reader, EC.sign(CLAIMS))
    with pytest.raises(NotAuthenticated):
        await read(reader, FORGED[flaw])


@pytest.mark.parametrize("name", ["jku", "x5u"])
async def test_an_address_in_a_token_is_never_asked(issuer: Issuer, name: str) -> None:
    with an_issuer(STRANGER) as other:
        with pytest.raises(NotAuthenticated):
            await read(a_reader(issuer), STRANGER.sign(CLAIMS, **{name: other.url}))
        assert other.asked == 0


async def test_without_an_issuer_in_the_settings_its_tokens_are_refused() -> None:
    reader = TokenReader(secret=KEYS.jwt, issuer=ISSUER)
    with pytest.raises(NotAuthenticated):
        await read(reader, EC.sign(CLAIMS))


# --- Settings ------------------------------------------------------------------------------------------------------


def test_an_issuers_keys_need_its_name() -> None:
    with pytest.raises(BadSetting, match="VIVAVOCE_JWT_ISSUER"):
        read_settings({"VIVAVOCE_JWKS_URL": "https://project.example/jwks.json"})


@pytest.mark.parametrize("url", ["ftp://a.example/jwks", "file:///etc/passwd", "project.example/jwks", "https://", "x"])
def test_an_issuers_address_is_http(url: str) -> None:
    with pytest.raises(BadSetting, match="VIVAVOCE_JWKS_URL"):
        read_settings({"VIVAVOCE_JWKS_URL": url, "VIVAVOCE_JWT_ISSUER": ISSUER})


@pytest.mark.slow
def test_a_running_server_takes_an_issuers_token(issuer: Issuer, data_dir: Path) -> None:
    settings = {"VIVAVOCE_JWKS_URL": issuer.url, "VIVAVOCE_JWT_ISSUER": ISSUER}
    with run_server(data_dir / "with-an-issuer", "--no-worker", environment=settings) as running:
        merchant_id = run_program(running.folder, "merchant", "add", "Acme", environment=settings).strip()
        for pair, status in ((EC, 404), (RSA, 404), (STRANGER, 401)):
            answer = httpx.get(
                f"{running.url}/functions/v1/job-interview-get",
                params={"position_id": str(uuid4())},
                headers={"Authorization": f"Bearer {pair.sign(claims_of(merchant_id))}"},
                timeout=30,
                trust_env=False,
            )
            assert answer.status_code == status
        own = run_program(
            running.folder, "token", "--merchant", "acme", "--role", "merchant_owner", environment=settings
        ).strip()
        read = TokenReader(
            secret=load_keys(read_settings({"VIVAVOCE_DATA_DIR": str(running.folder)})).jwt, issuer=ISSUER
        )
        assert str(read.read(f"Bearer {own}").merchant_id) == merchant_id


@pytest.mark.slow
def test_a_server_without_an_issuer_loads_no_http_client() -> None:
    program = (
        "import sys, vivavoce.cli.serve; sys.exit('httpx2' in sys.modules or 'vivavoce.providers.jwks' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
