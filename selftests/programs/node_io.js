// SPDX-License-Identifier: GPL-2.0
// Servers of node's modules, and their clients, which say of each whether it went well: serve|ask ADDRESS FOLDER.
'use strict';
const assert = require('assert');
const crypto = require('crypto');
const dgram = require('dgram');
const fs = require('fs');
const http = require('http');
const http2 = require('http2');
const https = require('https');
const net = require('net');

const [what, host, work] = process.argv.slice(2);
const HTTP = 7000, HTTPS = 7001, HTTP2 = 7002, NET = 7003, UDP = 7004;
const file = fs.readFileSync(work + '/www/file');
const ca = fs.readFileSync(work + '/cert.pem');
const sum = (data) => crypto.createHash('sha256').update(data).digest('hex');

async function all(stream) {
	const parts = [];
	for await (const part of stream)
		parts.push(part);
	return Buffer.concat(parts);
}

async function answer(request, response) {
	if (request.method === 'POST')
		response.end(sum(await all(request)));
	else
		response.end(request.url === '/file' ? file : request.url);
}

function serve() {
	const tls = { key: fs.readFileSync(work + '/key.pem'), cert: ca };
	const udp = dgram.createSocket('udp4');

	http.createServer(answer).listen(HTTP, host);
	https.createServer(tls, answer).listen(HTTPS, host);
	http2.createSecureServer(tls, answer).listen(HTTP2, host);
	udp.on('message', (data, from) => udp.send(data, from.port, from.address)).bind(UDP, host);
	net.createServer({ allowHalfOpen: true }, (c) => c.pipe(c)).listen(NET, host, 200);
}

const ask = (module, options, body) => new Promise((resolve, reject) => {
	const request = module.request({ host, ca, ...options }, (response) => all(response).then(resolve, reject));
	request.on('error', reject);
	if (body)
		body.pipe(request);
	else
		request.end();
});

const clients = {
	async http() {
		const agent = new http.Agent({ keepAlive: true, maxSockets: 5 });
		const asked = [...Array(60).keys()].map((n) => ask(http, { port: HTTP, agent, path: '/' + n }));

		(await Promise.all(asked)).forEach((got, n) => assert.equal(got.toString(), '/' + n));
		agent.destroy();
	},
	async upload() {
		const body = fs.createReadStream(work + '/www/file');

		assert.equal((await ask(http, { port: HTTP, method: 'POST' }, body)).toString(), sum(file));
	},
	async https() {
		assert.equal(sum(await ask(https, { port: HTTPS, path: '/file' })), sum(file));
	},
	async http2() {
		const session = http2.connect(`https://${host}:${HTTP2}`, { ca });
		const asked = [...Array(30).keys()].map((n) => all(session.request({ ':path': n % 10 ? '/' + n : '/file' })));

		(await Promise.all(asked)).forEach((got, n) =>
			assert.equal(sum(got), sum(n % 10 ? '/' + n : file)));
		session.close();
	},
	async net() {
		await Promise.all([...Array(100).keys()].map(async (n) => {
			const data = crypto.randomBytes(10000 + n);
			const connection = net.connect(NET, host);

			connection.setNoDelay(true).setKeepAlive(true, 1000);
			connection.end(data);
			assert.equal(sum(await all(connection)), sum(data));
		}));
	},
	async dgram() {
		const socket = dgram.createSocket('udp4');

		for (let n = 0; n < 50; n++) {
			const data = crypto.randomBytes(n * 28);
			await new Promise((resolve, reject) => {
				const again = setInterval(() => socket.send(data, UDP, host), 3000);
				socket.once('error', reject);
				socket.on('message', (got) => {
					// Who asks twice is answered twice; each size is asked for once.
					if (got.length !== data.length)
						return;
					clearInterval(again);
					assert.equal(sum(got), sum(data));
					resolve();
				});
				socket.send(data, UDP, host);
			});
			socket.removeAllListeners('message');
			socket.removeAllListeners('error');
		}
		socket.close();
	},
};

// In one process, since it is node's start that takes its time.
async function run() {
	for (const [name, client] of Object.entries(clients))
		await client().then(() => console.log('ok', name), (error) => console.log('failed', name, error));
}

if (what === 'serve')
	serve();
else
	run();
