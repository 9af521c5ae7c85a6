"""fhir4ds-v2: the text, translated to SQL, over the NDJSON in its own database. Run by that package's interpreter.

python with_fhir4ds.py CQL QUESTIONS NDJSON ANSWERS
"""

import csv
import json
import sys
import time
from pathlib import Path

import fhir4ds
from fhir4ds.cql.loader import FHIRDataLoader


def sign(value: object) -> str:
    return {"True": "1", "False": "0", "None": "", "nan": "", "<NA>": ""}.get(str(value), "?")


def main(text: str, questions: str, ndjson: str, answers: str) -> None:
    asked = questions.split(",")
    connection = fhir4ds.create_connection()
    started = time.process_time()
    loader = FHIRDataLoader(connection)
    for file in sorted(Path(ndjson).glob("*.ndjson")):
        loader.load_ndjson(file)
    loaded = time.process_time()
    wanted = {name: name for name in asked}
    found = fhir4ds.evaluate_measure(library_path=text, conn=connection, output_columns=wanted)
    rows = found.values.tolist()
    evaluated = time.process_time()
    with open(answers, "w", newline="", encoding="utf-8") as file:  # noqa: PTH123
        writer = csv.writer(file)
        writer.writerow(["patient_id", *asked])
        writer.writerows([row[0], *(sign(value) for value in row[1:])] for row in rows)
    print(json.dumps({"start": started, "load": loaded - started, "evaluate": evaluated - loaded}))


if __name__ == "__main__":
    main(*sys.argv[1:])
