import type { TaskArguments } from "@/suite/core/deed";
import type { Flow } from "@/suite/core/simulation/flow";
import type { SimNode } from "@/suite/core/simulation/sim-node";

/** The suite's deadline for one call of `ceph` or `rbd`. */
const callTimeoutMs = 10_000;
const pollMs = 250;
const roundsMax = 4;

export type Fenced =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly because: string };

/** A write to the monitors. False: no answer in time, and then it is not done either. */
export function* mapChange(node: SimNode, effect: () => void): Flow<boolean> {
  const { queue, storage, chance, isFolder } = node.world;
  if (isFolder) return true;
  const deadline = queue.now + callTimeoutMs;
  const due = queue.now + chance.vary(storage.mapChangeMs);
  let did = false;
  yield (resume) => {
    const attempt = (): void => {
      if (queue.now >= due && storage.monitorsAnswer(node.name)) {
        did = true;
        effect();
        return resume();
      }
      if (queue.now >= deadline) return resume();
      queue.after(Math.max(pollMs, due - queue.now), attempt);
    };
    queue.after(Math.min(callTimeoutMs, Math.max(1, due - queue.now)), attempt);
  };
  return did;
}

/** Clients of the image, as one of its listings names them: a read of an object, so it hangs as long as its OSD does. Null: no answer in time. */
export function* readWatchers(
  node: SimNode,
  list: "watchers" | "openers" = "watchers",
  timeoutMs = callTimeoutMs,
): Flow<string[] | null> {
  const { queue, storage, chance, image, isFolder } = node.world;
  if (isFolder) return [];
  const deadline = queue.now + timeoutMs;
  let watchers: string[] | null = null;
  yield (resume) => {
    const attempt = (): void => {
      if (storage.ioWorks(node.name)) {
        watchers = image[list]();
        return resume();
      }
      if (queue.now >= deadline) return resume();
      queue.after(pollMs, attempt);
    };
    queue.after(chance.vary(storage.readMs(node.name)), attempt);
  };
  return watchers;
}

/** As `suite/ceph/fence.ts`: recorded addresses first, then the dead host's OSDs, then whoever still watches. */
export function* fenceImage(
  node: SimNode,
  order: TaskArguments["fence"],
  announce: (addresses: readonly string[]) => Flow<void>,
): Flow<Fenced> {
  const { world, name } = node;
  const own = world.host(name).qemu;
  const spare = order.spareOwn ? (own?.address ?? null) : null;
  if (order.spareOwn && spare === null)
    return { ok: false, because: "the own QEMU's storage client cannot be told apart yet" };
  if (world.isFolder) return fenceFolder(node, order, spare);
  const fenced = new Set<string>();
  const block = function* (address: string): Flow<boolean> {
    const good = yield* mapChange(node, () => world.image.blocklist(address));
    if (good) fenced.add(address);
    return good;
  };
  for (const address of order.first) {
    if (address === spare) continue;
    if (!(yield* block(address))) return { ok: false, because: "the monitors do not answer" };
  }
  const { markDown } = order;
  if (markDown !== null) yield* mapChange(node, () => world.storage.markDown(markDown));
  for (let round = 0; round < roundsMax; round += 1) {
    const watchers = yield* readWatchers(node, "openers");
    if (watchers === null) return { ok: false, because: "the image's watchers cannot be listed" };
    const open = watchers.filter((address) => address !== spare && !fenced.has(address));
    if (open.length === 0) return { ok: true, addresses: [...fenced] };
    yield* announce(open);
    for (const address of open)
      if (!(yield* block(address))) return { ok: false, because: "the monitors do not answer" };
  }
  return { ok: false, because: `new clients keep opening the image: ${[...fenced].join(", ")}` };
}

/** As `suite/daemon/file-store.ts`: the file's lock, where it counts across nodes; otherwise only what this very node left is certainly gone. */
function fenceFolder(node: SimNode, order: TaskArguments["fence"], spare: string | null): Fenced {
  const { world, name } = node;
  const first = order.first.filter((address) => address !== spare);
  const because = world.folderBusy(name, first);
  return because === null ? { ok: true, addresses: first } : { ok: false, because };
}
