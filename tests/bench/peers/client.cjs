// Two ways to ask a WooCommerce store: its own popular client, and the leanest one there is.
'use strict';
const https = require('node:https');

const secrets = { key: 'ck_bench', secret: 'cs_bench' };

exports.make = (modules, kind, url) => {
  if (kind === 'woo') {
    const Api = require(`${modules}/@woocommerce/woocommerce-rest-api`).default;
    const api = new Api({
      url, consumerKey: secrets.key, consumerSecret: secrets.secret, version: 'wc/v3',
      axiosConfig: { httpsAgent: new https.Agent({ keepAlive: true, maxSockets: 1 }) },
    });
    return {
      get: async (path, query) => (await api.get(path, query)).data,
      post: async (path, body) => (await api.post(path, body)).data,
    };
  }
  const { Client } = require(`${modules}/undici`);
  const client = new Client(url);
  const authorization = 'Basic ' + Buffer.from(`${secrets.key}:${secrets.secret}`).toString('base64');
  const answer = async ({ statusCode, body }) => {
    const json = await body.json();
    if (statusCode !== 200) throw new Error(`${statusCode}: ${JSON.stringify(json)}`);
    return json;
  };
  return {
    get: async (path, query) => answer(await client.request({
      method: 'GET', path: `/wp-json/wc/v3/${path}?${new URLSearchParams(query)}`, headers: { authorization },
    })),
    post: async (path, body) => answer(await client.request({
      method: 'POST', path: `/wp-json/wc/v3/${path}`, body: JSON.stringify(body),
      headers: { authorization, 'content-type': 'application/json' },
    })),
  };
};
