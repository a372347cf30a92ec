import { describe, expect, test } from 'vitest';
import { RunControl } from '../../src/work/run-control.ts';

describe('the brakes of a run', () => {
  test('stop submissions alone: what is in flight is still waited for', () => {
    const control = new RunControl();
    control.stop('interrupted', 'interrupted');
    expect(control.submitting.aborted).toBe(true);
    expect(control.waiting.aborted).toBe(false);
    expect(control.maySubmit('ulazai')).toBe(false);
  });

  test('stop one provider and let the others go on', () => {
    const control = new RunControl();
    expect(control.stopProvider('ulazai', 'no_funds', 'empty')).toBe(true);
    expect(control.stopProvider('ulazai', 'auth', 'again')).toBe(false);
    expect([control.maySubmit('ulazai'), control.maySubmit('mayanio')]).toEqual([false, true]);
    expect(control.stopOf('ulazai')).toEqual({ reason: 'no_funds', message: 'empty' });
    expect(control.stopOf('mayanio')).toBeNull();
    expect(control.submitting.aborted).toBe(false);
  });

  test('give up what is in flight at one provider, also for those who ask later', () => {
    const control = new RunControl();
    const before = control.waitingFor('ulazai');
    control.giveUp('ulazai');
    expect([before.aborted, control.waitingFor('ulazai').aborted, control.waitingFor('mayanio').aborted]).toEqual([true, true, false]);
  });

  test('the hardest ends everything', () => {
    const control = new RunControl();
    control.leave();
    expect([control.submitting.aborted, control.waiting.aborted, control.leaving.aborted]).toEqual([true, true, true]);
    expect(control.waitingFor('ulazai').aborted).toBe(true);
  });

  test('keep the first reason of the run, before those of the providers', () => {
    const control = new RunControl();
    control.stopProvider('ulazai', 'no_funds', 'empty');
    control.stop('interrupted', 'first');
    control.stop('failures', 'second');
    expect(control.reasons().map(({ reason }) => reason)).toEqual(['interrupted', 'no_funds']);
  });

  test('keep the first error, and stop', () => {
    const control = new RunControl();
    const first = new Error('first');
    control.fail(first);
    control.fail(new Error('second'));
    expect(control.error).toBe(first);
    expect(control.maySubmit('ulazai')).toBe(false);
  });

  test('tell the listener of every change', () => {
    const control = new RunControl();
    let changes = 0;
    control.onChange(() => {
      changes += 1;
    });
    control.stopProvider('ulazai', 'auth', 'refused');
    control.giveUp('ulazai');
    control.stop('failures', 'enough');
    control.stopWaiting();
    expect(changes).toBeGreaterThanOrEqual(4);
  });
});
