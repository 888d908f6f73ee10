"""Prints the JSON files of `sparserefine evaluate` in a folder as the table of README.md, in order of their multiply-adds."""
import json
import pathlib
import sys

rows = []
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    report = json.loads(path.read_text())
    rows.append((report["macs"]["dense"] + report["macs"]["extract"], path.stem, report))
initial = rows[0][2]["initial"]
print("| fit | share | mIoU, refiner only / merged | pixel accuracy | G multiply-adds |")
print("|---|---:|---:|---:|---:|")
print(f"| dense model alone | - | {initial['mIoU']:.4f} | {initial['pixelAccuracy']:.4f} | {rows[0][2]['macs']['dense'] / 1e9:.2f} |")
for total, name, report in sorted(rows, key=lambda row: row[:2]):
    only, merged = report["refinerOnly"], report["ensembled"]
    print(f"| {name} | {report['density']:.2f} | {only['mIoU']:.4f} / {merged['mIoU']:.4f} | {merged['pixelAccuracy']:.4f} | {total / 1e9:.2f} |")
