"""Reads a Dockerfile, as far as ours goes, and does what it says in a root."""
import json, pathlib, shlex, shutil
from report import fail, report, say

known = {"FROM", "RUN", "COPY", "ENV", "USER", "WORKDIR", "CMD", "HEALTHCHECK", "EXPOSE", "STOPSIGNAL"}


class Stage:
    def __init__(self, base, name):
        self.base, self.name = base, name
        self.lines = []
        self.environment, self.user, self.cwd = {}, "root", "/"
        self.command, self.health, self.port = [], [], None
        self.root = None


def read(path):
    """The stages; anything that we could not do is refused."""
    stages, text = [], []
    for line in path.read_text().splitlines():
        if line.lstrip().startswith("#") or not text and not line.strip():
            continue
        text.append(line.rstrip("\\").strip())
        if line.endswith("\\"):
            continue
        word, _, rest = " ".join(text).partition(" ")
        text = []
        if word not in known:
            fail(f"deploy/verify does not know {word}")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            stages.append(Stage(base, name or str(len(stages))))
        else:
            stages[-1].lines.append((word, rest.strip()))
    return stages


def allowed(source, repository):
    """Whether Docker would be sent this: .dockerignore keeps everything back but what it names."""
    kept = [line[1:] for line in (repository / ".dockerignore").read_text().split() if line.startswith("!")]
    return any(source == one or source.startswith(one + "/") for one in kept)


def perform(stage, root, done, repository, executables):
    for word, rest in stage.lines:
        say(f"  {word} {rest[:100]}")
        if word == "ENV":
            stage.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        elif word == "USER":
            stage.user = rest
        elif word == "WORKDIR":
            stage.cwd = rest
            root.path(rest).mkdir(parents=True, exist_ok=True)
        elif word == "CMD":
            stage.command = json.loads(rest)
        elif word == "HEALTHCHECK":
            stage.health = json.loads(rest[rest.index("["):])
        elif word == "EXPOSE":
            stage.port = rest
        elif word == "RUN" and "swift build" in rest and executables:
            say(f"    not compiled: taken from {executables}")
            target = root.path(stage.cwd) / ".build/release"
            target.mkdir(parents=True, exist_ok=True)
            for name in ["ledgerline", "ledgerline-api", "ledgerline-realtime", "ledgerline-workers"]:
                shutil.copy(executables / name, target / name)
        elif word == "RUN":
            root.run(rest, stage.environment, stage.cwd)
        elif word == "COPY":
            copy(stage, root, done, repository, rest.split())
    if root.path("/lent").exists():
        shutil.rmtree(root.path("/lent"))
    report(f"stage {stage.name}", "every line was done" + (", but for the build" if executables and stage.name == "build" else ""))


def copy(stage, root, done, repository, words):
    folder = repository
    if words[0].startswith("--from="):
        folder = done[words.pop(0)[7:]].root.folder
    *sources, target = words
    into = root.path(pathlib.PurePosixPath(stage.cwd) / target)
    for source in sources:
        if folder == repository and not allowed(source, repository):
            fail(f"{source} is kept back by .dockerignore, and copied by the Dockerfile")
        found = folder / source.lstrip("/")
        if found.is_dir():
            shutil.copytree(found, into, dirs_exist_ok=True, symlinks=True)
        else:
            place = into / found.name if target.endswith("/") else into
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, place)


def write_down(stage, path):
    """What the image says of itself, for whoever starts something from it."""
    if not stage.command:
        # Its root was there already: what it says is read again, and nothing of it done.
        for word, rest in stage.lines:
            if word == "ENV":
                stage.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
            elif word == "USER":
                stage.user = rest
            elif word == "WORKDIR":
                stage.cwd = rest
            elif word == "HEALTHCHECK":
                stage.health = json.loads(rest[rest.index("["):])
    facts = {"root": str(stage.root.folder), "environment": stage.environment, "user": stage.user, "cwd": stage.cwd}
    path.write_text(json.dumps(facts | {"health": stage.health}))
