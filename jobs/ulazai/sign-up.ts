import type { SignUpService } from '../../src/job-type/account-services.ts';
import { isJsonObject } from '../../src/values/json.ts';
import { amountOf, firstOf, idOf, own, textOf, timeOf } from '../shared/read-fields.ts';
import { layersOf } from './envelope.ts';

/**
 * `POST /api/register/`, `/api/login/`, `/api/api-keys/` as the API reference has them (S0). The newer pages (authentication, errors and limits)
 * say that the first two are off and answer 403, and that keys are made in the dashboard.
 */
export const ulazaiSignUp: SignUpService = {
  tokenVariable: 'ULAZAI_TOKEN',
  tokenScheme: 'Token',
  elsewhere:
    "UlazAI's newer documents say that registration and login by API are switched off: register and log in on https://ulazai.com, make the key in the dashboard there, and put it into .env as ULAZAI_API_KEY",
  register: (fields) => ({ method: 'POST', path: '/api/register/', body: { ...fields } }),
  login: (fields) => ({ method: 'POST', path: '/api/login/', body: { ...fields } }),
  createKey: (name) => ({ method: 'POST', path: '/api/api-keys/', body: { name } }),
  readSession(answer) {
    if (answer.status < 200 || answer.status > 299) return null;
    const layers = layersOf(answer.json);
    const token = firstOf(layers, ['token', 'auth_token', 'key'], textOf);
    if (token === null) return null;
    const users = layers.map((layer) => own(layer, 'user')).filter(isJsonObject);
    const said = [...users, ...layers];
    return {
      token,
      username: firstOf(said, ['username'], textOf),
      email: firstOf(said, ['email'], textOf),
      balance: firstOf(said, ['credits_balance'], amountOf),
    };
  },
  readKey(answer) {
    if (answer.status < 200 || answer.status > 299) return null;
    const layers = layersOf(answer.json);
    const key = firstOf(layers, ['key', 'api_key'], textOf);
    if (key === null) return null;
    return {
      key,
      id: firstOf(layers, ['id'], idOf),
      name: firstOf(layers, ['name'], textOf),
      preview: firstOf(layers, ['key_preview'], textOf),
      createdAt: firstOf(layers, ['created_at'], timeOf),
    };
  },
};
