"""Fills the database for `bench.webhooks`: a portfolio and an endpoint. It runs this."""

import json
import sys

import django


def main() -> None:
    """Load as `bench.pipe` does, and add an endpoint; the last line of output is a JSON object."""
    django.setup()
    from accounts.principal import SYSTEM
    from accounts.services import api_clients
    from bench import pipe_load
    from webhooks.services import endpoints

    loaded = pipe_load.load(int(sys.argv[1]), int(sys.argv[2]))
    client = api_clients.add(
        name="ERP", scopes=["scores:read", "vendors:read"], all_units=True, by=SYSTEM
    )
    # Not of scores, or there would be messages in the quiet stretches as well.
    chosen = ["run.completed"]
    new = endpoints.add(client=client, url=sys.argv[3], event_types=chosen, by=SYSTEM)
    print(json.dumps({**loaded, "endpoint": str(new.endpoint.pk)}))


if __name__ == "__main__":
    main()
