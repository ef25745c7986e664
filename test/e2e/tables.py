"""What kubectl prints, as rows of cells."""

import re

AGE = re.compile(r"^(\d+[smhdy])+$")


def parse(text):
    """(headers, rows): cells are cut where the headers begin, so that blank cells stay blank."""
    lines = [line for line in text.splitlines() if line.strip()]
    starts = [match.start() for match in re.finditer(r"(?<!\S)\S", lines[0])]
    bounds = list(zip(starts, starts[1:] + [None]))
    cut = lambda line: [line[begin:end].strip() for begin, end in bounds]
    return cut(lines[0]), [cut(line) for line in lines[1:]]


def check(text, headers, rows):
    """Compares a printed table with the page's; ages only need to look like ages. Returns what is wrong, or None."""
    got_headers, got_rows = parse(text)
    if got_headers != headers:
        return f"headers are {got_headers}, the page has {headers}"
    if len(got_rows) != len(rows):
        return f"{len(got_rows)} rows, the page has {len(rows)}"
    for got, want in zip(got_rows, rows):
        for header, cell, wanted in zip(headers, got, want):
            if header == "AGE":
                if not AGE.match(cell):
                    return f"AGE is {cell!r}"
            elif cell != wanted:
                return f"{header} of {got[0]} is {cell!r}, the page has {wanted!r}"
    return None
