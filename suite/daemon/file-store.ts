import type { HaConfig } from "@/contract/ha-config";
import { say, type Sentence } from "@/contract/sentence";
import type { ImageStore } from "@/suite/daemon/image-store";
import { type FolderLock, folderImage } from "@/suite/image-lock/folder-lock";

const addressPrefix = "file:";
const ownerOf = (address: string): string => address.slice(addressPrefix.length);

/**
 * An image in a shared folder. Nobody can be shut out from here, so the file system's lock, which every QEMU takes of its image, is
 * asked instead: no start before it was to be had, and none after the loss of a node whose lock was never proven to count here.
 */
export function fileStore(config: HaConfig, node: string, lock: FolderLock): ImageStore {
  const image = folderImage(config);
  const own = `${addressPrefix}${node}`;
  const done = { ok: true, value: null } as const;

  const foreign = (addresses: readonly string[]): string[] =>
    addresses.filter((address) => address.startsWith(addressPrefix) && address !== own).map(ownerOf);
  /** The last owners of other nodes whose QEMU no lock would show. */
  const unseen = (addresses: readonly string[]): Sentence | null => {
    const unproven = foreign(addresses).flatMap((other) => {
      const why = lock.whyUnproven(other);
      return why === null ? [] : [{ other, why }];
    });
    const [first] = unproven;
    if (first === undefined) return null;
    const nodes = unproven.map(({ other }) => other).join(", ");
    return say("fence-folder-unseen", { nodes, image, why: first.why });
  };
  const held = (addresses: readonly string[]): Sentence => {
    const node = foreign(addresses).join(", ");
    return node === "" ? say("image-lock-held", { image }) : say("image-lock-held-by", { image, node });
  };

  return {
    async fence(order) {
      const first = order.first.filter((address) => address !== order.spare);
      const because = unseen(first);
      if (because !== null) return { ok: false, because };
      if (order.spare !== null) {
        // The QEMU to spare holds it, and so nobody else does.
        const seen = await lock.look(config);
        if (!seen.ok) return seen;
        return seen.value.image.state === "held"
          ? { ok: true, value: first }
          : { ok: false, because: say("image-lock-not-own", { image }) };
      }
      const taken = await lock.take(config);
      // Without locks only this node's own QEMU was there, and its process table proves that one gone.
      if (!taken.ok) return lock.noArbiter === null ? taken : { ok: true, value: first };
      return taken.value === "free" ? { ok: true, value: first } : { ok: false, because: held(first) };
    },
    lift: () => Promise.resolve(done),
    blocklisted: () => Promise.resolve({ ok: true, value: [] }),
    // On record with the lock already: whoever comes after an owner that died early must ask for the proof of its locks too.
    addressOn: (other) => `${addressPrefix}${other}`,
    watchers: () => Promise.resolve({ ok: true, value: [] }),
    async ownAddress() {
      const seen = await lock.look(config);
      if (!seen.ok) return seen;
      const { state } = seen.value.image;
      if (state === "held" || (state === "no-locks" && lock.noArbiter !== null)) return { ok: true, value: own };
      return { ok: false, because: say("image-not-locked", { image, state }) };
    },
    async canary() {
      const seen = await lock.look(config);
      if (!seen.ok) return seen;
      return seen.value.canary === null ? done : { ok: false, because: seen.value.canary };
    },
    async busy(address) {
      const seen = await lock.look(config);
      if (!seen.ok) return seen.because;
      const addresses = address === null ? [] : [address];
      return unseen(addresses) ?? (seen.value.image.state === "held" ? held(addresses) : null);
    },
    async sharesWith(other) {
      // Looked at now: this zshad may have begun a moment ago.
      return (await lock.look(config)).ok && lock.whyUnproven(other) === null;
    },
    async obstacles() {
      const seen = await lock.look(config);
      if (!seen.ok) return [say("image-unreadable", { image, said: seen.because })];
      const { state, said = "" } = seen.value.image;
      // Not mounted here: what lies in the empty folder, if anything, is not the cluster's image.
      if (lock.astray !== null) return [lock.astray];
      if (state === "absent") return [say("image-absent", { image })];
      if (state === "no-file") return [say("image-no-file", { path: image })];
      return state === "unreadable" ? [say("image-unreadable", { image, said })] : [];
    },
  };
}
