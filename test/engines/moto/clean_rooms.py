"""moto's server with collaborations of somebody else's. Prints where it is, then serves until its input ends."""

import json
import os
import sys

from moto.cleanrooms.models import cleanrooms_backends
from moto.server import ThreadedMotoServer

ACCOUNT = os.environ["MOTO_ACCOUNT_ID"]
CREATOR = os.environ["CREATOR_ACCOUNT_ID"]


def collaborate() -> str:
    """moto knows no invitation across accounts: a collaboration is seen only by the account that made it, as its creator."""
    collaboration = cleanrooms_backends[ACCOUNT][os.environ["AWS_DEFAULT_REGION"]].create_collaboration(
        name="Overlap",
        description="of another account",
        creator_display_name="Partner",
        creator_member_abilities=["CAN_QUERY", "CAN_RECEIVE_RESULTS"],
        query_log_status="ENABLED",
        members=[],
        data_encryption_metadata=None,
        analytics_engine="SPARK",
        tags=None,
    )
    collaboration.creator_account_id = CREATOR
    collaboration.arn = collaboration.arn.replace(ACCOUNT, CREATOR)
    return collaboration.id


server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
collaborations = [collaborate() for _ in range(int(sys.argv[1]))]
print(json.dumps({"url": f"http://{host}:{port}", "collaborations": collaborations}), flush=True)
sys.stdin.read()
