// Medusa reads this file from the folder in which it runs: `install` copies it there. What differs from
// start to start comes from the environment, which medusa.cjs sets.
'use strict';

const { defineConfig } = require('@medusajs/framework/utils');

module.exports = defineConfig({
  admin: { disable: true },
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    databaseDriverOptions: { connection: { ssl: false } },
    http: {
      storeCors: '',
      adminCors: '',
      authCors: '',
      jwtSecret: 'storebridge',
      cookieSecret: 'storebridge',
    },
  },
});
