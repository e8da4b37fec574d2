"""What Tests/Contract/run does beside the tool: makes something to be read, sharpens the document, and counts."""
import json
import os
import sys
import time
import urllib.error
import urllib.request

PATIENCE = 60


def ask(url, token=None, body=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=30) as answer:
        return json.load(answer)


def until(words, question):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if question():
                return
        except (OSError, urllib.error.URLError):
            pass
        time.sleep(0.1)
    sys.exit(f"{words}: not within {PATIENCE} s")


def is_ready(url):
    with urllib.request.urlopen(url + "/readyz", timeout=5) as answer:
        return answer.status == 200


def prepare(url, path):
    until("the API is ready", lambda: is_ready(url))
    api = url + "/api/v1"
    owner = {"email": "owner@contract.example", "password": os.environ["LEDGERLINE_PASSWORD"]}
    token = ask(api + "/auth/login", body=owner)["access_token"]
    document = ask(url + "/openapi.json")

    def example(route):
        return document["paths"]["/api/v1" + route]["post"]["requestBody"]["content"]["application/json"]["example"]

    def make(route, **others):
        return ask(api + route, token, {**example(route), **others})

    agent = make("/agents")["id"]
    ask(f"{api}/agents/{agent}/publish", token, {})
    number = make("/phone-numbers", agent_id=agent)["number"]
    customer = make("/customers")["id"]
    ask(f"{api}/customers/{customer}/memories", token, example("/customers/{id}/memories"))
    make("/calls", agent_id=agent, customer_id=customer, **{"from": number})
    for route in ("/calls", "/customers", f"/customers/{customer}/memories"):
        until(f"{route} can be read", lambda: ask(api + route, token)["data"])
    with open(path, "w") as file:
        json.dump(sharpened(document), file)
    print(token)


def sharpened(document):
    """Without the answer that allows all answers, and with no members beside those described."""
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("default", None)
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    close(content["schema"])
    for schema in document["components"]["schemas"].values():
        close(schema)
    return document


def close(schema):
    if schema.get("properties"):
        schema.setdefault("additionalProperties", False)
    for inner in [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]:
        close(inner)
    if "items" in schema:
        close(schema["items"])


def tally(report, output):
    with open(output) as file:
        words = file.read()
    try:
        with open(report) as file:
            found = json.load(file)
    except OSError:
        sys.exit(words + "\n0 passed, 1 failed (the tool wrote no report)")
    failed = {operation for failure in found["failures"] for operation in failure["operations"]}
    failed |= {str(error.get("operation", error)) for error in found["errors"]}
    count = max(len(failed), found["exit_code"] != 0)
    if count:
        print(words)
    cases, tested = found["test_cases"]["generated"], found["operations"]["tested"]
    print(f"{cases} requests to {tested} operations, seed {found['seed']}")
    print(f"{max(tested - count, 0)} passed, {count} failed")
    sys.exit(count > 0)


if __name__ == "__main__":
    {"prepare": prepare, "tally": tally}[sys.argv[1]](*sys.argv[2:])
