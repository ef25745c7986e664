"""As test_takeover.py, on a real hub with real members."""

import unittest

import real
from test_takeover import TakesOver


@unittest.skipUnless(real.is_built(), real.NO_KUBERNETES)
class TakeoverOnRealKubernetes(TakesOver, unittest.TestCase):
    pass


TakeoverOnRealKubernetes.add_tests(real.RealFleet, ("cluster/c08-resumed",))

if __name__ == "__main__":
    unittest.main()
