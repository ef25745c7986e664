"""The page, played with real kubectl against the real binary, both scopes, for the oldest and the newest kubectl here."""

import unittest

import page
from fleet import Fleet, Shell, find_kubectls, kubectl_version
from play import play


class ThePage(unittest.TestCase):
    def test_page_with_oldest_and_newest_kubectl(self):
        kubectls = find_kubectls()
        self.assertTrue(kubectls, "no kubectl from 1.27 on: script/kubectl installs one")
        chosen = kubectls[:1] + kubectls[-1:] if len(kubectls) > 1 else kubectls
        for kubectl in chosen:
            with self.subTest(kubectl=kubectl_version(kubectl)), Fleet() as fleet:
                shell = Shell(kubectl, fleet.kubeconfig)
                try:
                    # Long enough for the recording to be compared while the wait runs.
                    play(shell, page.cluster_scope("8s") + page.namespace_scope("2s"))
                except AssertionError as error:
                    self.fail(f"{error}\nlog of the fleet:\n{fleet.log()[-3000:]}")
                finally:
                    shell.close()


if __name__ == "__main__":
    unittest.main()
