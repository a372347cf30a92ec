import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject } from '../../values/json.ts';
import { check } from '../checks.ts';
import { ulazaiDoor } from '../doors.ts';
import { Refusal } from '../refusal.ts';
import { type App, openRoute, route } from '../route.ts';
import type { User } from '../users.ts';
import type { World } from '../world.ts';
import { pageFacts, paging } from './paging.ts';

const required = (name: string) => z.string({ error: `${name} is required` }).min(1, `${name} is required`);
const registration = z.object({
  username: required('username'),
  email: required('email').regex(/^[^\s@]+@[^\s@]+$/, 'Enter a valid email address'),
  password: required('password'),
});
const login = z.object({ username: required('username'), password: required('password') });
const profileChange = z.object({
  enable_watermark: z.boolean({ error: 'enable_watermark must be a boolean' }).optional(),
  watermark_text: z
    .string({ error: 'watermark_text must be a string' })
    .max(50, 'watermark_text must have at most 50 characters')
    .optional(),
});

/** Register, login, keys, profile, credits and transactions, as the API reference documents them. */
export function accountRoutes(app: App, world: World): void {
  const { users } = world;
  const welcome = (user: User): JsonObject => ({
    token: users.issue(user, 'token_'),
    user: { id: user.id, username: user.username, email: user.email, credits_balance: user.account.balance },
  });
  // The newer pages (authentication, errors and limits) say that all three are off.
  const checkOpen = (): void => {
    if (world.faults.plays('sign-up-closed')) throw new Refusal(403, 'This endpoint is disabled');
  };
  openRoute(app, world, 'POST', '/api/register/', (body) => {
    checkOpen();
    const fields = check(registration, body);
    if (users.named(fields.username) !== null)
      throw new Refusal(400, 'Registration failed', { details: { username: 'A user with that username already exists' } });
    return { status: 201, body: welcome(users.register(fields)) };
  });
  openRoute(app, world, 'POST', '/api/login/', (body) => {
    checkOpen();
    const fields = check(login, body);
    const user = users.named(fields.username);
    if (user === null || user.password !== fields.password) throw new Refusal(401, 'Invalid username or password');
    return { status: 200, body: welcome(user) };
  });
  route(app, world, { method: 'POST', path: '/api/api-keys/', door: ulazaiDoor, purpose: 'other' }, async ({ user, body }) => {
    checkOpen();
    const { name } = check(z.object({ name: required('name') }), await body());
    const key = users.issue(user, 'ulazai_live_');
    return {
      status: 201,
      body: { id: randomUUID(), name, key, key_preview: `${key.slice(0, 9)}...`, created_at: new Date().toISOString() },
    };
  });
  route(app, world, { method: 'GET', path: '/api/profile/', door: ulazaiDoor, purpose: 'other' }, ({ user }) => ({
    status: 200,
    body: profile(world, user),
  }));
  route(app, world, { method: 'PUT', path: '/api/profile/', door: ulazaiDoor, purpose: 'other' }, async ({ user, body }) => {
    const change = check(profileChange, await body());
    if (change.enable_watermark !== undefined) user.watermark.enabled = change.enable_watermark;
    if (change.watermark_text !== undefined) user.watermark.text = change.watermark_text;
    return { status: 200, body: profile(world, user) };
  });
  route(app, world, { method: 'GET', path: '/payments/api/credits/', door: ulazaiDoor, purpose: 'other' }, ({ user: { account } }) => ({
    status: 200,
    body: {
      credits_balance: account.balance,
      total_spent: (account.purchased / 100).toFixed(2),
      total_credits_purchased: account.purchased,
    },
  }));
  route(app, world, { method: 'GET', path: '/payments/api/transactions/', door: ulazaiDoor, purpose: 'other' }, ({ context, user }) => {
    const page = paging(context, 200);
    const all = user.account.transactions;
    const transactions = all.slice(Math.max(0, all.length - page.offset - page.limit), Math.max(0, all.length - page.offset)).reverse();
    return {
      status: 200,
      body: {
        transactions: transactions.map((each) => ({
          id: each.number,
          transaction_type: each.kind,
          amount: each.amount,
          balance_after: each.balanceAfter,
          generation_id: each.remoteId,
          description: `${each.kind === 'charge' ? 'Generation' : 'Refund of a failed generation'} ${each.remoteId}`,
          created_at: new Date(each.at).toISOString(),
        })),
        ...pageFacts(page, all.length),
      },
    };
  });
}

function profile(world: World, user: User): JsonObject {
  const images = world.generations.page((each) => each.user === user && each.family === 'image', 0, 0).total;
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    credits_balance: user.account.balance,
    total_images_generated: images,
    enable_watermark: user.watermark.enabled,
    watermark_text: user.watermark.text,
    created_at: new Date(user.createdAt).toISOString(),
  };
}
