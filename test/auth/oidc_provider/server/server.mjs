// An OAuth 2.0 and OpenID Connect server for tests: oidc-provider, with Keycloak's paths and a registry's clients.
//
// OIDC_PROVIDER holds its one user and the client secret, as JSON. The first line that it prints is its issuer.
// It ends when its standard input does, and so never outlives who started it, however that ends.
// Under /control/, beside the protocol, a test plays the person at the browser and changes settings.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

import { errors, Provider } from 'oidc-provider';

import { DeviceCodeStore, Store } from './store.mjs';

const { username, password, client_secret } = JSON.parse(process.env.OIDC_PROVIDER);
const REALM = '/realms/test';
const PROTOCOL = '/protocol/openid-connect';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPES = ['openid', 'offline_access', 'roles'];
// The provider issues JWT access tokens for a named resource only.
const RESOURCE = 'urn:registry';

const settings = {
  access_token_seconds: 300,
  refresh_token_seconds: 1800,
  device_code_seconds: 600,
  poll_interval_seconds: 5,
  rotates_refresh_tokens: true,
};

const server = createServer();
process.stdin.resume().once('close', () => process.exit());
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const client = (client_id, grant_types, authentication = { token_endpoint_auth_method: 'none' }) => ({
  client_id, grant_types, redirect_uris: [], response_types: [], ...authentication,
});

const resourceServer = () => ({ scope: SCOPES.join(' '), accessTokenFormat: 'jwt' });

const provider = new Provider(`http://127.0.0.1:${server.address().port}${REALM}`, {
  adapter: (kind) => (kind === 'DeviceCode' ? new DeviceCodeStore(settings) : new Store()),
  clients: [
    client('client-tools', [DEVICE_CODE, 'refresh_token']),
    client('automated-access', ['refresh_token']),
    client('password-client', ['password', 'refresh_token']),
    client('confidential', ['password', 'refresh_token'], { client_secret }),
  ],
  clockTolerance: 0, // else what has expired is taken for some seconds more
  cookies: { keys: [randomBytes(32).toString('hex')] },
  features: {
    deviceFlow: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      defaultResource: () => RESOURCE,
      getResourceServerInfo: resourceServer,
      useGrantedResource: () => true,
    },
    revocation: { enabled: true },
  },
  findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  issueRefreshToken: (_context, { grantTypes }) => grantTypes.includes('refresh_token'),
  jwks: { keys: [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })] },
  rotateRefreshToken: () => settings.rotates_refresh_tokens,
  routes: {
    authorization: `${PROTOCOL}/auth`,
    code_verification: '/device',
    device_authorization: `${PROTOCOL}/auth/device`,
    end_session: `${PROTOCOL}/logout`,
    jwks: `${PROTOCOL}/certs`,
    revocation: `${PROTOCOL}/revoke`,
    token: `${PROTOCOL}/token`,
    userinfo: `${PROTOCOL}/userinfo`,
  },
  scopes: SCOPES,
  ttl: {
    AccessToken: () => settings.access_token_seconds,
    DeviceCode: () => settings.device_code_seconds,
    Grant: 86400,
    IdToken: () => settings.access_token_seconds,
    RefreshToken: () => settings.refresh_token_seconds,
  },
});

// The provider leaves the interval to whoever enforces it, which is our store.
provider.on('device_authorization.success', (_context, body) => {
  body.interval = settings.poll_interval_seconds;
});

/** What the user has granted to a client, from which its tokens come. */
async function grantOf(forClient, scope) {
  const grant = new provider.Grant({ accountId: username, clientId: forClient.clientId });
  grant.addOIDCScope(scope);
  grant.addResourceScope(RESOURCE, scope);
  return { accountId: username, client: forClient, grantId: await grant.save(), resource: RESOURCE, scope };
}

provider.registerGrantType('password', async (context) => {
  const { client: asking, params } = context.oidc;
  if (params.username !== username || params.password !== password) {
    throw new errors.InvalidGrant('invalid user credentials');
  }
  const granted = await grantOf(asking, params.scope ?? '');
  const token = new provider.AccessToken({ ...granted, gty: 'password' });
  token.resourceServer = new provider.ResourceServer(RESOURCE, resourceServer());
  context.body = {
    access_token: await token.save(),
    expires_in: token.expiration,
    refresh_token: await new provider.RefreshToken({ ...granted, gty: 'password' }).save(),
    scope: token.scope,
    token_type: token.tokenType,
  };
}, ['username', 'password', 'scope']);

async function deviceCodeOf(userCode) {
  const code = await provider.DeviceCode.findByUserCode(userCode.replace('-', ''));
  if (!code) throw new Error('no such user code, or it has expired');
  return code;
}

const controls = {
  /** Changes some settings, and tells what all of them were before. */
  async settings(changes) {
    const before = { ...settings };
    Object.assign(settings, changes);
    return before;
  },

  async approve({ user_code }) {
    const code = await deviceCodeOf(user_code);
    const granted = await grantOf(await provider.Client.find(code.clientId), code.params.scope ?? '');
    await Object.assign(code, granted).save();
  },

  async deny({ user_code }) {
    const denied = { error: 'access_denied', errorDescription: 'the user said no' };
    await Object.assign(await deviceCodeOf(user_code), denied).save();
  },

  /** A refresh token as a person gets it by logging in at a browser. */
  async refresh_token({ client_id, scope }) {
    const granted = await grantOf(await provider.Client.find(client_id), scope);
    return new provider.RefreshToken({ ...granted, gty: 'authorization_code' }).save();
  },
};

async function control(request, response) {
  try {
    const done = await controls[request.url.slice('/control/'.length)](await json(request));
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(done ?? null));
  } catch (error) {
    response.writeHead(400, { 'Content-Type': 'text/plain' }).end(String(error));
  }
}

const protocol = provider.callback();

server.on('request', (request, response) => {
  if (request.url.startsWith('/control/')) return control(request, response);
  if (!request.url.startsWith(`${REALM}/`)) return response.writeHead(404).end();
  // The provider knows no realms: it takes the difference for where it is mounted.
  request.originalUrl = request.url;
  request.url = request.url.slice(REALM.length);
  return protocol(request, response);
});

console.log(provider.issuer);
