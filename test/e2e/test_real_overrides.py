"""Overrides and envelopes on a real hub."""

import unittest

import real
import test_overrides


@unittest.skipUnless(real.is_built(), real.NO_KUBERNETES)
class OverridesOnRealKubernetes(test_overrides.OnAFleet):
    def test_a_staged_run_delivers_them(self):
        self.use(real.RealFleet(simulated=True))
        try:
            self.play()
        except AssertionError as error:
            self.fail(f"{error}\n{self.fleet.logs()}")


if __name__ == "__main__":
    unittest.main()
