"""dhis2w-fhir-engine: the text, compiled once, over one FHIR bundle a patient. Run by that package's interpreter.

python with_dhis2w.py CQL QUESTIONS BUNDLES ANSWERS
"""

import csv
import json
import sys
import time
from decimal import Decimal
from pathlib import Path

from dhis2w_fhir_engine import CQLEvaluator
from dhis2w_fhir_engine.r4 import BundleDataSource


def sign(value: object) -> str:
    return {"True": "1", "False": "0", "None": ""}.get(str(value), "?")


def main(text: str, questions: str, bundles: str, answers: str) -> None:
    asked, source = questions.split(","), Path(text).read_text(encoding="utf-8")
    evaluator = CQLEvaluator()
    evaluator.compile(source)
    started = time.process_time()
    people = [json.loads(line, parse_float=Decimal) for line in Path(bundles).read_text(encoding="utf-8").splitlines()]
    loaded = time.process_time()
    found = []
    for bundle in people:
        evaluator.data_source = BundleDataSource(bundle)
        of = evaluator.evaluate_all_definitions(bundle["entry"][0]["resource"])
        found.append([bundle["id"], *(sign(of[name]) for name in asked)])
    evaluated = time.process_time()
    with open(answers, "w", newline="", encoding="utf-8") as file:  # noqa: PTH123
        writer = csv.writer(file)
        writer.writerow(["patient_id", *asked])
        writer.writerows(found)
    print(json.dumps({"start": started, "load": loaded - started, "evaluate": evaluated - loaded}))


if __name__ == "__main__":
    main(*sys.argv[1:])
