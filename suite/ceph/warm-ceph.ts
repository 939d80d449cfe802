import { say } from "@/contract/sentence";
import {
  canaryLocator,
  blocklistSchema,
  blocklistSeconds,
  type CephCli,
  type CephResult,
  hostOsds,
  openersSchema,
  parseCephJson,
  treeSchema,
} from "@/suite/ceph/ceph-cli";
import type { CephSession, SessionQuestion } from "@/suite/ceph/ceph-session";

/**
 * How long the open connection has the floor alone. A healthy answer takes 5–900 ms, the longest a monitor's write. Shorter starts a
 * needless process at every fence; longer makes a takeover wait for a connection whose monitor died with the node.
 */
const patienceMs = 1_000;
/** As CephCli's own bounds: beyond them the answer is not waited for. */
const askTimeoutMs = 20_000;
const canaryTimeoutMs = 5_000;

/** What a fence needs of Ceph. CephCli can do it alone; with a session it is done in milliseconds. */
export type FencingCeph = Pick<CephCli, "pool" | "image" | "openers" | "fence" | "osdsOf" | "markDown">;

/**
 * Asks over the open connection first; where that is missing, silent or refused, the plain command is tried beside it and the
 * first good answer counts. Every question here may be asked twice: fencing a fenced address changes nothing.
 */
export class WarmCeph implements FencingCeph {
  readonly pool: string;
  readonly image: string;

  constructor(
    private readonly cli: CephCli,
    private readonly session: CephSession,
  ) {
    this.pool = cli.pool;
    this.image = cli.image;
  }

  openers(): Promise<CephResult<{ watchers: string[]; holders: string[] }>> {
    return this.first({ op: "watchers" }, openersOf, () => this.cli.openers());
  }

  fence(address: string): Promise<CephResult<null>> {
    const command = {
      prefix: "osd blocklist",
      blocklistop: "add",
      addr: address,
      expire: blocklistSeconds,
    };
    return this.first({ op: "mon", command }, nothingOf, () => this.cli.fence(address));
  }

  blocklist(): Promise<CephResult<string[]>> {
    const command = { prefix: "osd blocklist ls", format: "json" };
    return this.first({ op: "mon", command }, blockedOf, () => this.cli.blocklist());
  }

  osdsOf(host: string): Promise<CephResult<number[]>> {
    const command = { prefix: "osd tree", format: "json" };
    return this.first(
      { op: "mon", command },
      (value) => osdsIn(value, host),
      () => this.cli.osdsOf(host),
    );
  }

  markDown(osds: readonly number[]): Promise<CephResult<null>> {
    const command = { prefix: "osd down", ids: osds.map(String) };
    return this.first({ op: "mon", command }, nothingOf, () => this.cli.markDown(osds));
  }

  /** Also the connection's own health check: one that fails where a fresh process succeeds is begun afresh. */
  async canary(node: string, text: string): Promise<CephResult<null>> {
    const asked = this.session.ask(
      { op: "canary", object: `zsha.canary.${node}`, locator: canaryLocator, text },
      canaryTimeoutMs,
    );
    const warm = asked === null ? null : await asked;
    if (warm?.ok === true) return { ok: true, value: null };
    const cold = await this.cli.canary(node, text);
    if (cold.ok && warm !== null) this.session.restart();
    return cold;
  }

  private async first<T>(
    question: SessionQuestion,
    read: (value: unknown) => T | undefined,
    command: () => Promise<CephResult<T>>,
  ): Promise<CephResult<T>> {
    const asked = this.session.ask(question, askTimeoutMs);
    if (asked === null) return command();
    const warm = asked.then((answer): CephResult<T> => {
      if (!answer.ok) return answer;
      const value = read(answer.value);
      return value === undefined
        ? { ok: false, because: say("ceph-answer-odd", { question: question.op }) }
        : { ok: true, value };
    });
    const early = await Promise.race([warm, silence()]);
    if (early !== null && early.ok) return early;
    return firstGood(warm, command());
  }
}

const silence = (): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), patienceMs));

/** The first that says yes; when neither does, what the second said. */
async function firstGood<T>(one: Promise<CephResult<T>>, other: Promise<CephResult<T>>): Promise<CephResult<T>> {
  const winner = await Promise.race([one, other]);
  if (winner.ok) return winner;
  const [first, second] = await Promise.all([one, other]);
  return first.ok ? first : second;
}

const nothingOf = (): null => null;
const textOf = (value: unknown): unknown => (typeof value === "string" ? parseCephJson(value) : null);

function openersOf(value: unknown) {
  const parsed = openersSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

function blockedOf(value: unknown): string[] | undefined {
  const parsed = blocklistSchema.safeParse(textOf(value));
  return parsed.success ? parsed.data.map((entry) => entry.addr) : undefined;
}

function osdsIn(value: unknown, host: string): number[] | undefined {
  const parsed = treeSchema.safeParse(textOf(value));
  return parsed.success ? hostOsds(parsed.data, host) : undefined;
}
