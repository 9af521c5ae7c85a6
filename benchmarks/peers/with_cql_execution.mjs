// cql-execution with cql-exec-fhir: the ELM over one FHIR bundle a patient.
//   node with_cql_execution.mjs MODULES ELM QUESTIONS BUNDLES ANSWERS
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';

const [modules, elm, questions, bundles, answers] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const cql = require('cql-execution');
const fhir = require('cql-exec-fhir');
const spent = () => Object.values(process.cpuUsage()).reduce((sum, micro) => sum + micro, 0) / 1e6;

const library = new cql.Library(JSON.parse(readFileSync(elm, 'utf8')));
const asked = questions.split(',');
const started = spent();
const patients = readFileSync(bundles, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
const source = fhir.PatientSource.FHIRv401();
source.loadBundles(patients);
const loaded = spent();
const executor = new cql.Executor(library, new cql.CodeService({}));
const found = (await executor.exec(source)).patientResults;
const evaluated = spent();
const sign = (value) => (value === true ? '1' : value === false ? '0' : '');
const lines = Object.entries(found).map(([id, of]) => [id, ...asked.map((name) => sign(of[name]))].join(','));
writeFileSync(answers, `${['patient_id', ...asked].join(',')}\n${lines.join('\n')}\n`);
console.log(JSON.stringify({ start: started, load: loaded - started, evaluate: evaluated - loaded }));
