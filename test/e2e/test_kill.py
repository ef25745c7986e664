"""kill -9 at random moments of the page, with restart: the page ends the same, and every acknowledged write is there.

Half of the kills come right after a command was acknowledged, which is when a lost write would show. The other half come in the
middle of the work that commands set off: after a random number of events of a watch, never after a time."""

import json
import os
import pathlib
import random
import re
import ssl
import threading
import unittest
import http.client

import page
from fleet import Fleet, Shell, find_kubectls
from play import play

KILLS = int(os.environ.get("SLIPWAY_KILLS", "20"))
WATCHED = "/apis/placement.kubernetes-fleet.io/v1beta1/works?watch=1"


class Restarter:
    """Kills the fleet and starts it again; whoever was talking to it meanwhile can tell and wait."""

    def __init__(self, fleet):
        self.fleet = fleet
        self.kills = 0
        self.lock = threading.Lock()

    def kill(self):
        with self.lock:
            self.fleet.kill()
            self.fleet.up()
            self.kills += 1

    def settled(self):
        """The number of kills so far, once none is under way."""
        with self.lock:
            return self.kills


class ForgivingShell(Shell):
    """Types a command again if the fleet was killed under it. What had been done the first time is then no error."""

    def __init__(self, kubectl, fleet, restarter):
        super().__init__(kubectl, fleet.kubeconfig)
        self.restarter = restarter
        self.acknowledged = []  # (what kubectl called it)

    def run(self, command, timeout=180):
        while True:
            before = self.restarter.settled()
            done = super().run(command, timeout)
            if done.returncode == 0 or self.restarter.settled() == before:
                break
        if done.returncode != 0 and "already exists" in done.stderr:
            done.returncode = 0
            kind, name = re.search(r'\): (?:error when creating "STDIN": )?(\S+) "(\S+)" already exists', done.stderr).groups()
            plural, _, group = kind.partition(".")
            done.stdout = f"{singular(plural)}{'.' + group if group else ''}/{name} created\n"
        done.stdout = done.stdout.replace(" patched (no change)", " patched").replace(" unchanged\n", " created\n")
        self.acknowledged += re.findall(r"^(\S+/\S+) created$", done.stdout, re.MULTILINE)
        return done


def singular(plural):
    return plural[:-3] + "y" if plural.endswith("ies") else plural[:-1]


class EventKiller(threading.Thread):
    """Kills after a random number of events of the watch on Works, again and again."""

    def __init__(self, fleet, restarter, chance, count):
        super().__init__()
        self.fleet, self.restarter, self.chance, self.left = fleet, restarter, chance, count
        self.stopping = False
        self.error = None

    def run(self):
        try:
            while self.left > 0 and not self.stopping:
                if self.wait_for_events(self.chance.randrange(2, 14)) and not self.stopping:
                    self.left -= 1
                    self.restarter.kill()
        except Exception as error:  # noqa: BLE001: shown by the test
            self.error = error

    def wait_for_events(self, count):
        pki = os.path.join(self.fleet.data_dir, "pki")
        context = ssl.create_default_context(cafile=os.path.join(pki, "ca.crt"))
        context.load_cert_chain(os.path.join(pki, "admin.crt"), os.path.join(pki, "admin.key"))
        port = int(re.search(r"https://127.0.0.1:(\d+)", pathlib.Path(self.fleet.kubeconfig).read_text()).group(1))
        self.restarter.settled()
        self.connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=300)
        try:
            self.connection.request("GET", WATCHED)
            with self.connection.getresponse() as answer:
                for line in answer:
                    if json.loads(line)["type"] != "BOOKMARK":
                        count -= 1
                    if count == 0:
                        return True
        except (OSError, http.client.HTTPException, ValueError):
            pass  # killed by the other half, or the test is over
        finally:
            self.connection.close()
        return False

    def stop(self):
        self.stopping = True
        self.restarter.kill()  # ends the watch
        self.join()


class Killed(unittest.TestCase):
    def test_page_survives_kill_9(self):
        seed = int(os.environ.get("SLIPWAY_SEED", str(random.SystemRandom().randrange(1 << 32))))
        chance = random.Random(seed)
        steps = page.cluster_scope("2s") + page.namespace_scope("2s")
        positions = set(chance.sample(range(len(steps) - 1), min(KILLS - KILLS // 2, len(steps) - 1)))
        with Fleet() as fleet:
            restarter = Restarter(fleet)
            shell = ForgivingShell(find_kubectls()[-1], fleet, restarter)
            killer = EventKiller(fleet, restarter, chance, KILLS // 2)
            killer.start()
            try:
                play(shell, steps, compare_recorded=False, after_step=lambda position, _: restarter.kill() if position in positions else None)
                killer.stop()  # with one more kill at the end: what is there now is what the disk has
                for name in sorted(set(shell.acknowledged)):
                    places = ("", " -n test-namespace", f" -n {page.NAMESPACE}")
                    found = any(shell.run(f"kubectl get {name}{place}").returncode == 0 for place in places)
                    self.assertTrue(found, f"{name} was acknowledged and is gone")
            except (AssertionError, RuntimeError) as error:
                self.fail(f"seed {seed}, after {restarter.kills} kills: {error}\nlog of the fleet:\n{fleet.log()[-3000:]}")
            finally:
                if killer.is_alive():
                    killer.stop()
                shell.close()
            self.assertIsNone(killer.error)
            print(f"killed {restarter.kills} times, {len(set(shell.acknowledged))} acknowledged objects found, seed {seed}")


if __name__ == "__main__":
    unittest.main()
