'use strict';
// Speaks HTTP/2 and nothing else, over TLS, in front of a store that speaks HTTP/1.1, as the web servers of most shops do.
// Writes its port into a file when it is ready, and a line for each request into a log:
// `<session> <method> <path and query>`.

const fs = require('node:fs');
const http2 = require('node:http2');
const https = require('node:https');
const { parseArgs } = require('node:util');

const { values: flags } = parseArgs({
  options: {
    store: { type: 'string' }, // host:port, https
    certificate: { type: 'string' },
    key: { type: 'string' },
    'port-file': { type: 'string' },
    log: { type: 'string' },
    // A session ends after so many requests: GOAWAY. None does when 0.
    'session-requests': { type: 'string', default: '0' },
    // The first request whose method and path contain this reaches the store, and its stream is reset instead of answered.
    lose: { type: 'string', default: '' },
    // The first one that contains this is refused: it does not reach the store.
    refuse: { type: 'string', default: '' },
  },
});

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = http2.constants;
const [host, port] = flags.store.split(':');
const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
const sessionRequests = Number(flags['session-requests']);
const once = { lose: flags.lose, refuse: flags.refuse };

// Whether a fault strikes, which it does once.
function strikes(fault, asked) {
  if (once[fault] === '' || !asked.includes(once[fault])) {
    return false;
  }
  once[fault] = '';
  return true;
}

// HTTP/2 has no such headers.
function forHttp2(headers) {
  const kept = { ...headers };
  for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'proxy-connection']) {
    delete kept[name];
  }
  return kept;
}

function forHttp1(headers) {
  const kept = { host: headers[':authority'] };
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(':')) {
      kept[name] = value;
    }
  }
  return kept;
}

function passOn(stream, headers, asked) {
  const request = https.request(
    { host, port, agent, method: headers[':method'], path: headers[':path'], headers: forHttp1(headers) },
    (answer) => {
      if (strikes('lose', asked)) {
        answer.resume();
        answer.on('end', () => stream.close(NGHTTP2_INTERNAL_ERROR));
        return;
      }
      if (!stream.closed) {
        stream.respond({ ':status': answer.statusCode, ...forHttp2(answer.headers) });
        answer.pipe(stream);
      }
    },
  );
  request.on('error', () => stream.close(NGHTTP2_INTERNAL_ERROR));
  stream.on('error', () => request.destroy());
  stream.pipe(request);
}

let sessions = 0;
const server = http2.createSecureServer({ cert: fs.readFileSync(flags.certificate), key: fs.readFileSync(flags.key) });
server.on('session', (session) => {
  session.number = ++sessions;
  session.requests = 0;
  session.on('error', () => {});
});
server.on('stream', (stream, headers) => {
  const asked = `${headers[':method']} ${headers[':path']}`;
  const session = stream.session;
  fs.appendFileSync(flags.log, `${session.number} ${asked}\n`);
  if (strikes('refuse', asked)) {
    stream.on('error', () => {});
    stream.close(NGHTTP2_REFUSED_STREAM);
    return;
  }
  passOn(stream, headers, asked);
  if (++session.requests === sessionRequests) {
    session.goaway(NGHTTP2_NO_ERROR, stream.id);
    session.close();
  }
});
server.listen(0, '127.0.0.1', () => fs.writeFileSync(flags['port-file'], `${server.address().port}\n`));
