"""Calls MiniStack through the AWS SDK for Python: a call a line on stdin, its answer a line on stdout, as JSON."""

import json
import os
import sys

import botocore.session
from botocore.exceptions import ClientError

session = botocore.session.get_session()
clients = {}


def client(service, account, region):
    key = (service, account, region)
    if key not in clients:
        clients[key] = session.create_client(
            service, region_name=region, endpoint_url=os.environ["ENGINE"], aws_access_key_id=account, aws_secret_access_key="local"
        )
    return clients[key]


for line in sys.stdin:
    call = json.loads(line)
    try:
        operation = getattr(client(call["service"], call["account"], call["region"]), call["operation"])
        answer = {"result": operation(**call["parameters"])}
    except ClientError as error:
        answer = {"error": error.response["Error"]}
    except Exception as error:
        answer = {"error": {"Code": type(error).__name__, "Message": str(error)}}
    print(json.dumps(answer, default=str), flush=True)
