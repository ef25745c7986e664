"""Plays the page on a fleet and compares everything it prints."""

import recorded as recorded_truth


class Deviation(AssertionError):
    pass


def play(shell, steps, *, show=None, compare_recorded=True, after_step=None):
    """Runs every step; raises at the first whose output is not what the page says, or whose objects are not the recorded ones.
    `show(step, output, problem)` is called after each step, `after_step(position, step)` before the next."""
    for position, step in enumerate(steps):
        done = shell.run(step.command)
        output = done.stdout
        problem = None
        if done.returncode != 0:
            problem = f"it ended with {done.returncode}: {done.stderr.strip()}"
        elif step.expect is not None:
            problem = step.expect(output)
        if problem is None and step.recorded and compare_recorded:
            found = recorded_truth.compare(shell, step.recorded)
            if found:
                problem = f"not as recorded in {step.recorded}:\n  " + "\n  ".join(found)
        if show:
            show(step, output + done.stderr, problem)
        if problem is not None:
            raise Deviation(f"{step.title}\n$ {step.command}\n{problem}\nstdout:\n{output}")
        if after_step:
            after_step(position, step)
