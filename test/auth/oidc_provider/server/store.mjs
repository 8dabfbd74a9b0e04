// What the server remembers. The provider's own memory forgets what has expired, and so could not say `expired_token`.

import { errors } from 'oidc-provider';

/** All that the server has issued of one kind, until it ends. */
export class Store {
  #payloads = new Map();

  async upsert(id, payload) {
    this.#payloads.set(id, payload);
  }

  async find(id) {
    return this.#payloads.get(id);
  }

  async findByUserCode(userCode) {
    return this.#first((payload) => payload.userCode === userCode);
  }

  async findByUid(uid) {
    return this.#first((payload) => payload.uid === uid);
  }

  async consume(id) {
    this.#payloads.get(id).consumed = true;
  }

  async destroy(id) {
    this.#payloads.delete(id);
  }

  async revokeByGrantId(grantId) {
    for (const [id, payload] of this.#payloads) {
      if (payload.grantId === grantId) this.#payloads.delete(id);
    }
  }

  #first(matches) {
    return this.#payloads.values().find(matches);
  }
}

/** Device codes, each with the interval that held when it was issued: the provider leaves `slow_down` to its store. */
export class DeviceCodeStore extends Store {
  #polls = new Map();

  #settings;

  constructor(settings) {
    super();
    this.#settings = settings;
  }

  async upsert(id, payload) {
    if (!this.#polls.has(id)) {
      this.#polls.set(id, { interval: this.#settings.poll_interval_seconds * 1000, allowed: 0 });
    }
    return super.upsert(id, payload);
  }

  /** Only the token endpoint looks a device code up by its value, once a poll. As with Keycloak, approval comes second. */
  async find(id) {
    const poll = this.#polls.get(id);
    if (poll) {
      const now = performance.now();
      if (now < poll.allowed) throw new errors.SlowDown();
      poll.allowed = now + poll.interval;
    }
    return super.find(id);
  }
}
