"""Networks for pods: each is a network namespace of its own, so pods may listen on the same ports, and what listens on loopback only
cannot be reached. Addresses of other machines are forwarded over sockets of this process, which has its ends on both sides; names are
answered by a DNS server in the namespace. Nothing of the machine's own network is changed."""

import asyncio
import contextlib
import fcntl
import http.client
import os
import socket
import struct
import threading

from pod_runtime import CLONE_NEWNET, call

SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK, IFF_UP = 0x8913, 0x8914, 0x8916, 0x891C, 1
DNS_ADDRESS = "10.96.0.10"


@contextlib.contextmanager
def _elsewhere():
    """Whatever the thread does to its network namespace is undone at the end."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield
    finally:
        call("setns", home, CLONE_NEWNET)
        os.close(home)


def can_be_made():
    """Whether this process may make namespaces."""
    try:
        with _elsewhere():
            call("unshare", CLONE_NEWNET)
    except OSError:
        return False
    return True


def _interface(name, number, content):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        return fcntl.ioctl(one, number, struct.pack("16s24s", name.encode(), content))


def _address(text):
    return struct.pack("HH4s", socket.AF_INET, 0, socket.inet_aton(text))


def _set_up(addresses):
    (flags,) = struct.unpack_from("h", _interface("lo", SIOCGIFFLAGS, b""), 16)
    _interface("lo", SIOCSIFFLAGS, struct.pack("h", flags | IFF_UP))
    for position, address in enumerate(addresses):
        _interface(f"lo:{position}", SIOCSIFADDR, _address(address))
        _interface(f"lo:{position}", SIOCSIFNETMASK, _address("255.255.255.255"))


class Network:
    """One namespace. `own` is the pod's address."""

    def __init__(self, own):
        self.own = own
        self.sockets = []
        with _elsewhere():
            call("unshare", CLONE_NEWNET)
            self.descriptor = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    def path(self):
        """For whoever is to enter it."""
        return f"/proc/{os.getpid()}/fd/{self.descriptor}"

    @contextlib.contextmanager
    def inside(self):
        """Sockets that the calling thread makes are this network's, also afterwards."""
        with _elsewhere():
            call("setns", self.descriptor, CLONE_NEWNET)
            yield

    def get(self, port, path, timeout):
        """Status and body of a plain HTTP answer at the pod's address; 0 and the reason when there is none."""
        connection = http.client.HTTPConnection(self.own, port, timeout=timeout)
        try:
            with self.inside():
                connection.connect()
            connection.request("GET", path, headers={"User-Agent": "kube-probe", "Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(error)
        finally:
            connection.close()

    def close(self):
        os.close(self.descriptor)


def _dns_answer(question, names):
    """To a question with one name: its A record if there is one, nothing of other types, NXDOMAIN for other names."""
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode().lower())
        at += 1 + question[at]
    (kind,) = struct.unpack_from(">H", question, at + 1)
    address = names.get(".".join(labels))
    answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 5, 4) + socket.inet_aton(address) if address and kind == 1 else b""
    flags = 0x8580 if address else 0x8583
    return question[:2] + struct.pack(">HHHHH", flags, 1, 1 if answer else 0, 0, 0) + question[12 : at + 5] + answer


class _Dns(asyncio.DatagramProtocol):
    def __init__(self, names):
        self.names = names

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, sender):
        self.transport.sendto(_dns_answer(data, self.names), sender)


async def _copy(reader, writer):
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


class Networks:
    """Makes them, and forwards for all of them on one thread. `names` are what their DNS answers: {name: address}."""

    def __init__(self, names):
        self.names = names
        self.all = []
        self.ends = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def make(self, own, routes):
        """`routes`: {(address, port) as the pod sees it: port of this machine's loopback}."""
        network = Network(own)
        self.all.append(network)
        with network.inside():
            _set_up([own, DNS_ADDRESS, *dict.fromkeys(address for address, _ in routes)])
            listeners = [(socket.create_server(there, backlog=64), port) for there, port in routes.items()]
            dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            dns.bind((DNS_ADDRESS, 53))
        asyncio.run_coroutine_threadsafe(self._serve(listeners, dns), self.loop).result(30)
        return network

    async def _serve(self, listeners, dns):
        for listener, port in listeners:
            accept = lambda reader, writer, port=port: self._forward(reader, writer, port)
            self.ends.append(await asyncio.start_server(accept, sock=listener))
        dns.setblocking(False)
        self.ends.append((await self.loop.create_datagram_endpoint(lambda: _Dns(self.names), sock=dns))[0])

    async def _forward(self, reader, writer, port):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:  # nobody there: what the pod sees is a connection that ends
            writer.close()
            return
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))

    def close(self):
        async def end():
            for one in self.ends:
                one.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
        for network in self.all:
            network.close()
