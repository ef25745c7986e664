"""What a container runtime does for a kubelet, as far as our pods ask for it: `python3 pod_runtime.py SPEC` becomes a container.

It has mounts, processes, IPC and a host name of its own, the pod's network, the image as its root and nothing of the machine's, and the
pod's user without any capability. Its standard output and error are this process's. It lives no longer than this process, which passes
SIGTERM on and ends with the container's exit code, or 128 and the number of the signal that ended it.

Unlike a runtime it applies no seccomp profile and no limit of cpu or memory, and shows no /sys. It must be root, and may be so in a
container that has CAP_SYS_ADMIN.

SPEC is a file with JSON:
  root           the image: a directory that holds nothing else, with the mount points
  read_only      whether the root is
  mounts         [{"source": directory or file, or null for a new tmpfs, "target": path in the container, "read_only": bool}]
  network        the path of a network namespace
  hostname
  user, group, groups
  no_new_privileges
  command, environment
"""

import ctypes
import json
import os
import pathlib
import signal
import sys

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET = 0x20000, 0x4000000, 0x8000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}  # libc has no function for it
DEVICES = ("null", "zero", "full", "random", "urandom")
MOUNT_POINTS = ("proc", "dev")  # what an image must have beside those of the volumes

libc = ctypes.CDLL(None, use_errno=True)


def call(function, *arguments):
    """A function of libc that returns less than 0 when it fails."""
    if getattr(libc, function)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}{arguments}: {os.strerror(number)}")


def mount(source, target, kind=None, flags=0, options=None):
    as_bytes = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    call("mount", *as_bytes, ctypes.c_ulong(flags), None if options is None else os.fsencode(options))


def bind(source, target, read_only):
    if not os.path.isdir(source) and not os.path.exists(target):
        pathlib.Path(target).touch()
    mount(source, target, flags=MS_BIND | MS_REC)
    if read_only:
        mount(None, target, flags=MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def make_root(spec):
    """Mounts everything below the image and makes it the root; from here on nothing of the machine is to be seen."""
    mount(None, "/", flags=MS_REC | MS_PRIVATE)
    root = spec["root"]
    mount(root, root, flags=MS_BIND)
    mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    mount("tmpfs", f"{root}/dev", "tmpfs", MS_NOSUID, "mode=0755,size=64k")
    for device in DEVICES:
        bind(f"/dev/{device}", f"{root}/dev/{device}", read_only=False)
    for one in spec["mounts"]:
        target = root + one["target"]
        if one["source"] is None:
            mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0777")
        else:
            bind(one["source"], target, one["read_only"])
    if spec["read_only"]:
        mount(None, root, flags=MS_REMOUNT | MS_BIND | MS_RDONLY)
    os.chdir(root)
    call("syscall", PIVOT_ROOT[os.uname().machine], b".", b".")
    call("umount2", b".", MNT_DETACH)
    os.chdir("/")


def become(spec):
    """The pod's user, for good."""
    for capability in range(int(pathlib.Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
        call("prctl", PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.setgroups(spec["groups"])
    os.setresgid(spec["group"], spec["group"], spec["group"])
    os.setresuid(spec["user"], spec["user"], spec["user"])
    if spec["no_new_privileges"]:
        call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # the change of user took away what was set before it


def run(spec):
    """In the container, as its process 1; does not return."""
    try:
        make_root(spec)
        call("sethostname", os.fsencode(spec["hostname"]), len(os.fsencode(spec["hostname"])))
        become(spec)
        os.execve(spec["command"][0], spec["command"], spec["environment"])
    except BaseException as error:
        print(f"cannot start the container: {error!r}", file=sys.stderr, flush=True)
    os._exit(127)


def main():
    spec = json.loads(pathlib.Path(sys.argv[1]).read_text())
    network = os.open(spec["network"], os.O_RDONLY | os.O_CLOEXEC)
    call("setns", network, CLONE_NEWNET)
    call("unshare", CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID)
    # What arrives before the container is there is for it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    container = os.fork()
    if container == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        run(spec)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(container, signal.SIGTERM))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    _, status = os.waitpid(container, 0)
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
