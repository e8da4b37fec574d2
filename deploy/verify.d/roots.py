"""Debian roots, and commands run in them."""
import os, pathlib, shlex, shutil, subprocess
from report import say

# What the image of Swift has besides the toolchain.
of_swift = """binutils git libc6-dev libcurl4-openssl-dev libedit2 libgcc-12-dev libncurses-dev libpython3-dev libsqlite3-0
 libstdc++-12-dev libxml2-dev libz3-dev pkg-config tzdata zlib1g-dev unzip""".split()
# A machine may need these to reach Debian and PyPI; a root is lent them while lines are run in it.
certificates = ["PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]
proxies = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PIP_INDEX_URL"]


class Root:
    def __init__(self, folder, base, clean):
        self.folder, self.base, self.clean = folder, base, clean
        self.toolchain = None

    def path(self, inside):
        return self.folder / str(inside).lstrip("/")

    def lent(self):
        """The environment of a line that is run here."""
        found = {name: os.environ[name] for name in proxies if name in os.environ}
        for name in certificates:
            if name in os.environ:
                found[name] = "/lent/" + name
        return found

    def run(self, command, environment, cwd="/"):
        words = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
        words |= {"DEBIAN_FRONTEND": "noninteractive"} | self.lent() | environment
        mounts = [f"mount -t proc proc {shlex.quote(str(self.folder))}/proc"]
        if self.toolchain:
            words["PATH"] = "/opt/swift/usr/bin:" + words["PATH"]
            mounts.append(f"mount --bind {self.toolchain} {shlex.quote(str(self.folder))}/opt/swift")
        line = ["chroot", str(self.folder), "/usr/bin/env", "-i"] + [f"{k}={v}" for k, v in words.items()]
        line += ["/bin/sh", "-c", f"cd {shlex.quote(cwd)} && {command}"]
        script = " && ".join(mounts + ["exec " + shlex.join(line)])
        subprocess.run(["unshare", "--mount", "--propagation", "private", "sh", "-c", script], check=True)


def bootstrapped(folder):
    """A small Debian, made once for all roots."""
    if not (folder / ".done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        say("a small Debian, by debootstrap")
        log = folder.with_suffix(".log")
        with open(log, "w") as words:
            command = ["debootstrap", "--variant=minbase", "bookworm", str(folder)]
            subprocess.run(command, stdout=words, stderr=words, check=True)
        (folder / ".done").touch()
    return folder


def lend(root):
    """What this machine needs to reach others, the root needs too."""
    shutil.copy("/etc/resolv.conf", root.path("/etc/resolv.conf"))
    shutil.copy("/etc/hosts", root.path("/etc/hosts"))
    for file in pathlib.Path("/etc/apt/apt.conf.d").iterdir():
        if "Acquire" in file.read_text():
            shutil.copy(file, root.path("/etc/apt/apt.conf.d") / file.name)
    root.path("/lent").mkdir(exist_ok=True)
    for name in certificates:
        if name in os.environ:
            shutil.copy(os.environ[name], root.path("/lent") / name)


def make(root):
    shutil.rmtree(root.folder, ignore_errors=True)
    subprocess.run(["cp", "-a", str(bootstrapped(root.clean)), str(root.folder)], check=True)
    (root.folder / ".done").unlink()
    lend(root)
    if root.base.startswith("swift:"):
        swift = pathlib.Path(shutil.which("swift") or "/nowhere").resolve()
        # .../usr/bin/swift; in the image it is in /usr itself.
        root.toolchain = swift.parent.parent.parent
        root.path("/opt/swift").mkdir(parents=True, exist_ok=True)
        root.run("apt-get update -qq && apt-get install -qq -y --no-install-recommends " + " ".join(of_swift) + " >/dev/null", {})


def install(where, name, packages, clean):
    """A root with some of Debian's packages."""
    root = Root(where / name, "debian", clean)
    if not (root.folder / ".done").exists():
        say(f"a root with {' '.join(packages)}")
        make(root)
        root.run("apt-get update -qq && apt-get install -qq -y --no-install-recommends " + " ".join(packages) + " >/dev/null", {})
        (root.folder / ".done").touch()
    return root
