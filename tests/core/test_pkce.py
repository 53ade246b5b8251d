from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from auth_bench import Bench, ask
from aws_sso_core.errors import BadReply, Interrupted, ServiceFailed, SignInDenied, SignInFailed
from aws_sso_core.identity_center.pkce import Proof
from aws_sso_core.model import Secret
from aws_sso_core.progress import OpenPage
from aws_sso_core.sandbox import Fault
from fakes import FakeBrowser, Worker


def test_the_challenge_is_the_one_of_the_rfc() -> None:
    proof = Proof.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")  # RFC 7636, appendix B
    assert proof.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_each_verifier_is_new_and_in_the_rfcs_alphabet() -> None:
    verifiers = {Proof.make().verifier.reveal() for _ in range(50)}
    assert len(verifiers) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9._~-]{64}", verifier) for verifier in verifiers)


def test_a_proof_hides_its_verifier() -> None:
    assert Proof.make().verifier.reveal() not in repr(Proof.make())


def test_the_listener_is_there_before_the_browser(bench: Bench) -> None:
    def look(url: str) -> str:
        redirect = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        assert ask(redirect, method="HEAD")[0] == 200
        return bench.box.visit(url)

    browser = FakeBrowser(visit=look)
    bench.sign_in(browser)
    browser.wait()


def test_the_browser_says_signed_in_when_the_token_is_there(bench: Bench) -> None:
    browser = FakeBrowser(bench.box)
    bench.sign_in(browser)
    browser.wait()
    assert "You are signed in" in browser.pages[0]
    assert bench.token().access_token


def test_no_secret_is_in_the_address_that_is_opened(bench: Bench) -> None:
    bench.signed_in()
    page = bench.said.of(OpenPage)[0].url
    query = parse_qs(urlsplit(page).query)
    assert set(query) == {
        "response_type",
        "client_id",
        "redirect_uri",
        "state",
        "code_challenge_method",
        "scopes",
        "code_challenge",
    }
    assert len(query["state"][0]) >= 32


def test_a_denied_consent_is_told_here_and_in_the_browser(bench: Bench) -> None:
    browser = FakeBrowser(bench.box, "deny")
    with pytest.raises(SignInDenied):
        bench.sign_in(browser)
    browser.wait()
    assert "declined" in browser.pages[0]
    assert bench.tokens.read(bench.session) is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.error("InvalidGrantException"), ServiceFailed),
        (Fault.HTML, BadReply),
        (Fault.status(500), ServiceFailed),
    ],
)
def test_a_failed_exchange_is_told_here_and_in_the_browser(bench: Bench, fault: Fault, error: type[Exception]) -> None:
    bench.box.fail("CreateToken", fault)
    browser = FakeBrowser(bench.box)
    with pytest.raises(error):
        bench.sign_in(browser)
    browser.wait()
    assert "did not work" in browser.pages[0]
    assert bench.box.calls.count("CreateToken") == 1


def test_a_code_is_exchanged_once_though_the_answer_was_lost(bench: Bench) -> None:
    bench.box.fail("CreateToken", Fault.LOST_REPLY)
    browser = FakeBrowser(bench.box)
    with pytest.raises(Exception, match="without an answer"):
        bench.sign_in(browser)
    browser.wait()
    assert bench.box.calls.count("CreateToken") == 1


def test_an_answer_for_another_sign_in_changes_nothing(bench: Bench) -> None:
    def mixed(url: str) -> str:
        redirect = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        assert ask(f"{redirect}?code=stolen&state=another")[0] == 400
        assert ask(f"{redirect}?error=access_denied&state=another")[0] == 400
        return bench.box.visit(url)

    browser = FakeBrowser(visit=mixed)
    assert bench.sign_in(browser).how == "new"
    browser.wait()


def test_a_wrong_region_is_told_before_any_page(bench: Bench) -> None:
    bench.box.knobs.wrong_region = True
    browser = FakeBrowser(bench.box)
    with pytest.raises(SignInFailed, match="does not know the start URL") as raised:
        bench.sign_in(browser)
    assert "sso_region" in raised.value.hint
    assert browser.opened == []


def test_a_region_found_wrong_in_the_browser_is_told(bench: Bench) -> None:
    def moved(url: str) -> str:
        bench.box.knobs.wrong_region = True
        return bench.box.visit(url)

    browser = FakeBrowser(visit=moved)
    with pytest.raises(SignInFailed, match="invalid_grant") as raised:
        bench.sign_in(browser)
    browser.wait()
    assert "sso_region" in raised.value.hint


def test_ctrl_c_in_the_program_is_told_in_a_browser_that_waits(bench: Bench) -> None:
    browser = FakeBrowser(bench.box, "close")
    signing_in = Worker(lambda: bench.sign_in(browser))
    bench.said.wait_for(lambda said: isinstance(said, OpenPage))
    bench.cancelled.set()
    with pytest.raises(Interrupted):
        signing_in.result()
    browser.wait()


def test_the_exchange_proves_that_we_began_it(bench: Bench) -> None:
    bench.signed_in()
    code = Secret("made-up")
    registration = bench.registrations.read(bench.session, ("authorization_code", "refresh_token"))
    assert registration
    with pytest.raises(ServiceFailed):
        bench.oidc().token_by_code(registration, code, verifier=Secret("v" * 43), redirect_uri="http://127.0.0.1/")
