"""script/demo: plays the how-to on a fresh local fleet and shows each command with its output."""

import argparse
import sys
import time

import page
from fleet import Fleet, Shell, find_kubectls, kubectl_version
from play import Deviation, play


def show(step, output, problem):
    if step.waits:
        if problem:
            print(f"✗ {step.title}")
        return
    print(f"\n# {step.title}")
    for position, line in enumerate(step.command.splitlines()):
        print(f"{'$' if position == 0 else ' '} {line}")
    if output.strip():
        lines = output.rstrip().splitlines()
        print("\n".join(lines[:30]))
        if len(lines) > 30:
            print(f"… {len(lines) - 30} more lines")
    print(f"✗ {problem}" if problem else "✓ as the page says")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(prog="script/demo", description="Plays the how-to on a fresh local fleet.")
    parser.add_argument("--exact", action="store_true", help="keep the page's waits (1m and 30s) instead of 2 seconds")
    parser.add_argument("--keep", action="store_true", help="leave the fleet up and say how to talk to it")
    arguments = parser.parse_args()
    kubectls = find_kubectls()
    if not kubectls:
        print("✗ no kubectl from 1.27 on was found: script/kubectl installs one", file=sys.stderr)
        return 2
    kubectl = kubectls[-1]
    started = time.monotonic()
    fleet = Fleet()
    shell = None
    try:
        print(fleet.up(), end="")
        print("kubectl    %s (%d.%d)" % (kubectl, *kubectl_version(kubectl)))
        shell = Shell(kubectl, fleet.kubeconfig)
        waits = ("1m", "30s") if arguments.exact else ("2s", "2s")
        for title, steps in (("Cluster-Scoped Staged Updates", page.cluster_scope(waits[0])), ("Namespace-Scoped Staged Updates", page.namespace_scope(waits[1]))):
            print(f"\n== {title} ==")
            play(shell, steps, show=show, compare_recorded=False)
    except (Deviation, RuntimeError) as error:
        print(f"\n✗ The page is not what happened: {error}", file=sys.stderr)
        print(fleet.log()[-2000:], file=sys.stderr)
        return 1
    finally:
        if shell:
            shell.close()
        if not arguments.keep:
            fleet.__exit__()
    print(f"\n✓ Every result is what the page says ({time.monotonic() - started:.0f}s)")
    if arguments.keep:
        print(f"\nThe fleet is still up:\n  export KUBECONFIG={fleet.kubeconfig}\n  kubectl --context member1 get cm -A\n  slipway down --data-dir {fleet.data_dir}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
