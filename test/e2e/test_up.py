"""slipway up and down: what they keep, and what they refuse without harming anything (ux 1.3.2, 1.3.5)."""

import hashlib
import os
import pathlib
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import unittest

from fleet import SLIPWAY, Fleet
from hub import Hub


def slipway(*arguments, **options):
    return subprocess.run([SLIPWAY, *arguments], capture_output=True, text=True, timeout=120, **options)


def contents(directory, but=()):
    """Every file and directory below with its mode and its bytes."""
    found = {}
    for path in sorted(pathlib.Path(directory).rglob("*")):
        name = str(path.relative_to(directory))
        if name not in but:
            found[name] = (path.stat().st_mode, hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "")
    return found


class Refusing(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="slipway-up-")
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.addCleanup(lambda: slipway("down", "--data-dir", self.data))  # of a fleet that started and should not have
        self.data = os.path.join(self.root, "data")

    def refused(self, arguments, *wanted, **options):
        """Exit code 2, nothing on stdout, exactly one message on stderr that contains each of `wanted`."""
        done = slipway(*arguments, **options)
        self.assertEqual(done.returncode, 2, f"{arguments}\n{done.stdout}{done.stderr}")
        self.assertEqual(done.stdout, "")
        self.assertTrue(done.stderr.startswith("✗ "), done.stderr)
        self.assertEqual(done.stderr.count("✗"), 1, done.stderr)
        for text in wanted:
            self.assertIn(text, done.stderr)

    def up(self, *more):
        return ["up", "--data-dir", self.data, "--port", "0", *more]

    def stopped_fleet(self):
        with Fleet(data_dir=self.data, members=1):
            pass
        return contents(self.data)

    def test_wrong_words(self):
        rows = [
            (["pu"], "'pu'", "did you mean 'up'?"),
            (["up", "--memebers", "3"], "'--memebers'", "did you mean '--members'?"),
            (["up", "--data-dir", self.data, "--port", "70000"], "--port 70000"),
            (["up", "--data-dir", self.data, "--port", "x"], "--port"),
            (self.up("--members", "-1"), "--members -1"),
            (self.up("--members", "x"), "--members"),
            (self.up("--members", "20000"), "--members 20000"),
            (self.up("--label", "environment"), "--label 'environment'"),
            (self.up("--label", "e=a:4"), "--label 'e=a:4'"),
            (self.up("--label", "member9:a=b"), "no member 'member9'"),
            (self.up("--store", "disk"), "--store disk", "sqlite", "memory"),
            (["down", "--timeout", "0"], "--timeout"),
        ]
        for arguments, *wanted in rows:
            with self.subTest(arguments=arguments):
                self.refused(arguments, *wanted)
                self.assertFalse(os.path.exists(self.data))  # nothing was even begun

    def test_help_and_version(self):
        for arguments in ([], ["help"], ["--help"], ["up", "--help"], ["help", "down"], ["help", "exit-codes"]):
            done = slipway(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
            self.assertLessEqual(len(done.stdout.splitlines()), 40)
        versions = {slipway(word).stdout for word in ("version", "--version")}
        self.assertRegex(versions.pop(), r"^slipway \d+\.\d+\.\d+\n$")
        self.assertFalse(versions)

    def test_running_fleet(self):
        with Fleet(data_dir=self.data, members=1) as fleet:
            self.refused(self.up(), f"process {fleet.pid()}", f"slipway down --data-dir {self.data}")
            self.assertEqual(Hub(fleet).get("/healthz")[0], 200)

    def test_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = str(other.getsockname()[1])
            wanted = (f"port {port} is in use", "--port 0")
            self.refused(["up", "--data-dir", self.data, "--port", port], *wanted)
            self.assertFalse(os.path.exists(os.path.join(self.data, "hub.db")))
            before = self.stopped_fleet()
            self.refused(["up", "--data-dir", self.data, "--port", port], *wanted)
        self.assertEqual(contents(self.data, but=["log"]), {k: v for k, v in before.items() if k != "log"})
        with Fleet(data_dir=self.data) as fleet:
            self.assertEqual(len(Hub(fleet).members()), 1)

    def test_directories_that_are_not_ours(self):
        def file_in_its_place():
            pathlib.Path(self.data).write_text("mine")

        def foreign():
            os.mkdir(self.data)
            pathlib.Path(self.data, "thesis.txt").write_text("mine")

        def newer():
            self.stopped_fleet()
            pathlib.Path(self.data, "format").write_text("slipway data directory, format 999\n")

        def broken_marker():
            self.stopped_fleet()
            pathlib.Path(self.data, "format").write_text("what?\n")

        def foreign_database():
            self.stopped_fleet()
            os.remove(os.path.join(self.data, "hub.db"))
            with sqlite3.connect(os.path.join(self.data, "hub.db")) as database:
                database.execute("CREATE TABLE thesis (page)")
            database.close()

        def no_database():
            self.stopped_fleet()
            pathlib.Path(self.data, "hub.db").write_bytes(b"not a database" * 1000)

        rows = [
            (file_in_its_place, "is not a directory", "--data-dir"),
            (foreign, "thesis.txt", "--data-dir"),
            (newer, "newer Slipway", "999"),
            (broken_marker, f"{self.data}/format"),
            (foreign_database, "hub.db"),
            (no_database, "hub.db"),
        ]
        for make, *wanted in rows:
            with self.subTest(make.__name__):
                make()
                before = contents(self.root)
                self.refused(self.up(), *wanted)
                self.assertEqual(contents(self.root), before)
                shutil.rmtree(self.data) if os.path.isdir(self.data) else os.remove(self.data)

    def test_damaged_database(self):
        self.stopped_fleet()
        database = pathlib.Path(self.data, "hub.db")
        whole = database.read_bytes()
        database.write_bytes(whole[:4096] + b"\x55" * (len(whole) - 4096))  # the head is good, what follows is not
        before = contents(self.data, but=["log", "lock"])
        self.refused(self.up(), "hub.db")
        self.assertEqual(contents(self.data, but=["log", "lock"]), before)
        database.write_bytes(whole)  # from a backup
        with Fleet(data_dir=self.data) as fleet:
            self.assertEqual(len(Hub(fleet).members()), 1)

    def test_unreadable_directory(self):
        if os.geteuid() != 0:
            os.mkdir(self.data, 0)
            self.refused(self.up(), "Permission denied", "--data-dir")
            return
        # Permissions do not bind root: another user runs a copy of the program that it can reach.
        os.chmod(self.root, 0o755)
        program = shutil.copy(SLIPWAY, self.root)
        os.chmod(program, 0o755)
        os.mkdir(self.data, 0o700)
        done = subprocess.run([program, *self.up()], capture_output=True, text=True, timeout=60, user=65534, group=65534)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("✗"), 1)
        self.assertIn("Permission denied", done.stderr)
        self.assertIn("--data-dir", done.stderr)
        self.assertEqual(os.listdir(self.data), [])


class Keeping(unittest.TestCase):
    def setUp(self):
        self.data = tempfile.mkdtemp(prefix="slipway-up-")
        self.addCleanup(shutil.rmtree, self.data, ignore_errors=True)

    def test_restart_keeps_state_port_and_members(self):
        with Fleet(data_dir=self.data) as fleet:
            hub = Hub(fleet)
            port = hub.port
            self.assertEqual(hub.labels(), {
                "member1": {"environment": "canary", "order": "2"},
                "member2": {"environment": "staging"},
                "member3": {"environment": "canary", "order": "1"},
            })
            status, made = hub.post("/api/v1/namespaces/default/configmaps", {"metadata": {"name": "kept"}, "data": {"a": "b"}})
            self.assertEqual(status, 201, made)
            uids = hub.members()
        with Fleet(data_dir=self.data) as fleet:
            hub = Hub(fleet)
            self.assertEqual(hub.port, port)
            self.assertEqual(hub.members(), uids)
            status, kept = hub.get("/api/v1/namespaces/default/configmaps/kept")
            self.assertEqual((status, kept["data"], kept["metadata"]["uid"]), (200, {"a": "b"}, made["metadata"]["uid"]))

    def test_grows_and_never_shrinks(self):
        with Fleet(data_dir=self.data) as fleet:
            three = Hub(fleet).members()
        with Fleet(data_dir=self.data, members=5) as fleet:
            hub = Hub(fleet)
            five = hub.members()
            self.assertEqual(sorted(five), [f"member{i}" for i in range(1, 6)])
            self.assertEqual({name: five[name] for name in three}, three)
            self.assertEqual(hub.labels()["member1"], {"environment": "canary", "order": "2"})
            self.assertTrue(all(hub.get(f"/clusters/{name}/api/v1/namespaces/default")[0] == 200 for name in five))
        with Fleet(data_dir=self.data, members=2) as fleet:
            self.assertEqual(Hub(fleet).members(), five)

    def test_labels_are_distributed(self):
        fleet = Fleet(data_dir=self.data, store="memory")
        done = slipway("up", "--data-dir", self.data, "--port", "0", "--store", "memory", "--members", "5", "--label",
                       "environment=staging:20%,canary:40%,prod:rest", "--label", "order=index", "--label", "member5:order=9")
        try:
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("5/5 joined", done.stdout)
            self.assertEqual(
                [(one["environment"], one["order"]) for _, one in sorted(Hub(fleet).labels().items())],
                [("staging", "1"), ("canary", "2"), ("canary", "3"), ("prod", "4"), ("prod", "9")],
            )
        finally:
            fleet.down()

    def test_memory_keeps_nothing(self):
        with Fleet(data_dir=self.data, store="memory", members=1) as fleet:
            before = Hub(fleet).members()
        self.assertFalse(os.path.exists(os.path.join(self.data, "hub.db")))
        with Fleet(data_dir=self.data, store="memory", members=1) as fleet:
            after = Hub(fleet).members()
        self.assertEqual(sorted(after), sorted(before))
        self.assertNotEqual(after, before)  # other objects

    def test_down(self):
        for directory in (self.data, os.path.join(self.data, "none")):
            done = slipway("down", "--data-dir", directory)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("nothing to stop", done.stdout)
        fleet = Fleet(data_dir=self.data, members=1)
        fleet.up()
        process = os.pidfd_open(fleet.pid())
        self.addCleanup(os.close, process)
        done = fleet.down()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(select.select([process], [], [], 0)[0], [process])  # it has waited for the end

    def test_foreground_ends_on_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                command = [SLIPWAY, "up", "--foreground", "--data-dir", self.data, "--port", "0", "--members", "1"]
                with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
                    lines = []
                    for line in process.stdout:
                        lines.append(line)
                        if line.startswith("Stop"):
                            break
                    self.assertIn("1/1 joined", "".join(lines))
                    process.send_signal(number)
                    _, errors = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 0, errors)
                with Fleet(data_dir=self.data) as fleet:  # nothing was left locked or half written
                    self.assertEqual(list(Hub(fleet).members()), ["member1"])


if __name__ == "__main__":
    unittest.main()
