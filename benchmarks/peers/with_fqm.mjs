// fqm-execution: the same ELM as the library of a measure, over one FHIR bundle a patient, its raw results.
//   node with_fqm.mjs MODULES ELM QUESTIONS BUNDLES ANSWERS
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';

const [modules, elm, questions, bundles, answers] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
// This package calls a function that only newer versions of Node have.
Uint8Array.fromBase64 ??= (text) => Uint8Array.from(Buffer.from(text, 'base64'));
const { Calculator } = require('fqm-execution');
const spent = () => Object.values(process.cpuUsage()).reduce((sum, micro) => sum + micro, 0) / 1e6;

const asked = questions.split(',');
const text = readFileSync(elm, 'utf8');
const { id, version } = JSON.parse(text).library.identifier;
const url = `http://backstop.invalid/Library/${id}`;
const code = (system, name) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code: name }] });
const measure = {
  resourceType: 'Measure', id: 'subset', url: 'http://backstop.invalid/Measure/subset', version, status: 'active',
  library: [url], scoring: code('measure-scoring', 'cohort'),
  group: [{ population: [{
    code: code('measure-population', 'initial-population'),
    criteria: { language: 'text/cql-identifier', expression: asked[0] },
  }] }],
};
const library = {
  resourceType: 'Library', id, url, version, name: id, status: 'active', type: code('library-type', 'logic-library'),
  content: [{ contentType: 'application/elm+json', data: Buffer.from(text).toString('base64') }],
};
const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: measure }, { resource: library }] };

const started = spent();
const patients = readFileSync(bundles, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
const loaded = spent();
const options = { measurementPeriodStart: '2026-01-01', measurementPeriodEnd: '2026-12-31', trustMetaProfile: false };
const { results } = await Calculator.calculateRaw(bundle, patients, options);
const evaluated = spent();
const sign = (value) => (value === true ? '1' : value === false ? '0' : '');
const of = results.patientResults ?? results;
const lines = Object.entries(of).map(([name, found]) => [name, ...asked.map((one) => sign(found[one]))].join(','));
writeFileSync(answers, `${['patient_id', ...asked].join(',')}\n${lines.join('\n')}\n`);
console.log(JSON.stringify({ start: started, load: loaded - started, evaluate: evaluated - loaded }));
