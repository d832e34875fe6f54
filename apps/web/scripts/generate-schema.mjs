// Makes the client's types out of the API's own description; a test of the API keeps that file true.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import openapiTypescript, { astToString } from 'openapi-typescript';

const from = new URL('../src/api/openapi.json', import.meta.url);
const to = new URL('../src/api/generated/schema.d.ts', import.meta.url);

const ast = await openapiTypescript(JSON.parse(await readFile(from, 'utf8')));
await mkdir(new URL('.', to), { recursive: true });
await writeFile(to, astToString(ast));
