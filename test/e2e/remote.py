"""Controllers and agents as processes of their own, over TLS, against a fleet that serves API servers only."""

import os
import pathlib
import signal
import subprocess

import fleet as local


class ServersOnly(local.Fleet):
    """A hub and members that nobody works on: no controllers, no agents. The members' workloads are simulated."""

    def up(self):
        command = [local.SLIPWAY, "up", "--data-dir", self.data_dir, "--store", self.store, "--without-controllers"]
        if not os.path.exists(self.kubeconfig):
            command += ["--port", "0"]
        if self.members is not None:
            command += ["--members", str(self.members)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"slipway up ended with {done.returncode}:\n{done.stdout}{done.stderr}{self.log()}")
        return done.stdout

    def server(self):
        """The hub's URL."""
        for line in pathlib.Path(self.kubeconfig).read_text().splitlines():
            if "server: " in line and "/clusters/" not in line:
                return line.split("server: ")[1].strip().strip('"')
        raise RuntimeError("no server in the kubeconfig")

    def member_kubeconfig(self, name):
        """A kubeconfig for the hub with the member's own certificate."""
        pki = os.path.join(self.data_dir, "pki")
        return self.hub_kubeconfig(name, f"{{client-certificate: {pki}/member-{name}.crt, client-key: {pki}/member-{name}.key}}")

    def hub_kubeconfig(self, name, user):
        """A kubeconfig for the hub and the given user, in YAML."""
        path = os.path.join(self.data_dir, f"hub-for-{name}")
        pathlib.Path(path).write_text(
            f"""apiVersion: v1
kind: Config
current-context: hub
contexts:
- name: hub
  context: {{cluster: hub, user: agent}}
clusters:
- name: hub
  cluster: {{server: "{self.server()}", certificate-authority: pki/ca.crt}}
users:
- name: agent
  user: {user}
"""
        )
        return path


class Process:
    """A `slipway controllers` or `slipway agent`."""

    def __init__(self, arguments, log_path):
        self.arguments = [local.SLIPWAY] + arguments
        self.log_path = log_path
        self.process = None

    def start(self):
        with open(self.log_path, "a") as log:
            self.process = subprocess.Popen(self.arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def kill(self):
        self.process.kill()
        self.process.wait(30)

    def stop(self):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def memory(self):
        return local.memory_of(self.process.pid)

    def log(self):
        return pathlib.Path(self.log_path).read_text()


class RemoteFleet:
    """Servers, controllers and one agent for each member, each a process; a context manager."""

    def __init__(self, members=("member1", "member2", "member3")):
        self.servers = ServersOnly()
        self.names = members

    def __enter__(self):
        self.servers.up()
        self.controllers = self.make_controllers()
        self.agents = self.make_agents()
        for process in self.processes():
            process.start()
        return self

    def make_controllers(self):
        """To be started."""
        return Process(
            ["controllers", "--kubeconfig", self.servers.kubeconfig, "--context", "hub", "-v=1", "-add_dir_header"],
            os.path.join(self.servers.data_dir, "controllers.log"),
        )

    def agent_arguments(self, name):
        arguments = ["agent", "--hub-kubeconfig", self.servers.member_kubeconfig(name), "--member-kubeconfig", self.servers.kubeconfig]
        return [*arguments, "--member-context", name, "--member-name", name]

    def make_agents(self):
        """One for each member, to be started."""
        log = lambda name: os.path.join(self.servers.data_dir, f"agent-{name}.log")
        return {name: Process([*self.agent_arguments(name), "--leader-elect=true", "-v=1"], log(name)) for name in self.names}

    def processes(self):
        return [self.controllers, *self.agents.values()]

    products = processes  # by the name that fleets on real Kubernetes use

    @property
    def kubeconfig(self):
        return self.servers.kubeconfig

    def logs(self):
        return "".join(f"--- {process.log_path}\n{process.log()[-3000:]}\n" for process in self.processes())

    def __exit__(self, *_):
        for process in self.processes():
            if process.is_running():
                process.kill()
        self.servers.__exit__()
