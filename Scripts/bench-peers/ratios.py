"""Medians, spreads and the table of ratios, as proxyv-eval's own `bench` prints them."""

import statistics


def spread(values):
    """Half the interquartile range over the median."""
    if len(values) < 2:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return (high - low) / 2 / statistics.median(values)


def shown(values, unit=1.0, digits=3):
    return f"{statistics.median(values) * unit:.{digits}f} ±{100 * spread(values):.1f} %"


def table(title, rows, columns):
    """Prints a Markdown table."""
    widths = [max(len(str(row[i])) for row in [columns] + rows) for i in range(len(columns))]
    line = lambda cells: "| " + " | ".join(str(c).ljust(w) for c, w in zip(cells, widths)) + " |"
    print(f"## {title}\n")
    print(line(columns))
    print("| " + " | ".join("-" * w for w in widths) + " |")
    for row in rows:
        print(line(row))
    print(flush=True)


def ratio(ours, theirs):
    """How many times as fast we are, round by round."""
    return shown([t / o for o, t in zip(ours, theirs)], digits=2)
