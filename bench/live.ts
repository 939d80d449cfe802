// From a change on a node to the changed line of the dashboard in a browser.
import type { Page } from "@playwright/test";
import { z } from "zod";
import { type DeployedCluster, onNode, panelPid, say, startDeployed, withBench } from "@/bench/bench-lab";
import { consulGet, consulPut, type HealthChange, watchHealth } from "@/bench/consul-on-node";
import { type LineChange, linesOf, openBrowser, openDashboard, signedIn, words } from "@/bench/dashboard-lines";
import { median, percentile, rounded } from "@/bench/figures";
import { delaysAfterLoss } from "@/bench/lost-stream";
import { meterOf, type Shares, sharesBetween, untilAtRest } from "@/bench/processor-time";
import { consulKeys, intentRecordSchema, type IntentRecord } from "@/contract/consul-keys";
import * as lab from "@/lab/cluster";
import { ensureTestPackages } from "@/scripts/test-packages";

/** Promised from node to browser. */
export const liveBarMs = 300;
/** Between two writes. No multiple of a period of the panel's: a figure must not hang on where in a period it falls. */
const pauseSeconds = 0.613;
/** Losing a member takes gossip some seconds, getting it back a probe. Longer hides that it never comes. */
const memberTimeoutMs = 60_000;
/** For the last change to reach the page. */
const settleMs = 2_000;
const lookMs = 100;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Change {
  at: number;
  line: string;
  isShownBy: (text: string) => boolean;
  what: string;
}

/** Milliseconds until every page showed every change; a change a page never showed is an error, not a gap. */
function delaysOf(changes: readonly Change[], pages: readonly (readonly LineChange[])[]): number[] {
  return changes.flatMap(({ at, line, isShownBy, what }) =>
    pages.map((lines) => {
      const shown = lines.find((each) => each.line === line && isShownBy(each.text) && each.at >= at - 1);
      if (shown === undefined) throw new Error(`a page never showed ${what}`);
      return Math.max(0, shown.at - at);
    }),
  );
}

/** New generations of the same wish, in turn through every node's agent. */
async function changeIntent(nodes: readonly string[], count: number): Promise<Change[]> {
  const first = intentRecordSchema.parse(JSON.parse(await consulGet(nodes[0] ?? "", consulKeys.intent)));
  const names = Array.from({ length: count }, (_, i) => `bench-${String(i + 1).padStart(4, "0")}`);
  const changes: Change[] = [];
  for (const [at, node] of nodes.entries()) {
    const share = names.filter((_, i) => Math.floor((i * nodes.length) / count) === at);
    const values = share.map((actor): IntentRecord => {
      const generation = first.generation + names.indexOf(actor) + 1;
      return { want: first.want, generation, actor, at: new Date().toISOString() };
    });
    const sent = await consulPut(
      node,
      consulKeys.intent,
      values.map((value) => JSON.stringify(value)),
      pauseSeconds,
    );
    changes.push(
      ...share.map((actor, i) => ({
        at: sent[i] ?? Number.NaN,
        line: "intent",
        isShownBy: (text: string) => text.includes(actor),
        what: `${actor}, written on ${node}`,
      })),
    );
  }
  return changes;
}

async function until(what: string, seen: () => boolean | Promise<boolean>): Promise<void> {
  const began = performance.now();
  while (!(await seen())) {
    if (performance.now() - began > memberTimeoutMs)
      throw new Error(`not seen in ${memberTimeoutMs / 1000} s: ${what}`);
    await pause(lookMs);
  }
}

const statusSchema = z.looseObject({
  managementVm: z.looseObject({ node: z.string().nullable() }),
  consul: z.looseObject({ state: z.string(), value: z.looseObject({ leader: z.string().nullable() }).optional() }),
});

/** Neither the management VM's node nor Consul's leader, so that the pause means nothing but a member lost. */
async function pickMember(status: lab.LabStatus): Promise<string> {
  const [first] = status.nodes;
  const text = await onNode(first?.name ?? "", ["sh", "-c", "zsha status --json || [ $? -eq 1 ]"]);
  const seen = statusSchema.parse(JSON.parse(text.trim().split("\n").at(-1) ?? "null"));
  const leader = seen.consul.value?.leader?.split(":")[0];
  const others = status.nodes.filter((node) => node.name !== seen.managementVm.node && node !== first);
  const picked = others.find((node) => node.storageIp !== leader) ?? others[0];
  if (picked === undefined) throw new Error("no node is free to lose its Consul");
  return picked.name;
}

/** Stops and continues one node's Consul; measured from the moment another node's Consul tells of it. */
async function changeMembership(status: lab.LabStatus, rounds: number, page: Page): Promise<Change[]> {
  const name = await pickMember(status);
  const node = status.nodes.find((each) => each.name === name);
  const observer = status.nodes.find((each) => each.name !== name);
  if (node === undefined || observer === undefined) throw new Error("the cluster has one node only");
  const line = `member:${name}`;
  const shows = async (word: string) =>
    (await linesOf(page)).findLast((each) => each.line === line)?.text.startsWith(word);
  const watch = watchHealth(observer.name, node.storageIp);
  try {
    await until(`Consul's word on ${name}`, () => watch.changes.length > 0);
    const toldOf: Change[] = [];
    const told = async (health: string, word: string, act: () => Promise<unknown>): Promise<void> => {
      const before = watch.changes.length;
      await act();
      const found = (): HealthChange | undefined => watch.changes.slice(before).find((each) => each.health === health);
      await until(`${name} is ${health}`, () => found() !== undefined);
      toldOf.push({
        at: found()?.at ?? Number.NaN,
        line,
        isShownBy: (text) => text.startsWith(word),
        what: `${name} as ${word}`,
      });
      await until(`the page shows ${name} as ${word}`, async () => (await shows(word)) === true);
    };
    for (let round = 0; round < rounds; round += 1) {
      await told("critical", words.failed, () => lab.pause(name, "consul"));
      await told("passing", words.alive, () => lab.resume(name, "consul"));
    }
    return toldOf;
  } finally {
    watch.stop();
    await lab.resume(name, "consul").catch(() => undefined);
  }
}

const series = (values: readonly number[]) => ({
  p50: rounded(median(values), 0),
  p95: rounded(percentile(values, 95), 0),
  max: rounded(Math.max(...values), 0),
  samples: values.length,
});

const roundedShares = ({ browser, panel }: Shares): Shares => ({ browser: rounded(browser), panel: rounded(panel) });

export type LiveFigures = ReturnType<typeof series> & {
  keys: ReturnType<typeof series>;
  membership: ReturnType<typeof series> | null;
  /** After the return of a stream that broke off; in no other figure. */
  lost: ReturnType<typeof series> | null;
  /** Each with the dashboard in a window, and cookies and cache, of its own. */
  browsers: number;
  /** How long the pages took to come to rest before the first change, and what they and the panel then spent, in cores. */
  rest: { seconds: number } & Shares;
  /** While the keys changed. */
  busy: Shares;
};

export interface LiveOptions {
  browsers: number;
  changes: number;
  memberships: number;
  losses: number;
}

export const benchLive = (options: LiveOptions): Promise<LiveFigures> =>
  withBench(async () => {
    ensureTestPackages();
    return await measureLive(await startDeployed(), options);
  });

export async function measureLive({ status, run }: DeployedCluster, options: LiveOptions): Promise<LiveFigures> {
  const nodes = status.nodes.map((node) => node.name);
  const browser = await openBrowser();
  try {
    const pages: Page[] = [];
    // One sign-in: what is measured is the pages, not twenty passwords.
    const session = await (await signedIn(browser)).storageState();
    for (let i = 0; i < options.browsers; i += 1)
      pages.push(await openDashboard(browser, run.clusterId, nodes, { session }));
    const [page] = pages;
    if (page === undefined) throw new Error("no browser was asked for");
    const meter = await meterOf(browser, panelPid());
    const rest = await untilAtRest(meter);
    say(`${options.changes} changes of ${consulKeys.intent}…`);
    const before = await meter();
    const intents = await changeIntent(nodes, options.changes);
    const busy = sharesBetween(before, await meter());
    say(`${options.memberships} times a Consul that stops and goes on…`);
    const members = await changeMembership(status, options.memberships, page);
    await pause(settleMs);
    const seen = await Promise.all(pages.map(linesOf));
    const [keys, membership] = [delaysOf(intents, seen), delaysInTurn(members, seen)];
    const lost = options.losses === 0 ? [] : await delaysAfterLoss(browser, run.clusterId, nodes, options.losses);
    return {
      ...series([...keys, ...membership]),
      keys: series(keys),
      membership: membership.length === 0 ? null : series(membership),
      lost: lost.length === 0 ? null : series(lost),
      browsers: options.browsers,
      rest: { seconds: rounded(rest.seconds, 0), ...roundedShares(rest.shares) },
      busy: roundedShares(busy),
    };
  } finally {
    await browser.close();
  }
}

/** The same words come again in each round: a change counts as shown by what appeared between it and the next. */
function delaysInTurn(changes: readonly Change[], pages: readonly (readonly LineChange[])[]): number[] {
  return changes.flatMap((change, i) => {
    // Gossip may tell the panel's node a moment before the health check turns: then the page was early, not late.
    const from = (changes[i - 1]?.at ?? change.at - memberTimeoutMs) + 1;
    const to = changes[i + 1]?.at ?? Number.POSITIVE_INFINITY;
    return pages.map((lines) => {
      const shown = lines.findLast(
        ({ at, line, text }) =>
          line === change.line && change.isShownBy(text) && at > from && at < to && isFirst(lines, at),
      );
      if (shown === undefined) throw new Error(`a page never showed ${change.what}`);
      return Math.max(0, shown.at - change.at);
    });

    /** The member's line also changes its age every second: only the first text with the new word is the change. */
    function isFirst(lines: readonly LineChange[], at: number): boolean {
      const earlier = lines.filter((each) => each.line === change.line && each.at < at).at(-1);
      return earlier === undefined || !change.isShownBy(earlier.text);
    }
  });
}
