"""Turns records into pages of Markdown, and a page back into rows."""

import datetime

KERNELS = (
    ("program", "{}"), ("kernel", "{}"), ("registers", "{}"), ("spills", "{}"), ("blocks", "{}"), ("slots", "{}"),
    ("fp32", "{}"), ("fp64", "{}"), ("integer", "{}"), ("special", "{}"), ("memory", "{}"), ("shared", "{}"),
    ("barriers", "{}"), ("many", "{}"), ("one", "{}"), ("service", "{}"), ("note", "{}"),
)  # fmt: skip
TIMES = (
    ("work", "{}"), ("steps", "{:.1f}"), ("most", "{}"), ("busy", "{:.3f}"), ("ms", "{:.4g}"), ("goal", "{:g}"),
    ("tflops", "{:.3g}"), ("goal_tflops", "{:g}"), ("note", "{}"),
)  # fmt: skip
MEASURED = (
    ("work", "{}"), ("row", "{}"), ("kernel_ms", "{:.4g}"), ("device_ms", "{:.4g}"), ("host_ms", "{:.4g}"),
    ("goal", "{:g}"), ("tflops", "{:.3g}"), ("goal_tflops", "{:g}"), ("flop_share", "{:.3f}"), ("byte_share", "{:.3f}"),
    ("steps", "{:.1f}"), ("error", "{:.1e}"), ("note", "{}"),
)  # fmt: skip


def remark(record):
    for word in ("failed", "skipped"):
        if word in record:
            return f"{word}: {record[word]}"
    return record.get("note", "")


def table(records, columns):
    lines = ["| " + " | ".join(name for name, _ in columns) + " |"]
    lines.append("|" + "|".join(" --- " if name in ("work", "row", "program", "kernel", "note") else " ---: "
                                for name, _ in columns) + "|")  # fmt: skip
    for record in records:
        cells = []
        for name, form in columns:
            value = remark(record) if name == "note" else record.get(name)
            cells.append("-" if value is None else form.format(value).replace("|", "\\|"))
        lines.append(("| " + " | ".join(cells)).rstrip() + " |")
    return lines


def read_table(text, first):
    """The rows of the table whose first column is called `first`, as [{column: text}]; '-' is left out."""
    rows, columns = [], None
    for line in text.split("\n"):
        if not line.startswith("|"):
            columns = None
            continue
        cells = [cell.strip().replace("\\|", "|") for cell in line.replace("\\|", "\0").strip("|\n ").split("|")]
        cells = [cell.replace("\0", "|") for cell in cells]
        if cells[0] == first:
            columns = cells
        elif columns and not cells[0].startswith("---"):
            rows.append({name: cell for name, cell in zip(columns, cells) if cell not in ("-", "")})
    return rows


def facts(pairs):
    return ["| | |", "| --- | --- |", f"| date | {datetime.date.today().isoformat()} |",
            *[f"| {name} | {value} |" for name, value in pairs.items()]]  # fmt: skip


def predictions(kernels, times, versions, model):
    out = ["# Predictions", "", "Made by `bench/gpu/run --predict --write`. **Nothing on this page was measured on a"
           " device.** [README.md](README.md) says how the numbers are made.", ""]  # fmt: skip
    out += facts({**versions, **model})
    out += ["", "## Times", "", *table(times, TIMES), "", "## Kernels", "", *table(kernels, KERNELS)]
    return "\n".join(out) + "\n"


def results(records, device):
    out = ["# Results", "", "Made by `bench/gpu/run --write`; [README.md](README.md) says what the columns are.", ""]
    return "\n".join([*out, *facts(device), "", *table(records, MEASURED)]) + "\n"


def line(record):
    """A line of text for a terminal; of None the heading."""
    columns = [c for c in MEASURED if c[0] not in ("work", "row", "note", "goal", "goal_tflops")]
    if record is None:
        return f"{'work':32}{'row':16}" + "".join(f"{name:>12}" for name, _ in columns)
    cells = [form.format(record[name]) if record.get(name) is not None else "-" for name, form in columns]
    text = f"{record['work']:32}{record['row']:16}" + "".join(f"{cell:>12}" for cell in cells)
    return f"{text}  {remark(record)}".rstrip()
