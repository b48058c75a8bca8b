"""Run in an environment of its own, where `supabase` is: what an integration in Python does, nothing of ours imported.

python whole_supabase.py URL TOKEN BODY: creates the interview, reads it back, makes a bad call; prints what it saw.
"""

import json
import sys

from supabase import create_client  # type: ignore[import-not-found]  # not in our environment
from supabase_functions.errors import FunctionsHttpError

url, token, body = sys.argv[1:]
client = create_client(url, token)
created = json.loads(client.functions.invoke("job-interview-create-from-array", {"body": json.loads(body)}))
read = json.loads(
    client.functions.invoke("job-interview-get", {"body": {"position_id": created["interview_def_set_id"]}})
)
try:
    client.functions.invoke("job-interview-create-from-array", {"body": json.loads(body) | {"location": ""}})
    refused = {}
except FunctionsHttpError as error:
    refused = {"status": error.status, "message": error.message}
sys.stdout.write(json.dumps({"created": created, "name": read["name"], "refused": refused}))
