"""moto's states engine behind a pipe: commands come in as lines of JSON, and so do the answers to what it asks."""

import json
import os
import queue
import sys
import threading
from datetime import datetime
from itertools import count
from typing import Any

import boto3
import time_machine
from moto import mock_aws
from moto.stepfunctions.parser.models import stepfunctions_parser_backends as backends

import patches

PATIENCE = 20
"""Real seconds for which a stop waits for a call that is under way."""


class Host:
    """The other end of the pipe, which has the clock and evaluates JSONata."""

    clean_rooms: str
    """Where the service answers."""

    def __init__(self) -> None:
        self._clock = time_machine.travel(0, tick=False).start()
        self._numbers = count()
        self._answers: dict[int, queue.Queue] = {}
        self._sleepers: dict[int, Any] = {}
        self._ends: dict[str, threading.Event] = {}
        self._writing = threading.Lock()
        self._told = threading.Condition()
        self._silences = 0

    def backend(self) -> Any:
        return backends[os.environ["MOTO_ACCOUNT_ID"]][os.environ["AWS_DEFAULT_REGION"]]

    def keep_silent(self) -> None:
        """A call that is under way is never to be answered."""
        self._silences += 1
        self.tell()

    def tell(self) -> None:
        with self._told:
            self._told.notify_all()

    def is_silent_before(self, is_answered: Any) -> bool:
        """Waits for either. No scenario has two calls under way when one of them is not answered."""
        with self._told:
            self._told.wait_for(lambda: is_answered() or self._silences > 0)
            if is_answered():
                return False
            self._silences -= 1
            return True

    def evaluate(self, expression: str) -> Any:
        answer = self._ask({"ask": "evaluate", "expression": expression})
        if "error" in answer:
            raise patches.jsonata.JSONataException("UNKNOWN", answer["error"])
        return answer.get("value")

    def sleep(self, seconds: float, env: Any) -> None:
        self._ask({"ask": "sleep", "seconds": seconds}, env)

    def begun(self, arn: str) -> None:
        self._ends[arn] = threading.Event()
        self._ask({"ask": "begin"})

    def ended(self, arn: str) -> None:
        self._ends[arn].set()
        self._write({"ask": "end"})

    def wake_stopped(self, arn: str) -> None:
        """An execution has ended as soon as it is stopped, unless a call of it is under way."""
        for number, env in list(self._sleepers.items()):
            if env is not None and not env.is_running():
                self._write({"ask": "wake", "number": number})
        self._ends[arn].wait(PATIENCE)

    def hear(self, message: dict) -> None:
        self._clock.move_to(message["now"] / 1000)
        if "answer" in message:
            self._answers.pop(message["answer"]).put(message)
        else:
            threading.Thread(target=self._obey, args=(message,), daemon=True).start()

    def _obey(self, message: dict) -> None:
        try:
            result = {"result": COMMANDS[message["command"]](self, message)}
        except Exception as error:
            result = {"error": f"{type(error).__name__}: {error}"}
        self._write({"reply": message["number"], **result})

    def _ask(self, message: dict, sleeper: Any = None) -> dict:
        number = next(self._numbers)
        answer = self._answers[number] = queue.Queue()
        self._sleepers[number] = sleeper
        self._write({**message, "number": number})
        try:
            return answer.get()
        finally:
            del self._sleepers[number]

    def _write(self, message: dict) -> None:
        with self._writing:
            print(json.dumps(message, default=datetime.isoformat), flush=True)


def client() -> Any:
    return boto3.client("stepfunctions")


def reset(host: Host, message: dict) -> None:
    """A new account."""
    backends.reset()
    host.clean_rooms = message["cleanRooms"]


def create(_: Host, message: dict) -> str:
    role = f"arn:aws:iam::{os.environ['MOTO_ACCOUNT_ID']}:role/engine"
    return client().create_state_machine(
        name=message["name"], type=message["type"], definition=message["definition"], roleArn=role
    )["stateMachineArn"]


def start(_: Host, message: dict) -> str:
    return client().start_execution(stateMachineArn=message["arn"], name=message["name"], input=message["input"])["executionArn"]


def stop(host: Host, message: dict) -> None:
    client().stop_execution(executionArn=message["arn"])
    host.wake_stopped(message["arn"])


def silence(host: Host, _: dict) -> None:
    host.keep_silent()


def executions(host: Host, message: dict) -> list:
    """Everything that ran in a state machine, the oldest first."""
    return [
        {**execution.to_describe_output(), "events": execution.to_history_output()["events"]}
        for execution in host.backend().describe_state_machine(message["arn"]).executions
    ]


COMMANDS = {"reset": reset, "create": create, "start": start, "stop": stop, "silence": silence, "executions": executions}


def main() -> None:
    host = Host()
    patches.apply(host)
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        for line in sys.stdin:
            host.hear(json.loads(line))


if __name__ == "__main__":
    main()
