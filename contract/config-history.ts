/** A configuration that was seen in Consul, by its modify index. */
export interface SeenConfig {
  readonly version: number;
  readonly text: string;
  readonly at: string;
}

/** A run of this panel that wrote a configuration, or was to. */
export interface ConfigRun {
  readonly runId: string;
  readonly kind: "deploy-cluster" | "update-config";
  readonly actor: string;
  /** Why, in the words of whoever started it; empty: nothing was said. */
  readonly reason: string;
  readonly state: string;
  readonly at: string;
  /** Null: it has not ended. */
  readonly endedAt: string | null;
  /** What it replaced; null: nothing. */
  readonly before: { readonly version: number; readonly text: string } | null;
  readonly after: string;
}

/** A version that lies on a node since it was replaced. */
export interface KeptConfig {
  readonly version: number;
  readonly at: string;
}

export interface ConfigHistoryEntry {
  /** Null: a run wrote it and nobody looked before it was replaced. */
  readonly version: number | null;
  /** Written by a run then, or first seen then. */
  readonly at: string;
  /**
   * `undone`: a run put it back. `outside`: somebody wrote it without this panel. `found`: it was there at the first look. `kept`: a node
   * has it, nothing else is known of it.
   */
  readonly source: "deployed" | "panel" | "undone" | "outside" | "found" | "kept";
  readonly actor: string | null;
  readonly runId: string | null;
  readonly reason: string;
  /** Null: it lies on the nodes only. */
  readonly text: string | null;
}

const lastOf = (run: ConfigRun): string => run.endedAt ?? "9999";

/** Who wrote what when, newest first: what was seen is laid beside what this panel's runs did; what no run explains came from outside. */
export function configHistory(evidence: {
  readonly seen: readonly SeenConfig[];
  readonly runs: readonly ConfigRun[];
  readonly kept: readonly KeptConfig[];
}): ConfigHistoryEntry[] {
  const { runs, kept } = evidence;
  // What a run replaced was there when it began, also when nobody noted it then.
  const replaced = runs.flatMap(({ before, at }) => (before === null ? [] : [{ ...before, at }]));
  const seen = [...evidence.seen, ...replaced]
    .toSorted(byTime)
    .filter((one, at, all) => all.findIndex((other) => isSame(one, other)) === at);
  const used = new Set<string>();
  const written = seen.map((one, index): ConfigHistoryEntry => {
    const since = seen[index - 1]?.at ?? "";
    const near = runs.filter((run) => run.at <= one.at && lastOf(run) >= since);
    const wrote = near.findLast((run) => run.after === one.text);
    if (wrote !== undefined) {
      used.add(wrote.runId);
      return { ...ofRun(wrote), version: one.version, at: earlier(one.at, lastOf(wrote)), text: one.text };
    }
    const undid = near.findLast((run) => run.before?.text === one.text && run.state.startsWith("und"));
    if (undid !== undefined && index > 0)
      return { ...ofRun(undid), source: "undone", version: one.version, at: one.at, text: one.text };
    const source = index === 0 ? "found" : "outside";
    return { version: one.version, at: one.at, source, actor: null, runId: null, reason: "", text: one.text };
  });
  const unseen = runs
    .filter(({ runId, state }) => state === "succeeded" && !used.has(runId))
    .map((run): ConfigHistoryEntry => ({ ...ofRun(run), version: null, at: run.endedAt ?? run.at, text: run.after }));
  const onNodes = kept
    .filter(({ version }) => !written.some((entry) => entry.version === version))
    .map(
      ({ version, at }): ConfigHistoryEntry => ({
        version,
        at,
        source: "kept",
        actor: null,
        runId: null,
        reason: "",
        text: null,
      }),
    );
  return [...written, ...unseen, ...onNodes].toSorted(newestFirst);
}

const isSame = (a: SeenConfig, b: SeenConfig): boolean => a.version === b.version && a.text === b.text;
const byTime = (a: { at: string }, b: { at: string }): number => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
const earlier = (a: string, b: string): string => (a < b ? a : b);

const ofRun = ({ runId, kind, actor, reason }: ConfigRun) =>
  ({ source: kind === "deploy-cluster" ? "deployed" : "panel", actor, runId, reason }) as const;

/** Consul's index grows with every write; the clock decides only where one has none. */
function newestFirst(a: ConfigHistoryEntry, b: ConfigHistoryEntry): number {
  return a.version !== null && b.version !== null && a.version !== b.version ? b.version - a.version : byTime(b, a);
}
