import type { Bundle, BundleEntry, BundlePart } from "@/contract/bundle";
import { AppError } from "@/contract/errors";
import { sentenceText } from "@/contract/sentence";
import { productVersion } from "@/contract/version";
import { formatErrorChain } from "@/lib/error-chain";
import { Archive } from "@/server/bundle/archive";
import { type AddText, collectNode } from "@/server/bundle/node-part";
import type { RemoteHost } from "@/server/ports/remote-host";

export interface BundleOrder extends Pick<Bundle, "id" | "clusterId" | "clusterName" | "actor" | "startedAt"> {
  readonly hosts: readonly RemoteHost[];
  readonly collectPanel: (add: AddText, doing: (path: string) => void) => Promise<void>;
  /** Told after every step. */
  readonly onChange: (bundle: Bundle) => void;
  readonly signal: AbortSignal;
}

/** Collects from the panel and all nodes at once. A node that does not answer is named in the bundle and holds nothing up. */
export async function makeBundle(order: BundleOrder): Promise<Buffer> {
  const { id, clusterId, clusterName, actor, startedAt, hosts, signal } = order;
  const archive = new Archive(`trivet-${fileName(clusterName)}-${startedAt.slice(0, 10)}`, Date.parse(startedAt));
  const parts = new Map<string | null, BundlePart>(
    [null, ...hosts.map(({ node }) => node)].map((node) => [
      node,
      { node, state: "waiting", doing: null, reason: null, bytes: 0 },
    ]),
  );
  const tell = (bytes: number | null): Bundle => {
    const state = bytes === null ? "collecting" : "ready";
    const told = { id, clusterId, clusterName, actor, startedAt, state, reason: null, bytes } as const;
    const bundle = { ...told, parts: [...parts.values()], entries: [...archive.entries] };
    order.onChange(bundle);
    return bundle;
  };
  const part = async (
    node: string | null,
    collect: (add: AddText, doing: (path: string) => void) => Promise<void>,
  ): Promise<void> => {
    const change = (more: Partial<BundlePart>): void => {
      const now = parts.get(node);
      if (now !== undefined) parts.set(node, { ...now, ...more });
      tell(null);
    };
    const add: AddText = (path, text) => {
      const bytes = archive.add(node === null ? path : `nodes/${fileName(node)}/${path}`, text);
      change({ bytes: (parts.get(node)?.bytes ?? 0) + bytes });
    };
    try {
      change({ state: "collecting" });
      await collect(add, (doing) => change({ doing }));
      change({ state: "done", doing: null });
    } catch (error) {
      const reason = error instanceof AppError ? (error.saying ?? error.message) : formatErrorChain(error);
      change({ state: "unknown", doing: null, reason });
    }
  };
  await Promise.all([
    part(null, order.collectPanel),
    ...hosts.map((host) => part(host.node, (add, doing) => collectNode(host, add, doing, signal))),
  ]);
  const file = await archive.finish((entries) => manifest(order, [...parts.values()], entries));
  tell(file.length);
  return file;
}

export const fileName = (name: string): string => name.replace(/[^\w.-]/g, "_");

function manifest(order: BundleOrder, parts: readonly BundlePart[], entries: readonly BundleEntry[]): string {
  const silent = parts.filter(({ state }) => state === "unknown");
  return [
    `Support bundle of ${order.clusterName} (${order.clusterId})`,
    `Made ${order.startedAt} by ${order.actor}, Trivet ${productVersion}`,
    "Secrets are taken out: known ones stand as «what they are for», what looks like one as «redacted».",
    "",
    silent.length === 0 ? "Every node answered." : "NOT ANSWERED, so nothing of it is here:",
    ...silent.map(({ node, reason }) => `- ${node ?? "the panel itself"}: ${sentenceText(reason ?? "")}`),
    "",
    "Bytes       File",
    ...entries.map(
      ({ path, bytes, isCut }) =>
        `${String(bytes).padStart(10)}  ${path}${isCut ? "  (cut: only its end, or nothing of it)" : ""}`,
    ),
    "",
  ].join("\n");
}
