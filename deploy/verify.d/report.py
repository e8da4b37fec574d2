"""How deploy/verify speaks: progress on standard error, what was found line by line."""
import sys
import time

began = time.monotonic()
counts = {"passed": 0, "failed": 0}


def say(text):
    seconds = int(time.monotonic() - began)
    print(f"[{seconds // 60:02}:{seconds % 60:02}] {text}", file=sys.stderr, flush=True)


def report(what, finding, good=True):
    counts["passed" if good else "failed"] += 1
    print(f"  {'ok    ' if good else 'FAILED'}  {what}: {finding}", flush=True)


def fail(text):
    print(text, file=sys.stderr)
    sys.exit(1)


def closing():
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    return 1 if counts["failed"] else 0
