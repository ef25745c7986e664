"""Plain HTTPS to a fleet's API servers, without kubectl."""

import http.client
import json
import pathlib
import re
import ssl


class Hub:
    """One caller: by default the admin of the fleet's kubeconfig, else who the certificate and key files name (None, None:
    nobody)."""

    def __init__(self, fleet, certificate="pki/admin.crt", key="pki/admin.key"):
        self._directory = pathlib.Path(fleet.data_dir)
        text = pathlib.Path(fleet.kubeconfig).read_text()
        self.port = int(re.search(r"https://127\.0\.0\.1:(\d+)", text).group(1))
        self.tls = ssl.create_default_context(cafile=str(self._directory / "pki/ca.crt"))
        if certificate is not None:
            self.tls.load_cert_chain(self._directory / certificate, self._directory / key)

    def connect(self):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=self.tls, timeout=30)

    def request(self, method, path, body=None, headers=None):
        """The status, and the body: decoded when it is JSON."""
        connection = self.connect()
        try:
            data = body if body is None or isinstance(body, (bytes, str)) else json.dumps(body)
            given = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, data, {**given, **(headers or {})})
            answer = connection.getresponse()
            content = answer.read()
            is_json = answer.headers.get("Content-Type", "").startswith("application/json")
            return answer.status, json.loads(content) if is_json else content.decode()
        finally:
            connection.close()

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, body):
        return self.request("POST", path, body)

    def member_clusters(self):
        return self.get("/apis/cluster.kubernetes-fleet.io/v1/memberclusters")[1]["items"]

    def members(self):
        return {one["metadata"]["name"]: one["metadata"]["uid"] for one in self.member_clusters()}

    def labels(self):
        """Of each member, without those that the hub adds."""
        return {
            one["metadata"]["name"]: {
                key: value for key, value in one["metadata"].get("labels", {}).items() if "kubernetes-fleet.io/" not in key
            }
            for one in self.member_clusters()
        }
