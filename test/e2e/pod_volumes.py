"""A pod's volumes as directories that a kubelet fills: modes, owners and symbolic links as its atomic writer has them, so that a file
changes between two reads and never during one."""

import base64
import json
import os
import pathlib
import shutil


class NotThereYet(Exception):
    """What a volume or variable takes its content from; a kubelet goes on asking."""


def field(pod, path):
    """Of the downward API."""
    value = pod
    for part in path.split("."):
        value = value[part]
    return value


def must_get(api, path):
    status, answer = api.request("GET", path)
    if status == 404:
        raise NotThereYet(path)
    if status != 200:
        raise RuntimeError(f"GET {path}: {status} {answer}")
    return answer


def secret(api, namespace, name):
    data = must_get(api, f"/api/v1/namespaces/{namespace}/secrets/{name}").get("data", {})
    return {key: base64.b64decode(value) for key, value in data.items()}


def _token(api, pod, source):
    namespace, account = pod["metadata"]["namespace"], pod["spec"]["serviceAccountName"]
    bound = {"kind": "Pod", "apiVersion": "v1", "name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"]}
    spec = {"expirationSeconds": source["expirationSeconds"], "boundObjectRef": bound}
    if "audience" in source:
        spec["audiences"] = [source["audience"]]
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
    status, answer = api.request("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token", body)
    if status != 201:
        raise RuntimeError(f"no token for {account}: {status} {answer}")
    return answer["status"]["token"].encode()


def _chosen(content, source):
    """Of a Secret or ConfigMap, with the paths that `items` gives."""
    if "items" not in source:
        return content
    return {item["path"]: content[item["key"]] for item in source["items"]}


def _projected(api, pod, source):
    """{path: content}, {paths of tokens}"""
    namespace = pod["metadata"]["namespace"]
    files, tokens = {}, set()
    for part in source["sources"]:
        if "serviceAccountToken" in part:
            path = part["serviceAccountToken"]["path"]
            files[path] = _token(api, pod, part["serviceAccountToken"])
            tokens.add(path)
        elif "configMap" in part:
            data = must_get(api, f"/api/v1/namespaces/{namespace}/configmaps/{part['configMap']['name']}")["data"]
            files |= _chosen({key: text.encode() for key, text in data.items()}, part["configMap"])
        elif "downwardAPI" in part:
            files |= {item["path"]: field(pod, item["fieldRef"]["fieldPath"]).encode() for item in part["downwardAPI"]["items"]}
        else:
            raise RuntimeError(f"volumes of this kind are not tried: {json.dumps(part)}")
    return files, tokens


def fill(api, pod, volume, directory, user):
    """Writes what the volume holds now. False: it is an emptyDir, of which each container gets a new tmpfs."""
    group = pod["spec"].get("securityContext", {}).get("fsGroup")
    if "emptyDir" in volume:
        return False
    if "secret" in volume:
        source, tokens = volume["secret"], set()
        files = _chosen(secret(api, pod["metadata"]["namespace"], source["secretName"]), source)
    elif "projected" in volume:
        source = volume["projected"]
        files, tokens = _projected(api, pod, source)
    else:
        raise RuntimeError(f"volumes of this kind are not tried: {json.dumps(volume)}")
    # A token is its user's alone; the pod's group may read everything (kubelet's SetVolumeOwnership).
    add = 0 if group is None else 0o440
    modes = {path: ((0o600 if path in tokens else source["defaultMode"]) | add, user if path in tokens else 0) for path in files}
    _write(directory, files, modes, group)
    return True


def _write(directory, files, modes, group):
    os.makedirs(directory, exist_ok=True)
    _hand_over(directory, 0o755, 0, group)
    old = os.path.realpath(os.path.join(directory, "..data"))
    number = len(os.listdir(directory))
    while os.path.exists(new := os.path.join(directory, f"..{number}")):
        number += 1
    os.makedirs(new)
    for path, content in files.items():
        if "/" in path or path.startswith(".."):
            raise RuntimeError(f"paths like {path} are not tried")
        pathlib.Path(new, path).write_bytes(content)
        _hand_over(os.path.join(new, path), *modes[path], group)
    _hand_over(new, 0o755, 0, group)
    link = os.path.join(directory, "..data_tmp")
    os.symlink(os.path.basename(new), link)
    os.rename(link, os.path.join(directory, "..data"))
    for path in files:
        if not os.path.islink(os.path.join(directory, path)):
            os.symlink(f"..data/{path}", os.path.join(directory, path))
    if os.path.basename(old) != "..data":
        shutil.rmtree(old)


def _hand_over(path, mode, user, group):
    os.chown(path, user, group or 0)
    os.chmod(path, mode)
