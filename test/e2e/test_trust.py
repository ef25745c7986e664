"""Who may do what, over raw TLS: identities, roles, limits, and what never leaves the data directory (kube-api 11)."""

import base64
import pathlib
import socket
import ssl
import stat
import unittest
import warnings

from fleet import Fleet
from hub import Hub

WORKS = "/apis/placement.kubernetes-fleet.io/v1/namespaces/fleet-member-{}/works"
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


class Trust(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fleet = Fleet(members=2)
        cls.fleet.up()
        cls.addClassCleanup(cls.fleet.__exit__)
        cls.admin = Hub(cls.fleet)
        cls.member1 = Hub(cls.fleet, "pki/member-member1.crt", "pki/member-member1.key")
        cls.nobody = Hub(cls.fleet, None)

    def test_without_certificate_only_health_and_version(self):
        for path in ("/healthz", "/livez", "/readyz", "/version"):
            self.assertEqual(self.nobody.get(path)[0], 200, path)
        for path in ("/api", "/apis", "/api/v1/namespaces", "/openapi/v2", "/metrics", CONFIG_MAPS, "/clusters/member1/api/v1/namespaces",
                     "/apis/cluster.kubernetes-fleet.io/v1/memberclusters", "/api/v1/secrets"):
            status, body = self.nobody.get(path)
            self.assertEqual(status, 403, path)
            self.assertIn("system:anonymous", body["message"])
        self.assertEqual(self.nobody.post(CONFIG_MAPS, {"metadata": {"name": "x"}})[0], 403)
        for path in ("/healthz", "/api/v1/namespaces"):  # wrong credentials are never taken for none
            status, _ = self.nobody.request("GET", path, headers={"Authorization": "Bearer nonsense"})
            self.assertEqual(status, 401, path)

    def test_certificate_of_another_authority_is_refused(self):
        with Fleet(members=1) as other:
            stranger = Hub(self.fleet, None)
            pki = pathlib.Path(other.data_dir, "pki")
            stranger.tls.load_cert_chain(pki / "admin.crt", pki / "admin.key")
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                stranger.get("/healthz")

    def test_server_certificate_is_no_client_certificate(self):
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            Hub(self.fleet, "pki/server.crt", "pki/server.key").get("/healthz")

    def test_old_tls_is_refused(self):
        old = Hub(self.fleet)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            old.tls.minimum_version = ssl.TLSVersion.TLSv1
            old.tls.maximum_version = ssl.TLSVersion.TLSv1_1
        old.tls.set_ciphers("ALL:@SECLEVEL=0")  # else the client itself declines
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            old.get("/healthz")

    def test_member_stays_in_its_namespace(self):
        imc = "/apis/cluster.kubernetes-fleet.io/v1/namespaces/fleet-member-{0}/internalmemberclusters/{0}"
        allowed = [WORKS.format("member1"), imc.format("member1")]
        forbidden = [
            WORKS.format("member2"),
            imc.format("member2"),
            "/apis/placement.kubernetes-fleet.io/v1/works",
            "/api/v1/namespaces",
            "/api/v1/secrets",
            "/api/v1/namespaces/default/secrets",
            CONFIG_MAPS,
            "/apis/cluster.kubernetes-fleet.io/v1/memberclusters",
            "/apis/placement.kubernetes-fleet.io/v1/clusterresourceplacements",
            "/clusters/member2/api/v1/namespaces",
        ]
        for path in allowed:
            self.assertEqual(self.member1.get(path)[0], 200, path)
        for path in forbidden:
            status, body = self.member1.get(path)
            self.assertEqual(status, 403, path)
            self.assertIn("fleet-member-agent:member1", body["message"])
            self.assertEqual(self.admin.get(path)[0], 200, path)
        patch = {"Content-Type": "application/merge-patch+json"}
        for name, want in (("member1", 200), ("member2", 403)):
            change = {"status": {"resourceUsage": {"observationTime": "2030-01-01T00:00:00Z"}}}
            status, body = self.member1.request("PATCH", imc.format(name) + "/status", change, patch)
            self.assertEqual(status, want, body)
        binding = {
            "metadata": {"name": "mine"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "fleet-member-agent:member1"}],
        }
        self.assertEqual(self.member1.post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding)[0], 403)

    def test_files_are_for_their_owner(self):
        root = pathlib.Path(self.fleet.data_dir)
        for path in [root, *root.rglob("*")]:
            mode = stat.S_IMODE(path.stat().st_mode)
            self.assertEqual(mode, 0o700 if path.is_dir() else 0o600, path)

    def test_secrets_stay_secret(self):
        marker = "s3cr3t-marker-7c1f"
        encoded = base64.b64encode(marker.encode()).decode()
        secrets = "/api/v1/namespaces/default/secrets"
        secret = {"metadata": {"name": "quiet"}, "type": "Opaque", "data": {"key": encoded}}
        self.assertEqual(self.admin.post(secrets, secret)[0], 201)
        said = [
            self.admin.post(secrets, secret)[1],  # exists
            self.admin.post(secrets, {**secret, "metadata": {"name": "Not A Name"}})[1],
            self.admin.post(secrets, {**secret, "metadata": {"name": "wrong"}, "data": {"key": marker + "!"}})[1],  # no base64
            self.member1.post(secrets, secret)[1],
            self.nobody.request("GET", secrets, headers={"Authorization": f"Bearer {marker}"})[1],
            self.admin.get("/api/v1/events")[1],
        ]
        text = self.fleet.log() + "".join(str(one) for one in said)
        for word in (marker, encoded, "PRIVATE KEY"):
            self.assertNotIn(word, text)
        for key in pathlib.Path(self.fleet.data_dir, "pki").glob("*.key"):
            self.assertNotIn(key.read_text().splitlines()[1], text)

    def test_sizes_have_limits(self):
        large = {"metadata": {"name": "large"}, "data": {"a": "x" * (3 << 20)}}
        status, body = self.admin.post(CONFIG_MAPS, large)
        self.assertEqual((status, body["reason"]), (413, "RequestEntityTooLarge"))
        status, body = self.admin.request("GET", CONFIG_MAPS, headers={"X-Large": "x" * 100_000})
        self.assertEqual((status, body["code"]), (431, 431))
        self.assertEqual(self.admin.get("/healthz")[0], 200)

    def test_plain_text_is_not_answered(self):
        with socket.create_connection(("127.0.0.1", self.admin.port), timeout=30) as plain:
            plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
            try:
                answer = plain.recv(4096)
            except ConnectionError:
                answer = b""
            self.assertNotIn(b"HTTP/1.1 200", answer)


if __name__ == "__main__":
    unittest.main()
