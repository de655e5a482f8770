'use strict';
/**
 * Virtual time for a function's process. The clock runs at its usual pace while the function works, and a wait of n
 * seconds takes n / scale real ones, after which the clock stands where it would have stood. So minutes of back-off pass
 * in milliseconds, while a slow machine costs the function no virtual minutes. Nothing is passed over while an answer is
 * still under way, unless whoever is asked says, with 102 Processing, that none will come. The function cannot tell.
 */
const { subscribe } = require('node:diagnostics_channel');
const { syncBuiltinESMExports } = require('node:module');
const timers = require('node:timers');
const timersPromises = require('node:timers/promises');
const { promisify } = require('node:util');

const RealDate = Date;
const real = { setTimeout, clearTimeout, setImmediate, now: Date.now, performanceNow: performance.now.bind(performance) };

let timersMade = 0;

/** Real milliseconds: a request without an answer for so long gets none, and its time-out may strike early. */
const PATIENCE = 2000;
const POLL = 2;
const UNDER_WAY = /TCP|TLS|Connect|GetAddrInfo|FSReq/;

class VirtualTimer {
  constructor(clock, callback, delay, repeat) {
    Object.assign(this, { clock, callback, delay, repeat, due: clock.now() + delay, id: ++timersMade });
  }
  ref() { return this; }
  unref() { return this; }
  hasRef() { return true; }
  refresh() {
    this.clock.remove(this);
    this.due = this.clock.now() + this.delay;
    this.clock.add(this);
    return this;
  }
  close() { this.clock.remove(this); return this; }
  [Symbol.toPrimitive]() { return this.id; }
  [Symbol.dispose ?? Symbol('dispose')]() { this.clock.remove(this); }
}

class VirtualClock {
  constructor(scale, onSkip) {
    this.scale = scale;
    this.onSkip = onSkip;
    this.skipped = 0;
    this.queue = [];
    this.running = false;
    const progress = () => { this.progressed = real.now(); };
    for (const step of ['request.start', 'response.finish']) subscribe(`http.client.${step}`, progress);
    // A local service says so when it will never answer: then there is nothing to wait for.
    subscribe('http.client.request.start', ({ request }) => {
      request.on('information', ({ statusCode }) => { if (statusCode === 102) request.socket?.unref(); });
    });
  }

  now() { return real.now() + this.skipped; }

  start(callback, delay, repeat = false) {
    const wait = Number(delay);
    return this.add(new VirtualTimer(this, callback, wait >= 1 && wait <= 0x7fffffff ? Math.trunc(wait) : 1, repeat));
  }

  add(timer) {
    const place = this.queue.findIndex((other) => other.due > timer.due);
    this.queue.splice(place < 0 ? this.queue.length : place, 0, timer);
    this.arm();
    return timer;
  }

  remove(timer) {
    const place = this.queue.findIndex(({ id }) => id === Number(timer));
    if (place >= 0) {
      this.queue.splice(place, 1);
      this.arm();
    }
  }

  /** Lambda freezes an environment between invocations: so does its clock here. */
  freeze() { this.running = false; this.arm(); }
  thaw(skipped) {
    this.skipped = Math.max(this.skipped, skipped);
    this.running = true;
    this.progressed = real.now();
    this.arm();
  }

  arm(atLeast = 0) {
    real.clearTimeout(this.armed);
    if (!this.running || this.queue.length === 0) return;
    const next = this.queue[0];
    // The immediate lets answers that have already arrived be read before a time-out strikes.
    this.armed = real.setTimeout(() => real.setImmediate(() => this.fire(next)), Math.max(atLeast, (next.due - this.now()) / this.scale));
  }

  /** Sockets kept open for later requests do not count: only what keeps the process from ending does. */
  awaitsAnswer() {
    return real.now() - this.progressed < PATIENCE && process.getActiveResourcesInfo().some((resource) => UNDER_WAY.test(resource));
  }

  fire(timer) {
    if (!this.running || timer !== this.queue[0]) return;
    const early = timer.due - this.now();
    if (early > 0 && this.awaitsAnswer()) return this.arm(POLL);
    this.queue.shift();
    if (early > 0) {
      this.skipped += early;
      this.onSkip(this.skipped);
    }
    if (timer.repeat) timer.refresh();
    this.arm();
    timer.callback();
  }

  install() {
    const clock = this;
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [clock.now()] : args, newTarget),
      apply: () => new RealDate(clock.now()).toString(),
      get: (target, key) => (key === 'now' ? () => clock.now() : Reflect.get(target, key)),
    });
    Object.defineProperty(performance, 'now', { value: () => real.performanceNow() + clock.skipped, configurable: true, writable: true });
    const virtual = {
      setTimeout: (callback, delay, ...args) => clock.start(() => callback(...args), delay),
      setInterval: (callback, delay, ...args) => clock.start(() => callback(...args), delay, true),
      clearTimeout: (timer) => clock.remove(timer),
      clearInterval: (timer) => clock.remove(timer),
    };
    const sleep = (delay, value, { signal } = {}) => new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = clock.start(() => resolve(value), delay);
      signal?.addEventListener('abort', () => { clock.remove(timer); reject(signal.reason); }, { once: true });
    });
    virtual.setTimeout[promisify.custom] = sleep;
    Object.assign(globalThis, virtual);
    Object.assign(timers, virtual);
    timersPromises.setTimeout = sleep;
    syncBuiltinESMExports();
    return this;
  }
}

module.exports = { VirtualClock };
