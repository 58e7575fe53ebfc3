// A client of argv[2]: 'stdio' and the command in argv[3..], or 'http', the address and the token ('-' for none).
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export async function connect(name, version = '1.2.3') {
  const [kind, ...rest] = process.argv.slice(2);
  const client = new Client({ name, version });
  client.onerror = () => {};
  await client.connect(kind === 'stdio'
    ? started(new StdioClientTransport({ command: rest[0], args: rest.slice(1), stderr: 'pipe', env: process.env }))
    : new StreamableHTTPClientTransport(new URL(rest[0]), rest[1] === '-' ? {} : { requestInit: { headers: { Authorization: `Bearer ${rest[1]}` } } }));
  return client;
}

/** What the server says to people is told where something went wrong. */
function started(transport) {
  const said = [];
  transport.stderr.on('data', chunk => said.push(chunk));
  process.on('exit', code => code && process.stderr.write(Buffer.concat(said)));
  return transport;
}

/** The text of a tool's answer. */
export const text = result => result.content.map(block => block.text).join('\n');

export async function fails(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
