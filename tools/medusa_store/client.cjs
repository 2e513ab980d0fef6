// Asks the two APIs of a Medusa store. An error is one line: which call failed, and why.
'use strict';

const kTimeoutMs = 60000;

// One of the two APIs; `headers` say who asks.
class Client {
  constructor(url, headers = {}) {
    this.url_ = url;
    this.headers_ = { 'content-type': 'application/json', ...headers };
  }

  async Call(method, path, body) {
    const response = await fetch(`${this.url_}${path}`, {
      method,
      headers: this.headers_,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(kTimeoutMs),
    }).catch((error) => {
      throw new Error(`${this.url_} does not answer: ${error.cause?.message || error.message}`);
    });
    const text = await response.text();
    const answer = Parsed(text);
    if (response.ok && answer) return answer;
    const why = answer?.message ? `${answer.type ?? 'error'}: ${answer.message}` : 'no JSON';
    throw new Error(`${method} ${path.split('?')[0]}: HTTP ${response.status}, ${why}`);
  }

  Get(path) {
    return this.Call('GET', path);
  }

  Post(path, body = {}) {
    return this.Call('POST', path, body);
  }

  Delete(path) {
    return this.Call('DELETE', path);
  }
}

function Parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function Merchant(url, email, password) {
  const { token } = await new Client(url).Post('/auth/user/emailpass', { email, password });
  return new Client(url, { authorization: `Bearer ${token}` });
}

function Customer(url, publishableKey) {
  return new Client(url, { 'x-publishable-api-key': publishableKey });
}

module.exports = { Customer, Merchant };
