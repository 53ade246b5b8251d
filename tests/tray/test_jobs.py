"""Children: started, heard, ended, and never left behind. The child is a small Python script, not our program."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aws_sso_tray.jobs import JobEnded, JobEvent, Jobs, JobSaid
from fakes import Recorder

MakeJobs = Callable[[str], Jobs]


@pytest.fixture
def events() -> Recorder[JobEvent]:
    return Recorder()


@pytest.fixture
def jobs_running(tmp_path: Path, events: Recorder[JobEvent]) -> Iterator[MakeJobs]:
    made: list[Jobs] = []

    def make(script: str) -> Jobs:
        program = tmp_path / "child.py"
        program.write_text(
            "import json, os, sys, time\ndef say(**line): print(json.dumps(line), flush=True)\n" + script
        )
        jobs = Jobs(command=[sys.executable, "-I", str(program)], env=dict(os.environ), post=events)
        made.append(jobs)
        return jobs

    yield make
    for jobs in made:
        for kind in ("login", "renew"):
            jobs.cancel(kind, "corp")


def ended(events: Recorder[JobEvent]) -> JobEnded:
    event = events.wait_for(lambda e: isinstance(e, JobEnded))
    assert isinstance(event, JobEnded)
    return event


def test_each_line_of_a_child_is_an_event_and_the_last_one_its_outcome(
    jobs_running: MakeJobs, events: Recorder[JobEvent]
) -> None:
    jobs_running("say(event='open', url='https://x'); say(event='signed-in', session='corp')").run("login", "corp")
    assert ended(events) == JobEnded("login", "corp", 0, {"event": "signed-in", "session": "corp"})
    assert [e.said["event"] for e in events.of(JobSaid)] == ["open", "signed-in"]


def test_a_child_is_called_with_its_kind_its_options_and_its_subject_last(
    jobs_running: MakeJobs, events: Recorder[JobEvent]
) -> None:
    jobs_running("say(argv=sys.argv[1:])").run("login", "-corp", "--force")
    assert ended(events).outcome == {"argv": ["login", "--force", "--json", "--", "-corp"]}


def test_credentials_that_a_child_says_are_handed_on_but_show_in_no_log(
    jobs_running: MakeJobs, events: Recorder[JobEvent]
) -> None:
    jobs_running("say(script='export AWS_SECRET_ACCESS_KEY=hidden')").run("env", "dev")
    assert ended(events).outcome["script"] == "export AWS_SECRET_ACCESS_KEY=hidden"
    assert "hidden" not in repr(events.items)


def test_a_failure_is_told_with_its_exit_code(jobs_running: MakeJobs, events: Recorder[JobEvent]) -> None:
    jobs_running("say(event='error', kind='offline'); sys.exit(4)").run("renew", "corp")
    assert ended(events) == JobEnded("renew", "corp", 4, {"event": "error", "kind": "offline"})


def test_a_crash_ends_without_an_outcome_and_is_logged(
    jobs_running: MakeJobs, events: Recorder[JobEvent], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        jobs_running("raise SystemError('bug')").run("renew", "corp")
        assert ended(events).outcome == {}
    assert "SystemError: bug" in caplog.text


def test_lines_that_are_no_json_are_passed_over(jobs_running: MakeJobs, events: Recorder[JobEvent]) -> None:
    jobs_running("print('hello'); print('[1]'); print('{broken'); say(event='renewed')").run("renew", "corp")
    assert ended(events).outcome == {"event": "renewed"}
    assert len(events.of(JobSaid)) == 1


def test_one_sign_in_per_session_runs_at_a_time(jobs_running: MakeJobs, events: Recorder[JobEvent]) -> None:
    jobs = jobs_running("say(event='waiting'); time.sleep(600)")
    assert jobs.run("login", "corp")
    events.wait_for()
    assert not jobs.run("login", "corp")


def test_a_second_sign_in_can_follow_the_first(jobs_running: MakeJobs, events: Recorder[JobEvent]) -> None:
    jobs = jobs_running("say(event='signed-in')")
    jobs.run("login", "corp")
    ended(events)
    assert jobs.run("login", "corp")


def test_a_cancelled_child_ends_and_says_so(jobs_running: MakeJobs, events: Recorder[JobEvent]) -> None:
    jobs = jobs_running("say(event='waiting'); time.sleep(600)")
    jobs.run("login", "corp")
    events.wait_for()
    jobs.cancel("login", "corp")
    assert ended(events).cancelled


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process at once, whether it wants or not")
def test_a_child_that_will_not_end_is_ended(
    jobs_running: MakeJobs, events: Recorder[JobEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aws_sso_tray.jobs.GRACE", 0.05)
    jobs = jobs_running(
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); say(event='waiting'); time.sleep(600)"
    )
    jobs.run("login", "corp")
    events.wait_for()
    jobs.cancel("login", "corp")
    assert ended(events).cancelled


def test_a_browser_that_keeps_the_output_open_does_not_hide_the_end(
    jobs_running: MakeJobs, events: Recorder[JobEvent]
) -> None:
    jobs = jobs_running(
        "import subprocess\n"
        "browser = subprocess.Popen([sys.executable, '-I', '-c', 'import time; time.sleep(600)'])\n"
        "say(event='signed-in', browser=browser.pid)\n"
        "os._exit(0)"
    )
    jobs.run("login", "corp")
    outcome = ended(events).outcome
    os.kill(outcome["browser"], signal.SIGTERM)
    assert outcome["event"] == "signed-in"


def test_a_program_that_cannot_be_started_is_said_at_once(events: Recorder[JobEvent], tmp_path: Path) -> None:
    jobs = Jobs(command=[str(tmp_path / "missing")], env={}, post=events)
    assert not jobs.run("login", "corp")


def test_stopping_ends_sign_ins_and_lets_a_renewal_finish(
    jobs_running: MakeJobs, events: Recorder[JobEvent], tmp_path: Path
) -> None:
    go_on = tmp_path / "go-on"
    jobs = jobs_running(
        "say(event='begun', pid=os.getpid())\n"
        f"while not os.path.exists({str(go_on)!r}): time.sleep(0.01)\n"
        "say(event='renewed')"
    )
    jobs.run("login", "corp")
    jobs.run("renew", "corp")
    events.wait_for(lambda e: e.kind == "login")
    events.wait_for(lambda e: e.kind == "renew")
    jobs.stop()
    login = events.wait_for(lambda e: isinstance(e, JobEnded) and e.kind == "login")
    assert isinstance(login, JobEnded)
    assert login.cancelled
    go_on.touch()
    renew = events.wait_for(lambda e: isinstance(e, JobEnded) and e.kind == "renew")
    assert isinstance(renew, JobEnded)
    assert renew.outcome["event"] == "renewed"


def test_a_listener_that_fails_does_not_leave_the_job_running(tmp_path: Path) -> None:
    seen: Recorder[JobEvent] = Recorder()

    def broken(event: JobEvent) -> None:
        seen(event)
        raise RuntimeError("bug")

    program = tmp_path / "other.py"
    program.write_text("print('{}')")
    jobs = Jobs(command=[sys.executable, "-I", str(program)], env=dict(os.environ), post=broken)
    jobs.run("renew", "corp")
    seen.wait_for(lambda e: isinstance(e, JobEnded))
    assert jobs.run("renew", "corp")
    seen.wait_for(lambda _: len(seen.of(JobEnded)) == 2)


def test_a_program_of_its_own_is_called_as_it_is(tmp_path: Path, events: Recorder[JobEvent]) -> None:
    program = tmp_path / "picker.py"
    program.write_text("import json, sys; print(json.dumps({'event': 'cancelled', 'words': sys.argv[1:]}))")
    jobs = Jobs(command=["nowhere"], env=dict(os.environ), post=events, others={"pick": [sys.executable, str(program)]})
    jobs.run("pick", "")
    assert ended(events).outcome == {"event": "cancelled", "words": []}
