// Asks the two APIs of a Vendure store. An error is one line: which call failed, and why.
'use strict';

const kTimeoutMs = 60000;

// A GraphQL endpoint with one session: the token that the store hands out goes with the next call.
class Client {
  constructor(url) {
    this.url_ = url;
    this.token_ = null;
  }

  async Ask(query, variables = {}) {
    const headers = { 'content-type': 'application/json' };
    if (this.token_) headers.authorization = `Bearer ${this.token_}`;
    const response = await fetch(this.url_, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(kTimeoutMs),
    }).catch((error) => {
      throw new Error(`${this.url_} does not answer: ${error.cause?.message || error.message}`);
    });
    this.token_ = response.headers.get('vendure-auth-token') || this.token_;
    const body = await response
      .json()
      .catch(() => ({ errors: [{ message: `HTTP ${response.status}, no JSON` }] }));
    if (body.errors) throw new Error(`the store refused: ${body.errors[0].message}`);
    return body.data;
  }

  // Runs a mutation and answers its first field; what Vendure returns as an ErrorResult is thrown.
  async Do(query, variables) {
    const data = await this.Ask(query, variables);
    let first;
    for (const [name, result] of Object.entries(data)) {
      if (result?.errorCode) throw new Error(`${name}: ${result.errorCode}: ${Details(result)}`);
      first ??= result;
    }
    return first;
  }
}

function Details(result) {
  const more =
    result.transitionError || result.paymentErrorMessage || result.fulfillmentHandlerError;
  return more ? `${result.message} (${more})` : result.message;
}

async function Merchant(url, user, password) {
  const client = new Client(`${url}/admin-api`);
  await client.Do(
    `mutation($user: String!, $password: String!) {
    login(username: $user, password: $password) { ... on ErrorResult { errorCode message } } }`,
    { user, password },
  );
  return client;
}

function Customer(url) {
  return new Client(`${url}/shop-api`);
}

module.exports = { Customer, Merchant };
