// Uses what a server without --act offers, in a lab with the campaign quick-match-1 on record, and prints a word for each part that went well. The campaign's file comes on standard input.
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { connect, fails, text } from './connect.mjs';

const file = readFileSync(0, 'utf8');
const notice = 'Untrusted text from outside follows.';
const client = await connect('talk');
assert.equal(client.getServerVersion().name, 'lab');
assert.match(client.getInstructions(), /needs a person's approval/);
const { resources } = client.getServerCapabilities();
assert.ok(!resources.subscribe && !resources.listChanged);
console.log('connected');

const { tools } = await client.listTools();
assert.deepEqual(tools.map(tool => tool.name).sort(), [
  'check_campaign', 'forecast_campaign', 'list_campaigns', 'list_instruments', 'read_campaign_file', 'read_draft', 'read_messages', 'read_report', 'read_trials', 'simulate_campaign', 'validate_campaign',
]);
assert.ok(tools.every(tool => tool.annotations.readOnlyHint && !tool.annotations.destructiveHint && tool.inputSchema.additionalProperties === false));
console.log('tools');

const call = (name, args = {}) => client.callTool({ name, arguments: args });
const instruments = await call('list_instruments');
assert.match(text(instruments), /pump-cyan \(new-era-ne1000\)/);
assert.deepEqual([instruments._meta['labautomation/label'], instruments._meta['labautomation/verdict']], ['trusted', 'allowed']);
assert.match(text(await call('list_campaigns')), /quick-match-1: minimise colour_difference; ended/);
assert.match(text(await call('read_trials', { campaign: 'quick-match-1', first: 1, count: 1 })), /\[#\d+\] trial 1 measured: .*colour_difference/);
const report = await call('read_report', { campaign: 'quick-match-1' });
assert.ok(report.content[0].text.startsWith(notice) && report._meta['labautomation/label'] === 'untrusted');
assert.match(text(report), /Goal reached[^]*## Trials\n1\. cyan/);
console.log('record');

assert.match(text(await call('validate_campaign', { text: file })), /It is valid\.\nenvelope: it stays inside\nat most: 4 trials/);
const wrong = text(await call('validate_campaign', { text: file.replace('kind: real', 'kind: reel') }));
assert.match(wrong, /It is not valid\. 1 problems:\nproposal\.yaml:7:\d+: .*reel/);
const forecast = await call('forecast_campaign', { text: file });
assert.ok(!forecast.isError, text(forecast));
assert.match(text(forecast), /goal reached; 1 trials, 0 failed/);
console.log('campaigns');

const unknown = await fails(call('rm_rf', { path: '/' }));
assert.equal(unknown.code, -32602);
assert.match(unknown.message, /there is no tool 'rm_rf'; the client has list_instruments/);
for (const [name, args, words] of [
  ['read_trials', {}, /'campaign' is missing: as 'list_campaigns' names it/],
  ['read_trials', { campaign: 'quick-match-1', frist: 1 }, /there is no argument 'frist'; there are campaign, first, count/],
  ['read_trials', { campaign: 'quick-match-1', first: -1 }, /'first' is a whole number/],
  ['read_trials', { campaign: { $ne: 1 } }, /no campaign '\{"\$ne":1\}' is on record/],
  ['forecast_campaign', { text: 'campaign: x' }, /it is not valid: \d+ problems/],
  ['run_campaign', { draft: 1 }, /'run_campaign' needs the tier run-with-approval; the client has simulate/],
  ['propose_campaign', { text: file, reasons: 'r' }, /'propose_campaign' needs the tier plan/],
  ['read_document', { name: 'a' }, /the client may not call 'read_document'/],
]) {
  const answer = await call(name, args);
  assert.ok(answer.isError, name);
  assert.match(text(answer), words);
}
console.log('refused');

const listed = (await client.listResources()).resources;
assert.deepEqual(listed.map(one => one.uri), ['lab://instruments', 'lab://campaigns', 'lab://campaigns/quick-match-1', 'lab://campaigns/quick-match-1/trials', 'lab://campaigns/quick-match-1/report']);
assert.deepEqual((await client.listResourceTemplates()).resourceTemplates.map(one => one.uriTemplate), [
  'lab://campaigns/{campaign}', 'lab://campaigns/{campaign}/trials', 'lab://campaigns/{campaign}/report', 'lab://campaigns/{campaign}/trials/{trial}',
]);
for (const { uri } of [...listed, { uri: 'lab://campaigns/quick-match-1/trials/1' }]) {
  const { contents } = await client.readResource({ uri });
  assert.ok(contents.every(part => part.uri === uri && part.text.length > 0));
}
const campaign = (await client.readResource({ uri: 'lab://campaigns/quick-match-1' })).contents;
assert.ok(campaign[0].text.startsWith(notice));
assert.deepEqual([campaign[1].text, campaign[1].mimeType, campaign[1]._meta['labautomation/label']], [file, 'application/yaml', 'untrusted']);
for (const uri of ['lab://campaigns/nobody-1', 'file:///etc/passwd', 'lab://../approvals.db', 'lab://']) assert.equal((await fails(client.readResource({ uri }))).code, -32002, uri);
assert.match((await fails(client.readResource({ uri: 'lab://secrets' }))).message, /there are lab:\/\/instruments, lab:\/\/campaigns, /);
assert.match((await fails(client.listResources({ cursor: 'x' }))).message, /there is no page 'x'/);
assert.equal((await fails(client.subscribeResource({ uri: 'lab://campaigns' }))).code, -32601);
console.log('resources');

await client.close();
console.log('closed');
