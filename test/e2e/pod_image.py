"""The image of docs/kubernetes.md, as far as it can be had without a registry: what its Dockerfile says, and a root file system with our
program, the libraries that it is linked with, and nothing else: no shell, no /etc, no other package."""

import dataclasses
import functools
import json
import os
import pathlib
import re
import shutil
import subprocess

import fleet as local
from pod_runtime import MOUNT_POINTS

DOCUMENT = pathlib.Path(local.ROOT, "docs/kubernetes.md")


@dataclasses.dataclass
class Dockerfile:
    base: str
    packages: list
    program: str  # where it puts ours
    user: int
    entrypoint: list


def read_dockerfile():
    text = next(block for block in re.findall(r"```\n(.*?)```", DOCUMENT.read_text(), re.DOTALL) if block.startswith("FROM "))
    line = lambda word: re.search(rf"^{word} (.*)$", text, re.MULTILINE).group(1)
    installed = re.search(r"apt-get install -y --no-install-recommends ([^&]*)", text)
    return Dockerfile(
        base=line("FROM"),
        packages=installed.group(1).split() if installed else [],
        program=line("COPY slipway"),
        user=int(line("USER")),
        entrypoint=json.loads(line("ENTRYPOINT")),
    )


def libraries(program):
    """The shared libraries a program is loaded with, and its loader."""
    done = subprocess.run(["ldd", program], capture_output=True, text=True, timeout=30)
    if "not found" in done.stdout:
        raise RuntimeError(done.stdout)
    return re.findall(r"(/\S+) \(0x", done.stdout)  # none: it is static


@dataclasses.dataclass
class Image:
    root: str
    dockerfile: Dockerfile

    def make_mount_point(self, path, *, is_file=False):
        """A runtime makes what it mounts on, whatever the image has there."""
        target = pathlib.Path(self.root + path)
        (target.parent if is_file else target).mkdir(parents=True, exist_ok=True)
        if is_file:
            target.touch()


def build(directory):
    dockerfile = read_dockerfile()
    image = Image(os.path.join(directory, "image"), dockerfile)
    for source, target in [(local.SLIPWAY, dockerfile.program), *((path, path) for path in libraries(local.SLIPWAY))]:
        os.makedirs(os.path.dirname(image.root + target), exist_ok=True)
        shutil.copy(source, image.root + target)  # what a link leads to
    for path in MOUNT_POINTS:
        image.make_mount_point(f"/{path}")
    return image


@functools.cache
def _installed():
    """{package: (is it in the smallest Debian, its dependencies as lists of alternatives)}"""
    form = "${Package}\t${Priority}\t${Essential}\t${Pre-Depends}, ${Depends}\n"
    found = {}
    for line in subprocess.run(["dpkg-query", "-W", "-f", form], check=True, capture_output=True, text=True).stdout.splitlines():
        name, priority, essential, depends = line.split("\t")
        alternatives = [re.findall(r"(?:^|\| *)([a-z0-9.+-]+)", one.strip()) for one in depends.split(",") if one.strip()]
        # The slim images are what debootstrap calls the minimal variant: required packages, and apt.
        found[name] = (priority == "required" or essential == "yes" or name == "apt", alternatives)
    return found


def with_dependencies(packages):
    """These packages of this machine, those of the base image, and what all of them depend on."""
    installed = _installed()
    found, left = set(), [*packages, *(name for name, (is_base, _) in installed.items() if is_base)]
    while left:
        name = left.pop()
        if name not in installed:
            raise RuntimeError(f"the package {name} is not installed here")
        if name not in found:
            found.add(name)
            left += [next((one for one in some if one in installed), name) for some in installed[name][1]]
    return found


def package_of(path):
    """The Debian package a file of this machine is from; a merged /usr knows it by one of two names."""
    real = os.path.realpath(path)
    for candidate in dict.fromkeys([real, real.removeprefix("/usr"), path, f"/usr{path}"]):
        done = subprocess.run(["dpkg-query", "-S", candidate], capture_output=True, text=True, timeout=30)
        if done.returncode == 0:
            return done.stdout.split(":")[0]
    raise RuntimeError(f"no package has {path}")
