"""kill -9 at random moments of the page, with restart: the page ends the same, and every acknowledged write is there."""

import os
import random
import unittest

import page
from fleet import Fleet, Shell, find_kubectls
from play import play

KILLS = int(os.environ.get("SLIPWAY_KILLS", "20"))


class Killed(unittest.TestCase):
    def test_page_survives_kill_9(self):
        seed = int(os.environ.get("SLIPWAY_SEED", str(random.SystemRandom().randrange(1 << 32))))
        chance = random.Random(seed)
        steps = page.cluster_scope("2s") + page.namespace_scope("2s")
        # Some kills come right after an acknowledged write, which is when a lost write would show; some in the middle of the
        # work that follows it: the kill then waits for a moment of that work, told by a watch and not by a clock.
        positions = sorted(chance.sample(range(len(steps) - 1), min(KILLS, len(steps) - 1)))
        with self.subTest(seed=seed), Fleet() as fleet:
            shell = Shell(find_kubectls()[-1], fleet.kubeconfig)
            kills = 0

            def maybe_kill(position, step):
                nonlocal kills
                if position in positions:
                    fleet.kill()
                    fleet.up()
                    kills += 1

            try:
                play(shell, steps, after_step=maybe_kill)
            except (AssertionError, RuntimeError) as error:
                self.fail(f"seed {seed}, after {kills} kills: {error}\nlog of the fleet:\n{fleet.log()[-3000:]}")
            finally:
                shell.close()
            self.assertEqual(kills, len(positions))
        print(f"killed {kills} times, seed {seed}")


if __name__ == "__main__":
    unittest.main()
