"""Two invented people as Synthea writes them, in each of three generations of its columns."""

from __future__ import annotations

from datetime import date

AS_OF = date(2026, 6, 15)
ANN, BOB = "a-01", "b-02"

NEWEST = {
    "patients": f"""\
Id,BIRTHDATE,DEATHDATE,SSN,FIRST,MIDDLE,LAST,GENDER,FIPS,INCOME
{ANN},1961-04-02,,999-00-0001,Ann,Maria,Lee,F,25017,41000
{BOB},1950-01-05,2025-12-24,999-00-0002,Bob,,Ray,M,25017,52000
""",
    "conditions": f"""\
START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION
2026-01-10,,{ANN},e1,SNOMED-CT,278860009,Chronic low back pain (finding)
2019-03-01,2020-03-01,{ANN},e0,http://snomed.info/sct,254837009,Malignant neoplasm of breast
2025-01-10,2025-02-10,{BOB},e2,SNOMED-CT,278860009,Chronic low back pain (finding)
2025-01-10,,{BOB},e2,SNOMED-CT,160903007,Full-time employment (finding)
""",
    "observations": f"""\
DATE,PATIENT,ENCOUNTER,CATEGORY,CODE,DESCRIPTION,VALUE,UNITS,TYPE
2026-01-10T09:00:00Z,{ANN},e1,survey,72514-3,Pain severity,7.0,{{score}},numeric
2026-02-20T09:00:00Z,{ANN},e1,laboratory,718-7,Hemoglobin,11.2,g/dL,numeric
2026-02-20T09:00:00Z,{ANN},e1,survey,72166-2,Tobacco smoking status,Never smoker,,text
""",
    "procedures": f"""\
START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION,BASE_COST,REASONCODE,REASONDESCRIPTION
2026-01-20T10:00:00Z,2026-01-20T10:45:00Z,{ANN},e1,SNOMED-CT,229064008,Movement therapy,100,278860009,Low back pain
2026-01-21T10:00:00Z,2026-01-21T10:45:00Z,{ANN},e1,SNOMED-CT,229064008,Movement therapy,100,44465007,Sprain of ankle
""",
    "medications": f"""\
START,STOP,PATIENT,PAYER,ENCOUNTER,CODE,DESCRIPTION,BASE_COST,REASONCODE,REASONDESCRIPTION
2026-01-10T09:10:00Z,2026-02-10T09:10:00Z,{ANN},p,e1,310965,Ibuprofen 200 MG Oral Tablet,5,,
2026-03-10T09:10:00Z,,{ANN},p,e1,310965,Ibuprofen 200 MG Oral Tablet,5,,
""",
    "careplans": f"""\
Id,START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,REASONCODE,REASONDESCRIPTION
c1,2026-01-10,,{ANN},e1,91251008,Physical therapy procedure,278860009,Chronic low back pain
c2,2026-01-11,,{ANN},e1,91251008,Physical therapy procedure,44465007,Sprain of ankle
""",
    "imaging_studies": f"""\
Id,DATE,PATIENT,ENCOUNTER,SERIES_UID,BODYSITE_CODE,BODYSITE_DESCRIPTION,MODALITY_CODE,MODALITY_DESCRIPTION,PROCEDURE_CODE
i1,2026-03-01T08:00:00Z,{ANN},e1,1.2,51185008,Chest,DX,Digital Radiography,399208008
i2,2026-03-02T08:00:00Z,{ANN},e1,1.3,421060004,Vertebral column,MR,Magnetic Resonance,
""",
    "encounters": f"""\
Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,CODE,DESCRIPTION
e1,2026-01-10T09:00:00Z,2026-01-10T09:30:00Z,{ANN},o1,d1,185345009,Encounter for symptom
e0,2019-03-01T09:00:00Z,2019-03-01T09:30:00Z,{ANN},o2,d2,185345009,Encounter for symptom
e9,2026-07-01T09:00:00Z,2026-07-01T09:30:00Z,{ANN},o2,d2,185345009,Encounter for symptom
""",
    "organizations": "Id,NAME\no1,North Clinic\no2,South Clinic\n",
    "providers": "Id,ORGANIZATION,NAME\nd1,o1,Dr Ames\nd2,o2,Dr Boyd\n",
}


def without(table: str, *columns: str) -> str:
    """A table of the newest generation without some of its columns."""
    lines = [line.split(",") for line in NEWEST[table].splitlines()]
    kept = [at for at, name in enumerate(lines[0]) if name not in columns]
    return "".join(",".join(line[at] for at in kept) + "\n" for line in lines)


_MIDDLE_PATIENTS = without("patients", "MIDDLE", "FIPS", "INCOME")
MIDDLE = NEWEST | {
    "patients": _MIDDLE_PATIENTS,
    "conditions": without("conditions", "SYSTEM"),
    "procedures": without("procedures", "SYSTEM"),
}
OLDEST = MIDDLE | {
    "patients": _MIDDLE_PATIENTS.replace("Id,", "ID,", 1),
    "observations": without("observations", "CATEGORY", "TYPE"),
    "procedures": without("procedures", "SYSTEM", "STOP").replace("START", "DATE", 1),
    "imaging_studies": without("imaging_studies", "PROCEDURE_CODE"),
    "encounters": without("encounters", "STOP").replace("START", "DATE", 1),
}
GENERATIONS = {"oldest": OLDEST, "middle": MIDDLE, "newest": NEWEST}
