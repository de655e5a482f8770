"""MiniStack with the CloudFormation types of Clean Rooms, which resource-types.ts makes at the Clean Rooms endpoint, with references
to outputs of other accounts, with alarms on metric math, and with stopped executions that stay stopped.

`--types` prints the types that it can deploy, as JSON.
"""

import json
import os
import sys
import urllib.error
import urllib.request

from ministack.app import main
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import stepfunctions
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

TYPES = json.loads(os.environ.get("CLEAN_ROOMS_TYPES", "[]"))
HOST = os.environ.get("CLEAN_ROOMS_TYPES_URL", "")


def ask(action, type_name, stack_name, logical_id, properties, **more):
    call = {
        "action": action, "type": type_name, "account": get_account_id(), "region": get_region(),
        "stackName": stack_name or "", "logicalId": logical_id or "", "properties": properties, **more,
    }
    request = urllib.request.Request(HOST, method="POST", data=json.dumps(call).encode())
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            identity = json.loads(response.read())
    except urllib.error.HTTPError as error:
        raise ValueError(error.read().decode()) from error
    return identity["physicalId"], identity["attributes"]


def handler(type_name):
    def create(logical_id, props, stack_name):
        return ask("create", type_name, stack_name, logical_id, props)

    def update(physical_id, old_props, new_props, stack_name, logical_id=None, *_):
        return ask("update", type_name, stack_name, logical_id, new_props, physicalId=physical_id, before=old_props)

    def delete(physical_id, props, *_):
        ask("delete", type_name, None, None, props, physicalId=physical_id)

    return {"create": create, "update": update, "delete": delete}


resolve_refs = engine._resolve_refs


def resolve_everywhere(value, *scope):
    """MiniStack reads outputs of its own account only; whose the stack is, the role that reads it tells."""
    if not (isinstance(value, dict) and set(value) == {"Fn::GetStackOutput"}):
        return resolve_refs(value, *scope)
    reference = value["Fn::GetStackOutput"]
    role = resolve_refs(reference.get("RoleArn"), *scope)
    account = role.split(":")[4] if role else get_account_id()
    region = resolve_refs(reference.get("Region"), *scope) or get_region()
    with request_scope(account, region):
        return resolve_refs(value, *scope)


for module in (engine, changesets, handlers, provisioners, stacks):
    if hasattr(module, "_resolve_refs"):
        module._resolve_refs = resolve_everywhere

metric_alarm_record = provisioners._cw_metric_alarm_record


def alarm_record(name, props):
    """MiniStack refuses metric math: the alarm then stands on a metric that does not exist."""
    if "Metrics" not in props:
        return metric_alarm_record(name, props)
    others = {key: value for key, value in props.items() if key != "Metrics"}
    return metric_alarm_record(name, {**others, "MetricName": "Metrics", "Namespace": "None"})


provisioners._cw_metric_alarm_record = alarm_record

add_event, fail_execution = stepfunctions._add_event, stepfunctions._fail_execution


def add_event_unless_stopped(execution, event_type, details=None):
    """MiniStack goes on with the state in which an execution was stopped, and writes that down."""
    return None if execution["status"] == "ABORTED" and event_type != "ExecutionAborted" else add_event(execution, event_type, details)


def fail_unless_stopped(execution, error, cause):
    if execution["status"] != "ABORTED":
        fail_execution(execution, error, cause)


stepfunctions._add_event = add_event_unless_stopped
stepfunctions._fail_execution = fail_unless_stopped

for each in TYPES:
    provisioners._RESOURCE_HANDLERS[each] = handler(each)

if sys.argv[1:] == ["--types"]:
    json.dump(sorted(provisioners._RESOURCE_HANDLERS), sys.stdout)
else:
    main()
