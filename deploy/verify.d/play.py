"""Starts the services of deploy/compose.yaml from the verified root, and sees whether they do what they should."""
import glob, json, os, pathlib, re, secrets, shlex, shutil, signal, ssl, subprocess, time
import http.client, urllib.error, urllib.request
from report import closing, report, say

# They share one network here, where each has a container of its own there.
ports = {"api": 8080, "realtime": 8081, "workers": 8082}
executables = ["ledgerline", "ledgerline-api", "ledgerline-realtime", "ledgerline-workers"]
site = "localhost"


class Image:
    def __init__(self, where):
        facts = json.loads((where / "image.json").read_text())
        self.root, self.environment = pathlib.Path(facts["root"]), facts["environment"]
        self.user, self.cwd, self.health = facts["user"], facts["cwd"], facts["health"]
        self.journal = where / "journal"

    def command(self, words, environment, hosts):
        """As a container would: its user, no privileges, nothing to write but a volume and /tmp."""
        root = shlex.quote(str(self.root))
        volume = f"{root}/var/lib/ledgerline/journal"
        mounts = [
            f"mount --bind {root} {root}", f"mount -o remount,bind,ro {root}",
            f"mount --bind {shlex.quote(str(self.journal))} {volume}", f"mount -t proc proc {root}/proc",
            f"mount -t tmpfs tmpfs {root}/tmp", f"mount --bind {shlex.quote(str(hosts))} {root}/etc/hosts",
        ]
        setting = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": self.cwd} | self.environment | environment
        line = ["chroot", str(self.root), "setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
        line += ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "/usr/bin/env", "-i"]
        line += [f"--chdir={self.cwd}"] + [f"{name}={value}" for name, value in setting.items()] + words
        script = " && ".join(mounts + ["exec " + shlex.join(line)])
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]


def interpolated(value, setting):
    if isinstance(value, dict):
        return {name: interpolated(one, setting) for name, one in value.items()}
    if isinstance(value, list):
        return [interpolated(one, setting) for one in value]
    return re.sub(r"\$\{(\w+)[^}]*\}", lambda m: setting.get(m[1], ""), value) if isinstance(value, str) else value


def filled_in(repository):
    """deploy/.env as an operator would write it, after the example: what is empty there and needed gets a value."""
    import base64
    setting = dict(re.findall(r"(?m)^([A-Z_]+)=(.*)$", (repository / "deploy/compose.env.example").read_text()))
    for name in ["POSTGRES_PASSWORD", "OWNER_PASSWORD", "PROCESS_PASSWORD", "TELNYX_API_KEY"]:
        setting[name] = secrets.token_hex(24)
    for name in ["JWT_PRIVATE_KEY", "LEDGERLINE_SEALING_KEY", "TELNYX_PUBLIC_KEYS"]:
        setting[name] = base64.b64encode(secrets.token_bytes(32)).decode()
    return setting | {"SITE": site, "PUBLIC_URL": f"https://{site}", "MEDIA_URL": f"wss://{site}"}


def waited(seconds, what, is_so):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.2)
    report(what, f"not within {seconds} s", good=False)
    return False


def quiet(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def postgres(where, repository, service):
    """The pinned Postgres, made as its image would: a superuser, then the file of logins, once."""
    home = glob.glob(f"{repository}/.ledgerline/dist/**/bin/postgres", recursive=True)
    home += glob.glob("/var/tmp/ledgerline-*/**/bin/postgres", recursive=True)
    bin = pathlib.Path(home[0]).parent
    data = where / "postgres"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    shutil.chown(data, "nobody")
    password = where / "password"
    password.write_text(service["environment"]["POSTGRES_PASSWORD"])
    shutil.chown(password, "nobody")
    nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    initdb = [bin / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--auth-host=scram-sha-256",
              "--auth-local=trust", "--no-sync", f"--pwfile={password}"]
    quiet(nobody + initdb, check=True, cwd="/")
    flags = service["command"][1:]
    log = open(where / "postgres.log", "w")
    server = nobody + [bin / "postgres", "-D", data, "-k", data, "-c", "listen_addresses=127.0.0.1"] + flags
    subprocess.Popen(server, stdout=log, stderr=log, cwd="/")
    # As in the image: its own programs are on the path, and the socket is where they look.
    environment = os.environ | service["environment"] | {"PATH": f"{bin}:{os.environ['PATH']}", "PGHOST": str(data)}
    if waited(60, "postgres", lambda: quiet([bin / "pg_isready", "-h", str(data)]).returncode == 0):
        logins = quiet([repository / "deploy/compose/logins.sh"], env=environment)
        report("deploy/compose/logins.sh", logins.stdout.strip() or "made the logins and the database", logins.returncode == 0)


def redis(where, service):
    log = open(where / "redis.log", "w")
    subprocess.Popen(service["command"] + ["--bind", "127.0.0.1", "--dir", str(where)], stdout=log, stderr=log)


def caddy(where, repository, environment):
    """Debian's Caddy in a root of its own, with the file of the composition. `localhost` gets a certificate of its own authority."""
    root = where / "proxy"
    shutil.copy(repository / "deploy/compose/Caddyfile", root / "Caddyfile")
    setting = environment | {"HOME": "/tmp", "PATH": "/usr/bin:/bin", "API": f"127.0.0.1:{ports['api']}",
                             "REALTIME": f"127.0.0.1:{ports['realtime']}"}
    line = ["chroot", str(root), "/usr/bin/env", "-i"] + [f"{name}={value}" for name, value in setting.items()]
    log = open(where / "proxy.log", "w")
    subprocess.Popen(line + ["caddy", "run", "--config", "/Caddyfile", "--adapter", "caddyfile"], stdout=log, stderr=log)
    authority = root / "tmp/.local/share/caddy/pki/authorities/local/root.crt"
    if waited(30, "the proxy's certificate", authority.exists):
        return ssl.create_default_context(cafile=str(authority))


def asked(url, trust=None, headers={}, body=None):
    """Status and body."""
    request = urllib.request.Request(url, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10, context=trust) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()
    except (urllib.error.URLError, OSError) as trouble:
        return 0, str(trouble).encode()


def shaken(connection, path, headers):
    """The status of a handshake: urllib would say that it closes the connection."""
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    except OSError:
        return 0


def look_at_libraries(image):
    for name in executables:
        lines = quiet(["chroot", image.root, "ldd", f"/usr/local/bin/{name}"]).stdout
        report(name, "every library is there", "not found" not in lines and "libpq" in lines)


def run(where, repository):
    import yaml

    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    image = Image(where)
    image.journal.mkdir(exist_ok=True)
    owner = (image.root / "var/lib/ledgerline/journal").stat()
    # A new volume gets the owner that the folder has in the image.
    os.chown(image.journal, owner.st_uid, owner.st_gid)
    hosts = where / "hosts"
    hosts.write_text("127.0.0.1 localhost postgres redis api realtime workers\n")
    composition = yaml.safe_load((repository / "deploy/compose.yaml").read_text())
    services = interpolated(composition["services"], filled_in(repository))

    look_at_libraries(image)
    postgres(where, repository, services["postgres"])
    redis(where, services["redis"])

    def one_shot(words, environment):
        return quiet(image.command(words, environment, hosts))

    migrate = services["migrate"]
    for turn, end in [("first", "applied "), ("second", "up to date")]:
        outcome = one_shot(migrate["command"], migrate["environment"])
        last = outcome.stdout.strip().split("\n")[-1]
        report(f"migrate, {turn} time", last, outcome.returncode == 0 and last.startswith(end))
    create = ["ledgerline", "user", "create", "--email", "owner@example.org", "--organization", "Example", "--new-organization"]
    password = secrets.token_hex(12)
    outcome = one_shot(create, services["api"]["environment"] | {"LEDGERLINE_PASSWORD": password})
    report("ledgerline user create", "made the owner" if outcome.returncode == 0 else outcome.stdout, outcome.returncode == 0)

    running = {}
    for name, port in ports.items():
        log = open(where / f"{name}.log", "w")
        environment = services[name]["environment"] | {"PORT": str(port)}
        command = image.command(services[name]["command"], environment, hosts)
        running[name] = subprocess.Popen(command, stdout=log, stderr=log)
    healthy = [waited(60, name, lambda: one_shot(image.health, {"PORT": str(port)}).returncode == 0)
               for name, port in ports.items()]
    for (name, process), good in zip(running.items(), healthy):
        report(name, "its health check is content", good)
        look_at(name, process, image)
    look_at_readiness()
    trust = caddy(where, repository, {"SITE": site})
    if trust:
        look_through_proxy(trust, password)
    for name, process in running.items():
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            code = "not over after 60 s"
        report(f"{name}, stopped", f"exit code {code} after {time.monotonic() - began:.1f} s", code == 0)
    warned = [name for name in ports if '"unknown_setting"' in (where / f"{name}.log").read_text()]
    report("settings", f"unknown ones at {warned}" if warned else "every one is known to the processes", not warned)
    return exit(closing())


def look_at(name, process, image):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    uid = re.search(r"Uid:\s+(\d+)", status)[1]
    capable = re.search(r"CapEff:\s+(\w+)", status)[1]
    bound = re.search(r"CapBnd:\s+(\w+)", status)[1]
    good = uid != "0" and int(capable, 16) == int(bound, 16) == 0
    report(name, f"runs as user {uid}, with no capability", good)
    if name == "realtime":
        files = list(image.journal.rglob("*"))
        report(name, f"keeps its journal on the volume, {len(files)} files", bool(files))


def look_at_readiness():
    """Says which engines the image has: none may be missing."""
    for name, port in ports.items():
        status, body = asked(f"http://127.0.0.1:{port}/readyz")
        words = json.dumps(json.loads(body)) if status == 200 else body.decode()
        good = status == 200 and "degraded" not in words and '"down"' not in words
        report(f"{name}, /readyz", "nothing is missing" if good else words, good)


def look_through_proxy(trust, password):
    base = f"https://{site}"
    if not waited(30, "the proxy", lambda: asked(base + "/healthz", trust)[0] == 200):
        return
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    media = "/media/telnyx/" + "x" * 43
    direct = shaken(http.client.HTTPConnection("127.0.0.1", ports["realtime"], timeout=10), media, upgrade)
    through = shaken(http.client.HTTPSConnection(site, timeout=10, context=trust), media, upgrade)
    sign_in = json.dumps({"email": "owner@example.org", "password": password}).encode()
    typed = {"Content-Type": "application/json"}
    for what, got, wanted in [
        ("the API through the proxy", asked(base + "/openapi.json", trust)[0], 200),
        ("its metrics through the proxy", asked(base + "/metrics", trust)[0], 404),
        ("a webhook that nobody signed", asked(base + "/webhooks/telnyx/call", trust, typed, b"{}")[0], 401),
        ("a media stream with an unknown token", through, direct),
        ("the owner signs in", asked(base + "/api/v1/auth/login", trust, typed, sign_in)[0], 200),
    ]:
        report(what, f"status {got}", got == wanted and got != 0)
