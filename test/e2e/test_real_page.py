"""The page, unchanged and compared with the recording after each step, on a real hub: with real members, and with simulated ones."""

import time
import unittest

import page
import real
from fleet import Shell
from play import play


@unittest.skipUnless(real.is_built(), real.NO_KUBERNETES)
class ThePageOnRealKubernetes(unittest.TestCase):
    def setUp(self):
        self.took = []
        self.last = None

    def note_step(self, _, step):
        now = time.monotonic()
        if self.last is not None:
            self.took.append((now - self.last, step.title))
        self.last = now

    def print_slowest(self):
        for seconds, title in sorted(self.took, reverse=True)[:5]:
            print(f"  {seconds:.1f} s {title}")

    def play_page(self, steps, **options):
        with real.RealFleet(**options) as fleet:
            print("; ".join(fleet.laps))
            shell = Shell(fleet.kubectl, fleet.kubeconfig)
            try:
                begin = time.monotonic()
                play(shell, steps, after_step=self.note_step)
                print(f"the page took {time.monotonic() - begin:.1f} s")
                self.print_slowest()
                for program in fleet.products():
                    self.assertTrue(program.is_running(), f"{program.name} ended")
                    now, most, cpu = program.memory()
                    print(f"{program.name}: {now / 1024:.1f} MiB resident ({most / 1024:.1f} at most), {cpu:.2f} CPU seconds")
                    self.assertEqual(program.stop(), 0, program.name)
            except AssertionError as error:
                self.fail(f"{error}\n{fleet.logs()}")
            finally:
                shell.close()

    def test_real_members(self):
        self.play_page(page.cluster_scope("8s") + page.namespace_scope("2s"))

    def test_simulated_members(self):
        self.play_page(page.cluster_scope("8s") + page.namespace_scope("2s"), simulated=True)


if __name__ == "__main__":
    unittest.main()
