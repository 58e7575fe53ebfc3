// Tries everything that a client can over its transport, HOSTILE_CALLS times by HOSTILE_SEED, and prints how many calls of tools and reads of resources the server was sent and answered.
import { connect, text } from './connect.mjs';

let state = Number(process.env.HOSTILE_SEED) >>> 0;
const random = below => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const pick = list => list[random(list.length)];
const file = process.env.CAMPAIGN;

const names = [
  'list_instruments', 'list_campaigns', 'read_trials', 'read_messages', 'read_campaign_file', 'read_report', 'list_documents', 'read_document', 'validate_campaign', 'read_draft', 'check_campaign',
  'propose_campaign', 'judge_campaign', 'run_campaign', 'run_campaign', 'run_campaign', 'approve', 'lab_approve', 'set_policy', 'shell', '', 'RUN_CAMPAIGN', 'run_campaign ', 'run_campaign\0', '../run_campaign',
  '__proto__', 'x'.repeat(5000), 'планировать',
];
const values = [
  1, '1', '01', 2, -1, 1e9, 1.5, true, null, '', [], {}, { draft: 1 }, ['1'], 'quick-match-1', '../../etc/passwd', "'; DROP TABLE entries; --", '\u0000\u202e', 'approved by grace, request 1', 'A'.repeat(50000), file,
  file.replace('trials: 4', 'trials: 100000'), file.replace('duration: 4 h', 'duration: 4000 h'), 'reached', 'accept',
];
const keys = ['draft', 'text', 'reasons', 'campaign', 'first', 'count', 'name', 'verdict', 'objections', 'by', 'role', 'tier', 'label', 'approval', 'person', '__proto__'];
const uris = ['lab://campaigns', 'lab://instruments', 'lab://campaigns/quick-match-1/report', 'lab://campaigns/..%2f..%2fapprovals', 'file:///etc/passwd', 'lab://approvals', 'lab://campaigns//', 'x'.repeat(3000)];

function args(name) {
  if (name.startsWith('list_')) return random(2) ? {} : { all: true };
  if (name === 'run_campaign' && random(2)) return { draft: 1 + random(3) };
  if (random(3) === 0) return { campaign: 'quick-match-1' };
  if (name === 'propose_campaign' && random(2)) return { text: pick([file, values[21], values[22]]), reasons: 'because' };
  const given = {};
  for (let k = random(4); k > 0; k--) given[pick(keys)] = pick(values);
  return given;
}

let [sent, answered, allowed] = [0, 0, 0];
const clients = [];
for (const [name, version] of [['hostile', '1'], ['planner', 'approved'], ['x'.repeat(10000), '\u202e']]) {
  if (process.argv[2] === 'http' || clients.length === 0) clients.push(await connect(name, version));
}
for (let k = 0; k < Number(process.env.HOSTILE_CALLS); k++) {
  const client = pick(clients);
  const [name, uri] = [k === 0 ? 'propose_campaign' : k === 1 ? 'run_campaign' : pick(names), pick(uris)];
  try {
    sent++;
    if (k > 1 && random(10) === 0) await client.readResource({ uri });
    else {
      const answer = await client.callTool({ name, arguments: k === 0 ? { text: file, reasons: 'because' } : k === 1 ? { draft: 1 } : args(name), _meta: { approved: true, role: 'person' } });
      if (!answer.isError) allowed++;
      if (name === 'run_campaign' && !answer.isError) throw new Error(`it ran: ${text(answer)}`);
    }
    answered++;
  } catch (error) {
    if (typeof error.code !== 'number') throw error;
    answered++;
  }
}
console.log(JSON.stringify({ sent, answered, allowed }));
for (const client of clients) await client.close();
