// Proposes the campaign in the file CAMPAIGN and asks to run it; prints the request, waits for a line, which says that a person has approved, and asks again.
import assert from 'node:assert';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { connect, text } from './connect.mjs';

const file = readFileSync(process.env.CAMPAIGN, 'utf8');
const typed = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const client = await connect('act');
const call = (name, args = {}) => client.callTool({ name, arguments: args });
assert.equal((await client.listTools()).tools.find(tool => tool.name === 'run_campaign').annotations.destructiveHint, true);
assert.match(text(await call('propose_campaign', { text: file, reasons: 'cyan and yellow make green' })), /Draft 1 is valid and written down/);
const asked = await call('run_campaign', { draft: 1 });
assert.ok(asked.isError);
assert.match(text(asked), /it may be derived from untrusted text\. A person decides about request 1/);
assert.deepEqual([asked._meta['labautomation/verdict'], asked._meta['labautomation/approval']], ['needs_approval', 1]);
for (const name of ['approve', 'lab_approve', 'approvals']) await assert.rejects(call(name, { id: 1, by: 'grace' }), /there is no tool/);
console.log('asked');

await typed.next();
assert.match(text(await call('run_campaign', { draft: 1 })), /Campaign quick-match-1 is on record and runs/);
console.log('runs');

for (let k = 0; !/quick-match-1: .*; ended/.test(text(await call('list_campaigns'))); k++) {
  assert.ok(k < 600, 'it does not end');
  await new Promise(resolve => setTimeout(resolve, 100));
}
assert.match(text(await call('run_campaign', { draft: 1 })), /A person decides about request 2/);
console.log('ended');
await client.close();
process.exit(0);
