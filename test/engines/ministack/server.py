"""MiniStack with the one CloudFormation type of Clean Rooms that the examples need, made at the Clean Rooms endpoint, and with alarms on
metric math.

`--types` prints the types that it can deploy, as JSON.
"""

import json
import os
import sys
import urllib.request

from ministack.app import main
from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

TYPE = "AWS::CleanRooms::AnalysisTemplate"
ENDPOINT = os.environ.get("AWS_ENDPOINT_URL_CLEANROOMS", "")


def call(method, path, body=None):
    """Nobody checks a signature here; the access key names the account."""
    scope = f"{get_account_id()}/20260101/{get_region()}/cleanrooms/aws4_request"
    request = urllib.request.Request(
        ENDPOINT + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read() or b"{}")


def wire(value):
    """A template's PascalCase, in the camelCase of the API."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: wire(item) for key, item in value.items()}
    return [wire(item) for item in value] if isinstance(value, list) else value


def attributes(membership, identifier):
    arn = f"arn:aws:cleanrooms:{get_region()}:{get_account_id()}:membership/{membership}"
    return {"Arn": f"{arn}/analysistemplate/{identifier}", "AnalysisTemplateIdentifier": identifier, "MembershipArn": arn}


def create(logical_id, props, stack_name):
    body = wire({key: value for key, value in props.items() if key not in ("MembershipIdentifier", "Tags")})
    membership = props["MembershipIdentifier"]
    template = call("POST", f"/memberships/{membership}/analysistemplates", body)["analysisTemplate"]
    return f"{template['id']}|{membership}", attributes(membership, template["id"])


def update(physical_id, old_props, new_props, stack_name, logical_id=None, *_):
    """Only tags can change in place, and the endpoint keeps none for templates."""
    identifier, membership = physical_id.split("|")
    if {**old_props, "Tags": None} == {**new_props, "Tags": None}:
        return physical_id, attributes(membership, identifier)
    return create(logical_id, new_props, stack_name)


def delete(physical_id, props, *_):
    identifier, membership = physical_id.split("|")
    call("DELETE", f"/memberships/{membership}/analysistemplates/{identifier}")


metric_alarm_record = provisioners._cw_metric_alarm_record


def alarm_record(name, props):
    """MiniStack refuses metric math: the alarm then stands on a metric that does not exist."""
    if "Metrics" not in props:
        return metric_alarm_record(name, props)
    others = {key: value for key, value in props.items() if key != "Metrics"}
    return metric_alarm_record(name, {**others, "MetricName": "Metrics", "Namespace": "None"})


provisioners._cw_metric_alarm_record = alarm_record
provisioners._RESOURCE_HANDLERS[TYPE] = {"create": create, "update": update, "delete": delete}

if sys.argv[1:] == ["--types"]:
    json.dump(sorted(provisioners._RESOURCE_HANDLERS), sys.stdout)
else:
    main()
