"""The page with `slipway controllers` and one `slipway agent` a member as processes of their own, over TLS, on API servers
that run nothing themselves. The controllers go through one identity's kubeconfig, each agent through its member's certificate."""

import os
import random
import subprocess
import time
import unittest

import fleet as local
import page
from fleet import Shell, find_kubectls
from play import play
from remote import RemoteFleet

JOINED = "kubectl wait memberclusters --all --for=condition=Joined --timeout=60s"
KILLS = int(os.environ.get("SLIPWAY_KILLS", "5"))


class Remote(unittest.TestCase):
    def play_page(self, steps, *, compare_recorded, after_step=None):
        with RemoteFleet() as remote:
            shell = Shell(find_kubectls()[-1], remote.servers.kubeconfig)
            try:
                shell.output(JOINED)
                begin = time.monotonic()
                play(shell, steps, compare_recorded=compare_recorded, after_step=after_step and after_step(remote))
                print(f"the page took {time.monotonic() - begin:.1f} s")
                for name, process in [("controllers", remote.controllers), *remote.agents.items()]:
                    self.assertTrue(process.is_running(), f"{name} ended:\n{process.log()}")
                    now, most, cpu = process.memory()
                    print(f"{name}: {now / 1024:.1f} MiB resident ({most / 1024:.1f} at most), {cpu:.2f} CPU seconds")
                for process in remote.processes():
                    self.assertEqual(process.stop(), 0, process.log())
            except AssertionError as error:
                self.fail(f"{error}\n{remote.logs()}")
            finally:
                shell.close()

    def test_page_with_recorded_comparison(self):
        self.play_page(page.cluster_scope("8s"), compare_recorded=True)

    def play_with_kills(self, strike):
        """`strike(remote)` after some steps, chosen by a seed: while what the step's command set off is under way."""
        steps = page.cluster_scope("2s")
        seed = int(os.environ.get("SLIPWAY_SEED", str(random.SystemRandom().randrange(1 << 32))))
        positions = set(random.Random(seed).sample(range(len(steps) - 1), min(KILLS, len(steps) - 1)))
        print(f"seed {seed}: killed after steps {sorted(positions)}")
        self.play_page(
            steps,
            compare_recorded=False,
            after_step=lambda remote: lambda position, _: strike(remote) if position in positions else None,
        )

    def test_page_survives_kill_9_of_the_controllers(self):
        def strike(remote):
            for process in (remote.controllers, remote.agents["member2"]):
                process.kill()
                process.start()

        self.play_with_kills(strike)

    def test_page_survives_kill_9_of_the_api_servers(self):
        def strike(remote):
            remote.servers.kill()
            remote.servers.up()

        self.play_with_kills(strike)


class ExitCodes(unittest.TestCase):
    def run_slipway(self, *arguments, **environment):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "KUBE", "MEMBER_"))}
        done = subprocess.run(
            [local.SLIPWAY, *arguments], env=clean | environment, capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stderr

    def test_mistakes_are_named(self):
        for arguments, environment, code, words in (
            (["controllers", "--kubeconfig", "/nowhere"], {}, 2, "/nowhere"),
            (["controllers", "--kubeconfig", "/dev/null", "-v=x"], {}, 2, "--verbosity"),
            (["controllers", "--cluster-unhealthy-threshold=2h"], {}, 2, "30s to 1h0m0s"),
            (["agent", "--member-name", "m"], {}, 2, "HUB_SERVER_URL"),
            (["agent"], {"HUB_SERVER_URL": "https://h"}, 2, "MEMBER_CLUSTER_NAME"),
            (["agent", "--member-name", "m"], {"HUB_SERVER_URL": "http://h", "CONFIG_PATH": "/x"}, 2, "https://"),
            (["agent", "--member-name", "m"], {"HUB_SERVER_URL": "https://h"}, 2, "CONFIG_PATH"),
        ):
            with self.subTest(arguments=arguments):
                got, text = self.run_slipway(*arguments, **environment)
                self.assertEqual(got, code, text)
                self.assertIn(words, text)

    def test_unreachable_and_refused(self):
        with RemoteFleet(members=()) as remote:
            servers = remote.servers
            nobody = servers.hub_kubeconfig("nobody", "{token: wrong}")
            code, text = self.run_slipway("controllers", "--kubeconfig", nobody)
            self.assertEqual(code, 9, text)
            remote.controllers.kill()
            servers.kill()
            code, text = self.run_slipway("controllers", "--kubeconfig", servers.kubeconfig)
            self.assertEqual(code, 10, text)
            self.assertIn("cannot connect to", text)


if __name__ == "__main__":
    unittest.main()
