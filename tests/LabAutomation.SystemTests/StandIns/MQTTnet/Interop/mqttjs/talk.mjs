// Talks to the broker at port argv[2] in protocol version argv[3], and prints a word for each part that went well.
import assert from 'node:assert';
import mqtt from 'mqtt';

const [port, version] = process.argv.slice(2).map(Number);
const isV5 = version === 5;

function connect(name, clean = true, more = {}) {
  return mqtt.connectAsync({
    host: '127.0.0.1', port, protocolVersion: version, clientId: name, clean, reconnectPeriod: 0, keepalive: 5,
    ...(isV5 ? { properties: { sessionExpiryInterval: 60 } } : {}), ...more,
  });
}

/** Collects `count` messages of a client, in order. */
function collect(client, count) {
  const messages = [];
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${messages.length} of ${count} messages came`)), 30000);
    client.on('message', (topic, payload, packet) => {
      messages.push({ topic, payload, packet });
      if (messages.length === count) {
        clearTimeout(timer);
        client.removeAllListeners('message');
        resolve(messages);
      }
    });
  });
}

// MQTT.js hands QoS 2 messages over when they are released, and so after others that came later.
const numbers = messages => messages.map(message => Number(message.payload)).sort((a, b) => a - b);

const client = await connect('js');

await client.subscribeAsync('js/echo', { qos: 2 });
let coming = collect(client, 300);
await Promise.all(Array.from({ length: 300 }, (_, i) => client.publishAsync('js/echo', `${i}`, { qos: i % 3 })));
assert.deepEqual(numbers(await coming), Array.from({ length: 300 }, (_, i) => i));
console.log('qualities');

if (isV5) {
  coming = collect(client, 1);
  await client.publishAsync('js/echo', 'x', {
    qos: 1,
    properties: { contentType: 'text/plain', responseTopic: 'js/answer', correlationData: Buffer.from([1, 2]), userProperties: { unit: 'Celsius' }, messageExpiryInterval: 60 },
  });
  const { properties } = (await coming)[0].packet;
  assert.equal(properties.contentType, 'text/plain');
  assert.equal(properties.responseTopic, 'js/answer');
  assert.deepEqual(properties.correlationData, Buffer.from([1, 2]));
  assert.equal(properties.userProperties.unit, 'Celsius');
}
console.log('properties');

coming = collect(client, 3);
for (const qos of [0, 1, 2]) await client.publishAsync('js/echo', Buffer.alloc(1024 * 1024, qos), { qos });
for (const [qos, message] of (await coming).entries()) assert.ok(message.payload.equals(Buffer.alloc(1024 * 1024, qos)));
console.log('large');

await client.subscribeAsync('js/many/#', { qos: 1 });
coming = collect(client, 3000);
await Promise.all(Array.from({ length: 3000 }, (_, i) => client.publishAsync(`js/many/${i}`, 'x', { qos: 1 })));
assert.equal(new Set((await coming).map(m => m.topic)).size, 3000);
console.log('topics');

await client.publishAsync('js/kept', 'kept', { qos: 1, retain: true });
const late = await connect('js-late');
coming = collect(late, 1);
await late.subscribeAsync('js/kept');
assert.equal((await coming)[0].packet.retain, true);
await late.endAsync();
console.log('retained');

const away = await connect('js-away', false);
await away.subscribeAsync('js/away', { qos: 2 });
await away.endAsync();
await Promise.all(Array.from({ length: 20 }, (_, i) => client.publishAsync('js/away', `${i}`, { qos: 1 + (i % 2) })));
const back = mqtt.connect({
  host: '127.0.0.1', port, protocolVersion: version, clientId: 'js-away', clean: false, reconnectPeriod: 0,
  ...(isV5 ? { properties: { sessionExpiryInterval: 60 } } : {}),
});
assert.deepEqual(numbers(await collect(back, 20)), Array.from({ length: 20 }, (_, i) => i));
await back.endAsync();
console.log('session');

const doomed = await connect('js-doomed', true, { will: { topic: 'js/will', payload: Buffer.from('gone'), qos: 1 }, properties: undefined });
console.log('vanishing');
doomed.stream.destroy();
setTimeout(() => process.exit(0), 300);
