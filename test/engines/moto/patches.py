"""What moto's states engine needs to call an endpoint of ours in virtual time. Each patch says why it is there."""

import json
import random
import threading
import time
from functools import cache, partial
from hashlib import sha256
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.asl.component.common.assign import assign_template_value_terminal
from moto.stepfunctions.parser.asl.component.common.retry import jitter_strategy_decl, retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service,
    state_task_service_aws_sdk,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import wait_function
from moto.stepfunctions.parser.asl.eval import states, variable_store
from moto.stepfunctions.parser.asl.jsonata import jsonata
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend import execution, execution_worker

AwsSdkTask = state_task_service_aws_sdk.StateTaskServiceAwsSdk


def apply(host: Any) -> None:
    _call_the_endpoint(host)
    _convert_names()
    _name_errors()
    _evaluate_jsonata(host)
    _keep_texts()
    _sleep_virtually(host)
    _wait_for_answers(host)
    _fix_jitter()
    _tell_of_executions(host)
    _page_histories()
    _settle_ends(host)
    _answer_sync_starts(host)


def _call_the_endpoint(host: Any) -> None:
    """Clients know moto alone. One for each address is enough: to make one takes longer than its call."""

    @cache
    def client(region: str, service: str, endpoint_url: str | None) -> Any:
        config = Config(parameter_validation=False, retries={"total_max_attempts": 1}, connect_timeout=600, read_timeout=600)
        return boto3.client(service, region_name=region, endpoint_url=endpoint_url, config=config)

    def boto_client_for(region: str, service: str, state_credentials: Any = None) -> Any:
        return client(region, service, host.clean_rooms if service == "cleanrooms" else None)

    state_task_service_aws_sdk.boto_client_for = boto_client_for


def _convert_names() -> None:
    """moto has LocalStack's conversion of names, but lost the step that calls it."""

    def operation(task: Any) -> Any:
        model = boto3._get_default_session()._session.get_service_model(task._get_boto_service_name())
        api_action = task.resource.api_action
        return model.operation_model(api_action[0].upper() + api_action[1:])

    def normalise_parameters(self: Any, parameters: dict, *_: Any) -> None:
        self._to_boto_request(parameters, operation(self).input_shape)

    def normalise_response(self: Any, response: Any, *_: Any) -> None:
        self._from_boto_response(response, operation(self).output_shape)

    AwsSdkTask._normalise_parameters = normalise_parameters
    AwsSdkTask._normalise_response = normalise_response


def _name_errors() -> None:
    """Error names begin with a prefix that moto has for two services only, and it takes a cut connection for States.Runtime."""
    state_task_service_aws_sdk._SERVICE_ERROR_NAMES["cleanrooms"] = "CleanRooms"
    from_error = AwsSdkTask._from_error

    def from_error_or_no_answer(self: Any, env: Any, ex: Exception) -> Any:
        if isinstance(ex, BotoCoreError) and not isinstance(ex, ClientError):
            service = self._normalise_service_error_name(self.resource.api_name)
            return self._get_task_failure_event(env, f"{service}.SdkClientException", f"Unable to execute HTTP request: {ex}")
        return from_error(self, env, ex)

    AwsSdkTask._from_error = from_error_or_no_answer


def _evaluate_jsonata(host: Any) -> None:
    """
    moto left out the Java library that LocalStack calls: its pointer to an evaluator is None. And it refuses every $, also
    that of a predicate such as [$ > 1]; LocalStack has allowed it since.
    """
    jsonata._eval_jsonata = host.evaluate
    jsonata._ILLEGAL_VARIABLE_REFERENCES = {"$$"}


def _keep_texts() -> None:
    """A variable's text loses its escapes in the expression that declares it, and one that Assign has as it is never lost JSON's."""

    def declare(bindings: dict[str, Any]) -> str:
        return "".join(f"{name}:={to_json_str(value, separators=(',', ':'))};" for name, value in bindings.items())

    literal = assign_template_value_terminal.AssignTemplateValueTerminalLit
    make = literal.__init__

    def make_of_json(self: Any, value: Any) -> None:
        make(self, json.loads(f'"{value}"') if isinstance(value, str) else value)

    states.encode_jsonata_variable_declarations = declare
    variable_store.encode_jsonata_variable_declarations = declare
    literal.__init__ = make_of_json


def _sleep_virtually(host: Any) -> None:
    """Wait states and retries sleep in real time, which for a query of hours is hours; a stop must end either."""
    retrying = threading.local()

    def wait_interval(self: Any, env: Any, wait_seconds: float) -> None:
        host.sleep(wait_seconds, env)

    class VirtualTime:
        @staticmethod
        def sleep(seconds: float) -> None:
            host.sleep(seconds, retrying.env)

    eval_body = retrier_decl.RetrierDecl._eval_body

    def eval_body_of(self: Any, env: Any) -> None:
        retrying.env = env
        eval_body(self, env)

    wait_function.WaitFunction._wait_interval = wait_interval
    retrier_decl.time = VirtualTime
    retrier_decl.RetrierDecl._eval_body = eval_body_of


def _wait_for_answers(host: Any) -> None:
    """TimeoutSeconds counts real seconds. Here virtual time runs out, and only for a call that is never to be answered."""

    class Answer(threading.Event):
        def set(self) -> None:
            super().set()
            host.tell()

        def wait(self, timeout: float | None = None) -> bool:
            if timeout is None:
                return super().wait()
            if host.is_silent_before(self.is_set):
                host.sleep(timeout, None)
            return self.is_set()

    class Threading:
        Event = Answer

    execute_state.threading = Threading


def _fix_jitter() -> None:
    """Random delays would make two runs of two engines differ: both take the middle."""

    class Middle(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return (a + b) / 2

    jitter_strategy_decl.random = Middle()


def _tell_of_executions(host: Any) -> None:
    """Time must stand still while an execution does something, so its beginning and its end must be known."""
    worker = execution_worker.ExecutionWorker
    start = worker.start

    def start_and_tell(self: Any) -> None:
        host.begun(self._evaluation_details.execution_details.arn)
        self._execution_logic = partial(run_and_tell, self, self._execution_logic)
        start(self)

    def run_and_tell(self: Any, run: Any) -> None:
        try:
            run()
        finally:
            host.ended(self._evaluation_details.execution_details.arn)

    worker.start = start_and_tell


def _page_histories() -> None:
    """GetExecutionHistory ignores reverseOrder, maxResults and nextToken: it answers all events, the oldest first."""
    eval_service_task = AwsSdkTask._eval_service_task

    def eval_and_page(self: Any, env: Any, resource_runtime_part: Any, normalised_parameters: dict, state_credentials: Any) -> None:
        eval_service_task(self, env, resource_runtime_part, normalised_parameters, state_credentials)
        if self.resource.api_action != "getExecutionHistory":
            return
        events = env.stack[-1]["events"]
        if normalised_parameters.get("reverseOrder"):
            events.reverse()
        begin = int(normalised_parameters.get("nextToken") or 0)
        end = begin + int(normalised_parameters.get("maxResults") or 100)
        env.stack[-1]["events"] = events[begin:end]
        if end < len(events):
            env.stack[-1]["nextToken"] = str(end)

    AwsSdkTask._eval_service_task = eval_and_page


def _settle_ends(host: Any) -> None:
    """
    What is started from outside when an execution ends is started at the instant at which the local runner ended it, in a thread of
    its own: who asks for the status of an execution that is ending waits until it has ended.
    """
    eval_service_task = AwsSdkTask._eval_service_task

    def eval_when_settled(self: Any, env: Any, resource_runtime_part: Any, normalised_parameters: dict, state_credentials: Any) -> None:
        if self.resource.api_action == "describeExecution":
            described = host.backend().describe_execution(normalised_parameters["executionArn"])
            if described.status == "RUNNING":
                host.sleep(0.001, env)
                for _ in range(100):
                    if described.status != "RUNNING":
                        break
                    time.sleep(0.01)
        eval_service_task(self, env, resource_runtime_part, normalised_parameters, state_credentials)

    AwsSdkTask._eval_service_task = eval_when_settled


def _answer_sync_starts(host: Any) -> None:
    """moto has LocalStack's executions that run in the thread of whoever starts them, but no StartSyncExecution, which makes them."""
    eval_service_task = AwsSdkTask._eval_service_task
    starting = threading.local()

    def make_execution(**details: Any) -> Any:
        kind = execution.SyncExecution if getattr(starting, "sync", False) else execution.Execution
        starting.sync = False
        return kind(**details)

    def eval_or_start(self: Any, env: Any, resource_runtime_part: Any, normalised_parameters: dict, state_credentials: Any) -> None:
        if self.resource.api_action != "startSyncExecution":
            return eval_service_task(self, env, resource_runtime_part, normalised_parameters, state_credentials)
        backend = host.backend()
        arn, text = normalised_parameters["stateMachineArn"], normalised_parameters["input"]
        # The service makes up a name. Both engines need the same.
        name = f"sync-{sha256(text.encode()).hexdigest()[:8]}"
        earlier = sum(one.name.startswith(name) for one in backend.describe_state_machine(arn).executions)
        starting.sync = True
        started = backend.start_execution(arn, f"{name}-{earlier}", text)
        env.stack.append(started.to_start_sync_execution_output())

    models.Execution = make_execution
    AwsSdkTask._eval_service_task = eval_or_start
