"""Run the stack for a person or for tests that kill their client: prints where it is, then waits.

The first line is the address of the API, the second all there is to know as JSON. It ends on
SIGTERM or SIGINT, and when the process that started it has ended.
"""

import json
import os
import signal
import sys
import time

from photo_assets_tests.services.supabase.programs import HOW, find_programs
from photo_assets_tests.services.supabase.stack import running_stack


def main() -> None:
    programs = find_programs()
    if programs is None:
        sys.exit(f"The programs are missing: {HOW}.")
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: sys.exit(0))
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with running_stack(programs, port) as stack:
        print(stack.api_url, flush=True)
        print(
            json.dumps(
                {
                    "SUPABASE_URL": stack.api_url,
                    "SUPABASE_SECRET_KEY": stack.keys.secret_key,
                    "SUPABASE_DB_URL": stack.database_url,
                    "service_role": stack.keys.service_role,
                    "anon": stack.keys.anon,
                    "authenticated": stack.keys.authenticated,
                }
            ),
            flush=True,
        )
        starter = os.getppid()
        while os.getppid() == starter:
            time.sleep(0.5)


if __name__ == "__main__":
    main()
