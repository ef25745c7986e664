"""A fleet that was put together with `slipway install` and `slipway join` alone: its controllers and agents have the service
accounts that install made, and what join handed out, and no other rights."""

import base64
import json
import os
import pathlib
import subprocess

import fleet as local
from real_process import Program
from remote import ServersOnly

LABELS = {
    "member1": ["environment=canary", "order=2"],
    "member2": ["environment=staging"],
    "member3": ["environment=canary", "order=1"],
}
SYSTEM = "fleet-system"


class Installed:
    """`kubeconfig` has a context "hub" and one for each member. `account_user(context, name)` gives a kubeconfig's user, as a map,
    that is the service account `name` of fleet-system there. `hub_url` is where agents find the hub."""

    def __init__(self, kubeconfig, kubectl, directory, hub_url, account_user, join_flags=lambda name: []):
        self.kubeconfig = kubeconfig
        self.kubectl = kubectl
        self.directory = directory
        self.hub_url = hub_url
        self.account_user = account_user
        self.join_flags = join_flags
        self.programs = {}

    def slipway(self, *arguments, timeout=120):
        """The exit code, standard output and standard error."""
        environment = dict(os.environ, KUBECONFIG=self.kubeconfig)
        done = subprocess.run([local.SLIPWAY, *arguments], env=environment, capture_output=True, text=True, timeout=timeout)
        return done.returncode, done.stdout, done.stderr

    def must(self, *arguments, **options):
        """Standard error of a command that succeeds."""
        code, _, text = self.slipway(*arguments, **options)
        if code != 0:
            raise AssertionError(f"$ slipway {' '.join(arguments)}\nended with {code}:\n{text}\n{self.logs()}")
        return text

    def run_kubectl(self, context, *arguments, text=None):
        command = [self.kubectl, "--kubeconfig", self.kubeconfig, "--context", context, *arguments]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise AssertionError(f"$ kubectl --context {context} {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def get(self, context, *arguments):
        return json.loads(self.run_kubectl(context, "get", *arguments, "-o", "json"))

    def join_arguments(self, name, *more):
        arguments = ["join", name, "--member-context", name, "--hub-context", "hub", "--hub-address", self.hub_url, "--heartbeat", "15s"]
        for label in LABELS[name]:
            arguments += ["--label", label]
        return [*arguments, *self.join_flags(name), *more]

    def kubeconfig_of_account(self, context, account):
        """A kubeconfig for that cluster as that service account."""
        view = ["config", "view", "--raw", "--minify", "-o", "json"]
        config = json.loads(self.run_kubectl(context, *view))
        config["users"] = [{"name": config["users"][0]["name"], "user": self.account_user(context, account)}]
        path = os.path.join(self.directory, f"{account}-of-{context}")
        pathlib.Path(path).write_text(json.dumps(config))
        return path

    def write_hub_secret(self, name):
        """What the agent's Deployment would mount, as files; the path of the kubeconfig among them."""
        data = self.get(name, "secret", "slipway-hub", "-n", SYSTEM)["data"]
        directory = os.path.join(self.directory, f"hub-of-{name}")
        os.makedirs(directory, exist_ok=True)
        for key, value in data.items():
            pathlib.Path(directory, key).write_bytes(base64.b64decode(value))
        return os.path.join(directory, "kubeconfig")

    def start_controllers(self):
        access = self.kubeconfig_of_account("hub", "slipway-controllers")
        self._start("controllers", ["controllers", "--kubeconfig", access, "--leader-elect=true", "-v=1"])

    def start_agent(self, name):
        command = ["agent", "--hub-kubeconfig", self.write_hub_secret(name), "--member-name", name, "-v=1", "--leader-elect=true"]
        command += ["--leader-election-namespace", SYSTEM, "--member-kubeconfig", self.kubeconfig_of_account(name, "slipway-agent")]
        self._start(f"agent-{name}", command)

    def _start(self, name, arguments):
        self.programs[name] = Program(name, [local.SLIPWAY, *arguments], self.directory)
        self.programs[name].start()

    def refusals(self, joined):
        """Lines of the logs that tell of a right that is missing. An agent may ask its hub before that lets it in, which it had by
        the time `joined`."""
        found = []
        for name, program in self.programs.items():
            for line in program.log().splitlines():
                is_early = name.startswith("agent-") and line < joined
                if "forbidden" in line.lower() and not is_early:
                    found.append(f"{name}: {line}")
        return found

    def logs(self):
        return "".join(f"--- {program.log_path}\n{program.log()[-3000:]}\n" for program in self.programs.values())

    def close(self):
        for program in self.programs.values():
            program.kill()


class InstalledServers(ServersOnly):
    """The API servers of `slipway up`, which enforce RBAC but give no tokens: a service account is a certificate with its user and
    groups, and a member shows the hub its certificate."""

    def account_user(self, _, account):
        user = f"system:serviceaccount:{SYSTEM}:{account}"
        subject = f"/O=system:serviceaccounts/O=system:serviceaccounts:{SYSTEM}/CN={user}"
        pki, path = os.path.join(self.data_dir, "pki"), os.path.join(self.data_dir, account)
        for command in (
            ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{path}.key"],
            ["req", "-new", "-key", f"{path}.key", "-subj", subject, "-out", f"{path}.csr"],
            ["x509", "-req", "-in", f"{path}.csr", "-CA", f"{pki}/ca.crt", "-CAkey", f"{pki}/ca.key", "-CAserial", f"{path}.srl"]
            + ["-CAcreateserial", "-days", "2", "-out", f"{path}.crt"],
        ):
            subprocess.run(["openssl", *command], check=True, capture_output=True, timeout=30)
        encoded = {part: base64.b64encode(pathlib.Path(f"{path}.{part}").read_bytes()).decode() for part in ("crt", "key")}
        return {"client-certificate-data": encoded["crt"], "client-key-data": encoded["key"]}

    def join_flags(self, name):
        pki = os.path.join(self.data_dir, "pki")
        return ["--client-certificate", f"{pki}/member-{name}.crt", "--client-key", f"{pki}/member-{name}.key"]
